"""The sweep: at start, on a schedule and by hand, what GitLab did not tell is found and put into the inbox.

First the failed deliveries of our hooks (GitLab keeps seven days of them), then every issue that changed since the last
sweep, with an overlap: its label history and its comments are compared with what the inbox holds. Both go through the
inbox under names that never change, so that sweeping twice, or beside a late delivery, does nothing twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import structlog

from app.domain.item import ItemKey
from app.engine.clock import utc_now
from app.engine.healing.hooks import Hooks
from app.engine.healing.missing import Seen, missing
from app.engine.healing.position import Position
from app.engine.healing.report import EXECUTABLE, Report
from app.engine.healing.store import Store
from app.engine.rulebook import Rules
from app.errors import Forbidden, NotFound, SowbotError
from app.gitlab.budget import bulk
from app.gitlab.history import History, Place, Updated
from app.rules.book import RuleBook
from app.rules.deciding.view import board_label

log = structlog.get_logger(__name__)

LOG_KEPT = timedelta(days=7)
"""How far back GitLab's log of a hook goes."""
IN_FLIGHT = timedelta(seconds=30)
"""Younger changes are left to their delivery by the scheduled sweep."""
SKEW = timedelta(seconds=30)
"""GitLab's clock may be ahead of ours by so much."""
STOPS_WITHIN_S = 5.0
BLIND = timedelta(minutes=2)
"""A longer silence of the bot's own pulse is told as time in which it did not run."""

Watch = Callable[[Report], None]


class Sweeper:
    """One at a time in a process; several processes may sweep one database, because the inbox keeps the first."""

    def __init__(
        self,
        *,
        history: History,
        store: Store,
        position: Position,
        rules: Rules,
        hooks: Hooks,
        reenable: bool = False,
        watch: Watch = lambda report: None,  # noqa: ARG005  # a default that tells nobody
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._history = history
        self._store = store
        self._position = position
        self._rules = rules
        self._hooks = hooks
        self._reenable = reenable
        self._watch = watch
        self._clock = clock
        self._busy = threading.Lock()
        self._compared: dict[ItemKey, datetime] = {}
        self._blind_from: datetime | None = None
        self._log_read_to: datetime | None = None
        self._stop = threading.Event()
        self.problem: str | None = None
        """What the last sweep wants somebody to see to; None if nothing."""

    def wake(self) -> None:
        """Call it once when the bot starts: finds out since when it was blind."""
        last, now = self._position.last_pulse(), self._clock()
        self._blind_from = last if last is not None and now - last > BLIND else None
        self._position.pulse(now)

    def pulse(self) -> None:
        """Tell the next start that the bot was alive now."""
        self._position.pulse(self._clock())

    def stop(self) -> None:
        """End a running sweep after the issue that it looks at; it is begun again at the next start."""
        self._stop.set()
        if self._busy.acquire(timeout=STOPS_WITHIN_S):
            self._busy.release()

    def scheduled(self) -> None:
        """A sweep whose errors are told and not raised: the next one tries again."""
        self._told(IN_FLIGHT)

    def at_start(self) -> None:
        """The same, with what changed just now."""
        self._told(timedelta())

    def sweep(self, *, grace: timedelta = timedelta()) -> Report:
        """Find and mend, after a sweep that runs already. Raises what GitLab raises; nothing is lost by that."""
        with self._busy, bulk():
            report = self._sweep(grace)
        self.problem = " ".join(report.problems) or None
        self._watch(report)
        log.info("sweep.done", mended=dict(report.mended), said=" ".join(report.sentences()))
        return report

    def _told(self, grace: timedelta) -> None:
        if self._busy.locked():
            return
        try:
            self.sweep(grace=grace)
        except SowbotError as error:
            self.problem = f"The last sweep for missed events did not end: {error}"
            log.warning("sweep.failed", reason=str(error))
        except Exception as error:
            self.problem = f"An error in sowbot ended the last sweep ({type(error).__name__}); the log has it."
            log.exception("sweep.bug")

    def _sweep(self, grace: timedelta) -> Report:
        now = self._clock()
        report = Report(began_at=now, since=self._position.begin(now), blind_from=self._blind_from)
        book = self._rules.book
        places = self._places(book)
        report.hooks, report.problems = self._hooks.ours(places)
        self._fetch_failed(report)
        # Before the history, so that what is told from now on comes by the hook again.
        self._mend_hooks(report)
        for place in places:
            self._compare(report, book, place, grace)
        self._doubt_silence(report)
        if not self._stop.is_set():
            self._position.reached(now)
            self._log_read_to = now
            self._blind_from = None
        return report

    def _places(self, book: RuleBook) -> list[Place]:
        """The project that the rule file names as the usual one; without one, those of the items known so far."""
        named = book.file.projects.get(book.file.defaults.project or "")
        if named is not None:
            return [Place("project", str(named))]
        return [Place("project", path) for path in sorted(self._store.remembered_projects())]

    def _fetch_failed(self, report: Report) -> None:
        since = report.began_at - LOG_KEPT
        if self._log_read_to is not None:
            since = max(since, self._log_read_to - IN_FLIGHT)
        for hook in report.hooks:
            report.count(self._store.put(list(self._hooks.failed(hook, since))), failed=True)

    def _mend_hooks(self, report: Report) -> None:
        for hook in report.hooks:
            if hook.alert_status in ("", EXECUTABLE):
                continue
            if self._reenable:
                report.reenabled.append(self._hooks.enable(hook))
            else:
                report.problems.append(
                    f"Hook {hook.id} of {hook.place} is disabled, and GitLab tells nothing meanwhile: press Test on it "
                    "in GitLab, or set SOWBOT_REENABLE_HOOK=true."
                )

    def _compare(self, report: Report, book: RuleBook, place: Place, grace: timedelta) -> None:
        try:
            updated = self._history.issues_updated_since(place, report.since)
        except (Forbidden, NotFound) as error:
            report.problems.append(f"The issues of {place} can't be listed: {error}")
            return
        for each in self._concerned(book, updated):
            if self._stop.is_set():
                return
            report.looked_at += 1
            self._compare_one(report, each, grace)

    def _concerned(self, book: RuleBook, updated: Sequence[Updated]) -> Iterator[Updated]:
        """Issues of the board, and those that were on it when the bot last looked."""
        remembered = self._store.remembered_items()
        for each in updated:
            key = each.item.key
            on_board = board_label(book) in book.canonical_all(each.item.labels) or str(key) in remembered
            if on_board and self._compared.get(key) != each.item.updated_at:
                yield each

    def _compare_one(self, report: Report, updated: Updated, grace: timedelta) -> None:
        key = updated.item.key
        try:
            events, notes = self._history.label_events(key), self._history.comments(key)
        except NotFound:
            return  # deleted or moved since it was listed
        seen = Seen(updated, events, notes, self._store.told(str(key)), self._history.whoami())
        found = self._store.put(
            missing(seen, since=report.since, until=report.began_at - grace if grace else report.began_at + SKEW)
        )
        report.count(found, failed=False)
        if updated.item.updated_at < report.began_at - IN_FLIGHT:
            self._compared[key] = updated.item.updated_at

    def _doubt_silence(self, report: Report) -> None:
        """Changes that no delivery told, though the bot ran and the hook is enabled."""
        enabled = [hook for hook in report.hooks if hook.alert_status == EXECUTABLE]
        if not report.untold or not enabled or report.blind_from is not None:
            return
        heard = self._store.last_heard()
        last = f"the last delivery came at {heard:%Y-%m-%d %H:%M:%S} UTC" if heard else "no delivery ever came"
        report.silent = True
        report.problems.append(
            f"GitLab did not tell {report.untold} changes though the hook is enabled ({last}): does it listen for "
            "issues, confidential issues, comments and confidential comments, and is its rate limit reached?"
        )
