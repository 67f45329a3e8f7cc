"""Whether what a rule file names outside itself is there: channels' addresses, and what it names in GitLab."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from app.domain.item import Person
from app.errors import Forbidden, NotFound
from app.gitlab.port import GroupView, ProjectView
from app.gitlab.views import LabelView
from app.rules.actions import ActionSpec
from app.rules.book import OPEN, RuleBook
from app.rules.loading.findings import Findings
from app.rules.loading.located import Path
from app.rules.loading.suggest import did_you_mean


class Asked(Protocol):
    """What is asked of GitLab; the port's reading half answers it."""

    def project(self, project: str | int) -> ProjectView:
        """Raises NotFound."""
        ...

    def group(self, path: str) -> GroupView | None:
        """None if there is none that the bot may see."""
        ...

    def group_members(self, path: str) -> frozenset[str]:
        """Raises NotFound."""
        ...

    def label_titles(self, project: str | int) -> frozenset[str]:
        """Those of the project and its groups."""
        ...

    def group_labels(self, group: str) -> tuple[LabelView, ...]:
        """Those of the group and the groups above. Raises NotFound."""
        ...

    def user(self, username: str) -> Person | None:
        """None if there is no active user of that name."""
        ...


_HOLDS = {
    "slack": "the address of the Slack webhook",
    "slack_bot": "the token of the Slack bot",
    "mattermost": "the address of the Mattermost webhook",
    "teams": "the address of the Teams workflow",
    "webhook": "the address of the webhook",
    "signing": "the signing token of the webhook",
}


def check_environment(book: RuleBook, has: Callable[[str], bool], findings: Findings) -> None:
    """Warn of channels whose secrets ``has`` not been given; what is meant for them is then not posted."""
    for name, channel in book.file.channels.items():
        for path, variable in channel.variables().items():
            if not has(variable):
                findings.warning(
                    ("channels", name, *path),
                    f"{variable} is not set, so nothing can be posted to '{name}'",
                    f"set it in the environment to {_HOLDS[path[0]]}",
                )


def check_online(book: RuleBook, actions: Mapping[str, ActionSpec], gitlab: Asked, findings: Findings) -> None:
    """Report what GitLab does not know. Raises TryLater, or Forbidden if GitLab refuses the token itself."""
    _Online(book, actions, gitlab, findings).run()


@dataclass(frozen=True)
class _Online:
    book: RuleBook
    actions: Mapping[str, ActionSpec]
    gitlab: Asked
    findings: Findings

    def run(self) -> None:
        for name, place in self.book.file.projects.items():
            self._place(name, place)
        self._labels()
        for name, people in self.book.file.people.items():
            if people.group is not None:
                self._group(("people", name, "group"), people.group)
        for path, username in (*_usernames(self.book), *self._in_steps()):
            self._user(path, username)

    def _place(self, name: str, place: str | int) -> None:
        at: Path = ("projects", name)
        try:
            if self.gitlab.project(place).archived:
                self.findings.warning(at, f"the project {place} is archived, so nothing can be filed there")
        except (NotFound, Forbidden):
            if isinstance(place, int) or self.gitlab.group(place) is None:
                self.findings.error(
                    at, f"GitLab shows the bot no project or group '{place}'", "is it right, and is the bot a member?"
                )

    def _labels(self) -> None:
        """Issues are on the board of the project in which they are filed by default."""
        of = {title: one.of for title, one in self.book.file.labels.items() if one.of is not None}
        known = {name: self._titles(name) for name in {*of.values(), self.book.file.defaults.project}}
        for path, title in _labels(self.book):
            home = of.get(title, self.book.file.defaults.project)
            there = known[home]
            if there is not None and title not in there:
                near = did_you_mean(title, sorted(there), else_list=False)
                hint = near or f"create it there: GitLab > {home} > Manage > Labels"
                self.findings.error(path, f"GitLab has no label '{title}' for {home}", hint, key=path[0] == "labels")

    def _titles(self, home: str | None) -> frozenset[str] | None:
        """Labels of one of ``projects``, a project or a group; None for what can't be seen, which is told already."""
        if home is None:
            return None
        place = self.book.file.projects[home]
        try:
            if isinstance(place, str) and self.gitlab.group(place) is not None:
                return frozenset(label.title for label in self.gitlab.group_labels(place))
            return self.gitlab.label_titles(place)
        except (NotFound, Forbidden):
            return None

    def _group(self, path: Path, group: str) -> None:
        try:
            members = self.gitlab.group_members(group)
        except (NotFound, Forbidden):
            hint = "is the path right, and is the bot a member?"
            self.findings.error(path, f"GitLab shows the bot no group '{group}'", hint)
            return
        if not members:
            self.findings.error(
                path, f"the group '{group}' has no active members, so nobody of this list hears anything"
            )

    def _user(self, path: Path, username: str) -> None:
        if self.gitlab.user(username) is None:
            hint = did_you_mean(username, sorted(self._colleagues()), else_list=False)
            self.findings.error(path, f"GitLab has no active user '{username}'", hint)

    def _in_steps(self) -> Iterator[tuple[Path, str]]:
        """Users that rules name outright."""
        for index, rule in enumerate(self.book.file.rules):
            for number, entry in enumerate(rule.do):
                name, settings = next(iter(entry.items()))
                spec = self.actions[name]
                for username in spec.users(spec.params.model_validate(settings or {})):
                    yield ("rules", index, "do", number, name), username

    def _colleagues(self) -> set[str]:
        """The people whose names may have been meant."""
        found: set[str] = set()
        for people in self.book.file.people.values():
            if people.group is not None:
                try:
                    found |= self.gitlab.group_members(people.group)
                except (NotFound, Forbidden):
                    continue
        return found


def _labels(book: RuleBook) -> Iterator[tuple[Path, str]]:
    """Labels that must be in GitLab already; those of a family (``close_qtr::*``) are made as needed."""
    board = book.file.board
    if board.only not in book.file.labels:
        yield ("board", "only"), board.only
    for title in book.file.labels:
        if "*" not in title:
            yield ("labels", title), title
    for index, stage in enumerate(board.stages):
        if stage.stage != OPEN:
            yield ("board", "stages", index, "stage"), stage.stage


def _usernames(book: RuleBook) -> Iterator[tuple[Path, str]]:
    for name, people in book.file.people.items():
        yield from _listed(("people", name, "users"), people.users)
    for name, rows in book.file.routes.items():
        for index, row in enumerate(rows):
            yield from _listed(("routes", name, index, "assign"), row.assign)


def _listed(path: Path, usernames: Iterable[str]) -> Iterator[tuple[Path, str]]:
    for index, username in enumerate(usernames):
        yield (*path, index), username
