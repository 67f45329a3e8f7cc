"""The bot put together from its parts: wiring only, nothing is decided here."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from pathlib import Path

import httpx
import sqlalchemy as sa
import structlog

import handlers
from app.domain.item import ItemKey
from app.engine import ledger, parked, schedules
from app.engine.admins import AdminsIssue
from app.engine.attend import Attend
from app.engine.budget_row import key_of
from app.engine.clock import utc_now
from app.engine.digests import Digests
from app.engine.engine import Chore, Engine
from app.engine.healing.gaps import Gaps
from app.engine.healing.hooks import Hooks
from app.engine.healing.places import Places
from app.engine.healing.position import Position
from app.engine.healing.store import Store
from app.engine.healing.sweep import Sweeper
from app.engine.history import DatabaseRecords
from app.engine.people import Directory
from app.engine.perform import Tools
from app.engine.place import is_request
from app.engine.posts import DatabasePosts
from app.engine.requests import Requests
from app.engine.rulebook import Rules
from app.engine.standing_aside import StandingAside
from app.engine.tables import database_url
from app.engine.timers import DatabaseTimers
from app.engine.triage import Sieve
from app.engine.trouble import problem_of
from app.errors import SowbotError
from app.gitlab.budget import Budget, usual_pace
from app.gitlab.live import LiveGitLab
from app.gitlab.transport import open_gitlab
from app.gitlab.write_marks import WriteMarks
from app.metrics import Metrics
from app.outbound.channels import TIMEOUT_S, BookChannels
from app.outbound.current import CurrentChannels
from app.rules.book import RuleBook
from app.rules.loading.load import load_or_raise
from app.settings import Settings
from app.templating.folder import TemplateFolder
from app.trying.findings import refuse_failing
from app.web.decisions import DecisionLinks
from app.webhook.calculator_form import FORM
from app.webhook.verify import Verifier
from handlers.note_text import CONTEXT_NAMES
from handlers.scoping.request import file_request
from handlers.scoping.tables import services_of

log = structlog.get_logger(__name__)

SCHEDULES_EVERY = "* * * * *"
"""When it is looked whether the time of a schedule has come, as a cron line: each minute."""
SWEEPS_EVERY = "*/5 * * * *"
"""When a sweep is made, besides the one at the start."""

_passed: set[bytes] = set()
"""Hashes of rule files with their templates whose own tests passed in this process: they come out the same again."""


@dataclass(frozen=True)
class Bot:
    """Everything that runs, and how it is started and stopped."""

    settings: Settings
    metrics: Metrics
    gitlab: LiveGitLab
    rules: Rules
    engine: Engine
    attend: Attend
    links: DecisionLinks
    verifier: Verifier
    sieve: Sieve
    sweeper: Sweeper
    channels: CurrentChannels
    requests: Requests
    templates: TemplateFolder

    @classmethod
    def build(cls, settings: Settings) -> Bot:
        """Put it together. Raises SettingsError or RulesError when it can't be started as configured."""
        actions = handlers.by_name()
        metrics = Metrics(actions)
        budget = _budget(settings)
        marks = WriteMarks(settings.gitlab_token.get_secret_value())
        gitlab = _gitlab(settings, metrics, budget, marks)
        templates = TemplateFolder(settings.templates)
        admins = AdminsIssue(gitlab.fresh, settings.admins_issue, settings.rules.name)
        rules = Rules(
            settings.rules,
            lambda path: _load(path, templates, metrics),
            on_refused=admins.rules_refused,
            on_bad=metrics.rules_refused,
        )
        sieve = Sieve(rules, gitlab)
        engine = Engine(
            database_url(settings.database_url.get_secret_value() if settings.database_url else "", settings.data_dir),
            triage=sieve,
            knows=marks.knows if settings.mark_writes else lambda _: False,
            replica=settings.replica,
            budget=budget,
            budget_key=key_of(settings.gitlab_url, settings.gitlab_token.get_secret_value()),
        )
        links = DecisionLinks(settings.public_url or "", _page_secret(settings))
        channels = _channels(settings, rules, engine.database)
        aside = StandingAside(engine.database, tell=admins.rule_stood_aside, count=metrics.rules_aside)
        tools = Tools(
            database=engine.database,
            handlers=actions,
            templates=templates,
            channels=channels,
            timers=DatabaseTimers(engine.database),
            records=DatabaseRecords(
                engine.database,
                url=links.url,
                try_again=lambda delivery: parked.retry(
                    engine.database, delivery, enqueue=engine.enqueue, triage=sieve
                ),
                on_taken=lambda names: aside.look(rules.book, names),
            ),
            decision_url=links.url,
        )
        store, position = Store(engine.database, engine.inbox), Position(engine.database)
        sweeper = Sweeper(
            history=gitlab.history(),
            store=store,
            position=position,
            rules=rules,
            places=Places(gitlab.history(), store),
            hooks=Hooks(gitlab.history(), settings.public_url),
            reenable=settings.reenable_hook,
            watch=metrics.sweep,
        )
        attend = Attend(
            tools=tools,
            rules=rules,
            directory=Directory(gitlab),
            fresh_gitlab=gitlab.fresh,
            later=engine.later,
            fill_gap=Gaps(gitlab.history(), store, position).fill,
            aside=aside,
            on_outcome=metrics.step,
        )
        requests = Requests(
            engine.database,
            lambda change: file_request(
                gitlab.fresh(), templates, rules.book.file, change.extra[FORM], name=change.delivery_id
            ),
            engine.later,
        )
        verifier = Verifier(settings.secret_tokens, settings.signing_tokens)
        return cls(
            settings,
            metrics,
            gitlab,
            rules,
            engine,
            attend,
            links,
            verifier,
            sieve,
            sweeper,
            channels,
            requests,
            templates,
        )

    def claim(self) -> None:
        """Take this process's place at the database. Raises SettingsError when another process has it."""
        self.engine.claim()

    def start(self) -> None:
        """Recover what a crash left, then take deliveries. Not to be called in an event loop."""
        self.sieve.find_out_who_i_am()
        self.sweeper.wake()
        self.engine.start(
            self._work,
            chores=(
                Chore("pulse", "*/30 * * * * *", self.sweeper.pulse),
                Chore("sweep", SWEEPS_EVERY, self.sweeper.scheduled),
                Chore("schedules", SCHEDULES_EVERY, self._each_minute),
                Chore("digests", SCHEDULES_EVERY, self._post_digests),
            ),
        )
        self.rules.start()
        # Deliveries are taken meanwhile: what was missed may take a while to be found.
        threading.Thread(target=self.sweeper.at_start, name="sweep-at-start", daemon=True).start()

    def _post_digests(self) -> None:
        tools = self.attend.tools
        Digests(tools.database, lambda: self.rules.book, self.gitlab.board, tools.channels, tools.templates).run()

    def _work(self, place: str) -> None:
        """Attend to an item, or file the one that is asked for."""
        (self.requests if is_request(place) else self.attend)(place)

    def services(self) -> list[str]:
        """What the Services Calculator can ask for: each has a table of questions in ``templates/scoping/``."""
        return services_of(self.templates.names())

    def requests_page(self) -> str:
        """The address of the list of issues in which requests are filed."""
        file = self.rules.book.file
        place = file.projects.get(file.defaults.project or "", file.defaults.project or "")
        path = f"projects/{place}" if isinstance(place, int) else f"{place}/-/issues"
        return f"{self.settings.gitlab_url}/{path}"

    def _each_minute(self) -> None:
        schedules.fire_due(self.engine.database, self.engine.inbox, self.rules.book)
        self.channels.post_held()

    def stop(self) -> None:
        """Let running work end, then close everything."""
        self.rules.stop()
        self.sweeper.stop()
        self.engine.stop()
        self.gitlab.close()

    def find_issue(self, project: str | int, iid: int) -> tuple[ItemKey, str]:
        """An issue by its project's path or id, and that path. Raises NotFound when the bot is shown no such issue."""
        door = self.gitlab.fresh()
        found = door.project(project)
        key = ItemKey(found.id, iid)
        door.read_item(key)
        return key, found.path

    def channel_secrets(self) -> list[str]:
        """Names of the secrets that the rule file's channels speak of."""
        return [name for channel in self.rules.book.file.channels.values() for name in channel.variables().values()]

    def account(self, delivery_id: str) -> ledger.Account | None:
        """The story of one delivery, for its page."""
        return ledger.account(self.engine.database, delivery_id)

    def database_problem(self) -> str | None:
        """None if the database answers."""
        try:
            ledger.waiting(self.engine.database)
        except sa.exc.SQLAlchemyError as error:
            return problem_of(error)
        return None

    def gitlab_problem(self) -> str | None:
        """None if GitLab knows the bot's token."""
        try:
            self.gitlab.whoami()
        except SowbotError as error:
            return str(error)
        return None

    def render_metrics(self) -> bytes:
        """The metrics, with the inbox as it is now."""
        count, oldest = ledger.waiting(self.engine.database)
        self.metrics.inbox(waiting=count, oldest_s=utc_now().timestamp() - oldest if oldest else 0.0)
        return self.metrics.render()


def _budget(settings: Settings) -> Budget:
    notes, issues = usual_pace(settings.gitlab_url)
    return Budget(
        notes_per_minute=notes if settings.notes_per_minute is None else settings.notes_per_minute,
        issues_per_minute=issues if settings.issues_per_minute is None else settings.issues_per_minute,
    )


def _gitlab(settings: Settings, metrics: Metrics, budget: Budget, marks: WriteMarks) -> LiveGitLab:
    def on_call(method: str, _route: str, status: int, remaining: int | None) -> None:
        metrics.gitlab_call(method, status or None, remaining=remaining)

    token = settings.gitlab_token.get_secret_value()
    return LiveGitLab(
        open_gitlab(
            url=settings.gitlab_url,
            token=token,
            on_call=on_call,
            budget=budget,
            marks=marks if settings.mark_writes else None,
        )
    )


def _load(path: Path, templates: TemplateFolder, metrics: Metrics) -> RuleBook:
    book = load_or_raise(
        path, actions=handlers.specs(), templates=templates, context_names=CONTEXT_NAMES, name=path.name
    )
    text = b"".join(Path(file).read_bytes() for file in book.files)
    whole = hashlib.sha256(text + templates.fingerprint()).digest()
    if whole not in _passed:
        refuse_failing(book, handlers=handlers.by_name(), templates=templates)
        _passed.add(whole)
    metrics.rules(hashlib.sha256(text).hexdigest()[:12])
    return book


def _channels(settings: Settings, rules: Rules, database: sa.Engine) -> CurrentChannels:
    posts, client = DatabasePosts(database), httpx.Client(timeout=TIMEOUT_S, follow_redirects=False)

    def of_the_book(book: RuleBook) -> BookChannels:
        return BookChannels(book.file.channels, settings.secret, posts, client, slack_api=settings.slack_api)

    return CurrentChannels(lambda: rules.book, of_the_book)


def _page_secret(settings: Settings) -> bytes:
    """Made of what is secret anyway, so that links stay good over a restart and there is no further setting."""
    material = [*settings.secret_tokens, *(token.encode() for token in settings.signing_tokens)]
    return hashlib.sha256(b"decision pages" + b"".join(material)).digest()
