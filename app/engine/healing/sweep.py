"""The sweep: at start, on a schedule and by hand, what GitLab did not tell is found and put into the inbox.

First the failed deliveries of our hooks (GitLab keeps seven days of them), then the issues that changed since the last
sweep, with an overlap, in every project and group in which a rule listens: label history and comments of those that may
concern a rule are compared with what the inbox holds. Both go through the inbox under names that never change, so that
sweeping twice, or beside a late delivery, does nothing twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from datetime import datetime, timedelta

import structlog

from app.domain.item import ItemKey
from app.engine.clock import utc_now
from app.engine.healing.hooks import Hooks, tells_of
from app.engine.healing.missing import Seen, missing
from app.engine.healing.places import Places
from app.engine.healing.position import Position
from app.engine.healing.report import EXECUTABLE, Report
from app.engine.healing.store import Store
from app.engine.rulebook import Rules
from app.errors import NotFound, Refused, SowbotError
from app.gitlab.budget import bulk
from app.gitlab.history import History, Place, Updated
from app.rules.book import RuleBook
from app.rules.deciding.concern import may_concern

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
        places: Places,
        hooks: Hooks,
        reenable: bool = False,
        watch: Watch = lambda report: None,  # noqa: ARG005  # a default that tells nobody
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._history = history
        self._store = store
        self._position = position
        self._rules = rules
        self._places = places
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
        remembered = self._store.remembered_items()
        places = self._places.of(book, remembered)
        report.hooks, report.problems = self._hooks.ours((*places.named, *places.met))
        report.problems += places.unseen
        if report.hooks:
            report.unheard = [str(place) for place in places.named if not _told_of(report, place.path)]
        self._fetch_failed(report)
        # Before the history, so that what is told from now on comes by the hook again.
        self._mend_hooks(report)
        blind = bool(places.listed or places.unseen)
        for place in places.listed:
            listed = self._list(report, place, met=place in places.met)
            if listed is not None:
                blind = False
                self._compare(report, self._concerned(book, listed, remembered), grace)
        self._doubt_silence(report)
        self._compared = {key: at for key, at in self._compared.items() if at >= report.since}
        if not blind and not self._stop.is_set():
            self._position.reached(now)
            self._log_read_to = now
            self._blind_from = None
        return report

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

    def _list(self, report: Report, place: Place, *, met: bool) -> Sequence[Updated] | None:
        """What changed in a place; None, and a problem, where it can't be read: the other places go on."""
        try:
            return self._history.issues_updated_since(place, report.since)
        except Refused as error:
            self._places.forget(place)
            if met and isinstance(error, NotFound):
                log.info("sweep.place_gone", place=str(place))
            else:
                report.problems.append(f"The issues of {place} can't be listed: {error}")
            return None

    def _concerned(self, book: RuleBook, listed: Sequence[Updated], remembered: Set[str]) -> Iterator[Updated]:
        """Issues that the bot has attended to, and those that some rule may want; each state of them once."""
        for each in listed:
            item = each.item
            if self._compared.get(item.key) == item.updated_at:
                continue
            if str(item.key) in remembered or may_concern(book, item, commented=each.commented):
                yield each

    def _compare(self, report: Report, concerned: Iterable[Updated], grace: timedelta) -> None:
        for each in concerned:
            if self._stop.is_set():
                return
            report.looked_at += 1
            self._compare_one(report, each, grace)

    def _compare_one(self, report: Report, updated: Updated, grace: timedelta) -> None:
        key = updated.item.key
        try:
            events = self._history.label_events(key)
            notes = self._history.comments(key) if updated.commented else ()
        except NotFound:
            return  # deleted or moved since it was listed
        me = self._history.whoami()
        seen = Seen(updated, events, notes, self._store.told(str(key), me), me)
        found = self._store.put(
            missing(seen, since=report.since, until=report.began_at - grace if grace else report.began_at + SKEW)
        )
        report.count(found, failed=False)
        if _told_of(report, updated.item.project_path, key.project_id, enabled=True):
            report.kept_back += len(found)
        if updated.item.updated_at < report.began_at - IN_FLIGHT:
            self._compared[key] = updated.item.updated_at

    def _doubt_silence(self, report: Report) -> None:
        """Changes that no delivery told, though the bot ran and the hook is enabled."""
        if not report.kept_back or report.blind_from is not None:
            return
        heard = self._store.last_heard()
        last = f"the last delivery came at {heard:%Y-%m-%d %H:%M:%S} UTC" if heard else "no delivery ever came"
        report.silent = True
        report.problems.append(
            f"GitLab did not tell {report.kept_back} changes though the hook is enabled ({last}): does it listen for "
            "issues, confidential issues, comments and confidential comments, and is its rate limit reached?"
        )


def _told_of(report: Report, path: str, project_id: int | None = None, *, enabled: bool = False) -> bool:
    """Whether a hook of ours is there for the place, and GitLab calls it."""
    hooks = (hook for hook in report.hooks if not enabled or hook.alert_status == EXECUTABLE)
    return any(tells_of(hook, path, project_id) for hook in hooks)
