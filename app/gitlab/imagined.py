"""The port on an imagined GitLab: what is read comes from elsewhere, what is written stays in memory.

It holds a reader only, so it can't write anything anywhere. What was written is read back, so handlers find what they
made, and one run after another comes out as it would on a real GitLab.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.decision import Outcome
from app.domain.item import ItemKey, Note, Person, Snapshot
from app.errors import Refused
from app.gitlab.imagined_places import ImaginedPlaces, Written, already
from app.gitlab.markers import folded, has_marker, with_block, with_marker
from app.gitlab.port import IssueView, NewIssue
from app.gitlab.views import EpicView, IterationView, elsewhere


class ImaginedGitLab(ImaginedPlaces):
    """Reading and writing, the latter in memory. ``written`` lists what was changed, in order."""

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────
    def whoami(self) -> Person:
        """See the port."""
        return self._reader.whoami()

    def read_item(self, key: ItemKey) -> Snapshot:
        """See the port."""
        return replace(self.whole(key), notes=None)

    def read_notes(self, key: ItemKey) -> tuple[Note, ...]:
        """See the port."""
        return self.whole(key).notes or ()

    def linked_issues(self, key: ItemKey) -> tuple[IssueView, ...]:
        """See the port. Links of issues that were made here are known here alone."""
        mine = [b if a == key else a for a, b in self._links if key in (a, b)]
        known = () if key in self._made else self._reader.linked_issues(key)
        return (*known, *(self._view(other) for other in mine))

    def find_issues(self, project: str | int, *, marker: str) -> tuple[IssueView, ...]:
        """See the port."""
        home = self.project(project)
        mine = tuple(self._view(key) for key, of in self._made.items() if of == marker and key.project_id == home.id)
        return mine if home.path in self._projects else (*self._reader.find_issues(project, marker=marker), *mine)

    def described_issues(self, project: str | int, *, marker: str) -> tuple[IssueView, ...]:
        """See the port."""
        return self._with_mine(
            project,
            lambda: self._reader.described_issues(project, marker=marker),
            lambda one: has_marker(one.description, marker),
        )

    def open_issues(self, project: str | int, *, labels: Sequence[str]) -> tuple[IssueView, ...]:
        """See the port."""
        return self._with_mine(
            project,
            lambda: self._reader.open_issues(project, labels=labels),
            lambda one: one.state == "opened" and set(labels) <= set(one.labels),
        )

    def recent_issues(self, project: str | int, *, since: datetime) -> tuple[IssueView, ...]:
        """See the port."""
        return self._with_mine(
            project,
            lambda: self._reader.recent_issues(project, since=since),
            lambda one: one.state == "opened" and one.created_at >= since,
        )

    def iteration_of(self, key: ItemKey) -> IterationView | None:
        """See the port."""
        if key in self._boxed or key in self._made:
            return self._boxed.get(key)
        return self._reader.iteration_of(key)

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────────────
    def change_labels(self, key: ItemKey, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Outcome:
        """See the port."""
        item = self.whole(key)
        unknown = [title for title in add if title not in self.label_titles(item.project_path)]
        if unknown:
            named = ", ".join(f"'{title}'" for title in unknown)
            raise Refused(f"The project has no label {named}; nothing was changed.")
        scopes = {title.rpartition("::")[0] for title in add} - {""}
        kept = [
            one for one in item.labels if one not in remove and (one in add or one.rpartition("::")[0] not in scopes)
        ]
        after = tuple(dict.fromkeys([*kept, *add]))
        if set(after) == set(item.labels):
            return already("The labels are so already.")
        self.put(replace(item, labels=after))
        more = [f"+{one}" for one in after if one not in item.labels]
        less = [f"-{one}" for one in item.labels if one not in after]
        told = self._wrote(Written("labels", self._reference(key), ", ".join((*more, *less))))
        changed = [one for one in after if one not in item.labels], [one for one in item.labels if one not in after]
        return replace(told, data={"added": changed[0], "removed": changed[1]})

    def ensure_note(self, key: ItemKey, *, marker: str, body: str, internal: bool = False) -> Outcome:
        """See the port."""
        return self._note("comment", key, marker, body, internal=internal)

    def ensure_sticky(self, key: ItemKey, *, marker: str, body: str, internal: bool = False) -> Outcome:
        """See the port."""
        number = self._notes.get((key, marker))
        if number is None:
            return self._note("status note", key, marker, body, internal=internal)
        item = self.whole(key)
        old = next(note for note in item.notes or () if note.id == number)
        if old.body == body:
            return already("The note says so already.")
        notes = tuple(replace(note, body=body) if note.id == number else note for note in item.notes or ())
        self.put(replace(item, notes=notes))
        return self._wrote(Written("status note", self._reference(key), "brought up to date", text=body))

    def ensure_issue(self, project: str | int, *, marker: str, issue: NewIssue) -> tuple[IssueView, Outcome]:
        """See the port."""
        found = self.find_issues(project, marker=marker)
        if found:
            return found[0], already(f"{found[0].reference} is there already.")
        home = self.project(project)
        key = ItemKey(home.id, self._number())
        self.put(
            Snapshot(
                key=key,
                id=self._number(),
                project_path=home.path,
                title=issue.title,
                description=issue.description,
                state="opened",
                labels=issue.labels,
                author=self.whoami(),
                assignees=tuple(Person(name) for name in issue.assignees),
                web_url=f"{home.web_url}/-/issues/{key.iid}",
                created_at=self.now,
                updated_at=self.now,
                confidential=issue.confidential,
                notes=(),
            )
        )
        self._made[key] = marker
        view = self._view(key)
        made = Written("issue", home.path, f"filed “{issue.title}”", text=issue.description, made=issue.title)
        return view, self._wrote(made)

    def append_to_description(self, key: ItemKey, *, marker: str, text: str) -> Outcome:
        """See the port."""
        item = self.whole(key)
        after = with_block(item.description, marker, text)
        if after == item.description:
            return already("The description says so already.")
        self.put(replace(item, description=after))
        return self._wrote(Written("description", self._reference(key), "a block was put below it", text=text))

    def ensure_link(self, key: ItemKey, other: ItemKey, *, link_type: str = "relates_to") -> Outcome:
        """See the port."""
        if any(view.key == other for view in self.linked_issues(key)):
            return already("They are linked already.")
        self._links.append((key, other))
        return self._wrote(Written("link", self._reference(key), f"{link_type} {self._reference(other)}"))

    def ensure_parent(self, key: ItemKey, epic: EpicView) -> Outcome:
        """See the port."""
        if self._parents.get(key) == epic.id:
            return already("It is in the epic already.")
        self._parents[key] = epic.id
        return self._wrote(Written("parent", self._reference(key), f"put into the epic “{epic.title}”"))

    def ensure_iteration(self, key: ItemKey, iteration: IterationView) -> Outcome:
        """See the port."""
        there = self.iteration_of(key)
        if there is None:
            self._boxed[key] = iteration
            return self._wrote(Written("iteration", self._reference(key), f"put into that of {iteration.dates}"))
        if there.id != iteration.id:
            return elsewhere(self._reference(key), there)
        return already("It is in its iteration already.")

    def set_state(self, key: ItemKey, *, state: str) -> Outcome:
        """See the port."""
        item = self.whole(key)
        if item.state == state:
            return already(f"It is {state} already.")
        self.put(replace(item, state=state, closed_at=self.now if state == "closed" else None))
        return replace(self._wrote(Written("state", self._reference(key), state)), data={"state_before": item.state})

    def assign(self, key: ItemKey, *, usernames: Sequence[str], keep: bool = True) -> Outcome:
        """See the port."""
        item = self.whole(key)
        present = [person.username for person in item.assignees]
        wanted = list(dict.fromkeys([*(present if keep else []), *usernames]))
        if wanted == present:
            return already("They are assigned already.")
        self.put(replace(item, assignees=tuple(Person(name) for name in wanted)))
        told = self._wrote(Written("assignees", self._reference(key), ", ".join(f"@{name}" for name in wanted)))
        return replace(told, data={"assigned": [name for name in wanted if name not in present]})

    def withdraw_note(self, key: ItemKey, *, note_id: int, banner: str) -> Outcome:
        """See the port."""
        item, mark = self.whole(key), f"withdrawn/{note_id}"
        old = next((one for one in item.notes or () if one.id == note_id and one.author == self.whoami()), None)
        if old is None or has_marker(old.body, mark):
            return already("The comment is gone, or marked as taken back already.")
        body = with_marker(folded(old.body, banner), mark)
        self.put(replace(item, notes=tuple(replace(one, body=body) if one is old else one for one in item.notes or ())))
        return self._wrote(Written("comment", self._reference(key), "marked as taken back", text=banner))

    def react(self, key: ItemKey, *, note_id: int, emoji: str) -> Outcome:
        """See the port."""
        return self._wrote(Written("emoji", self._reference(key), f":{emoji}: on comment {note_id}"))

    # ── the imagined world ─────────────────────────────────────────────────────────────────────────────────────────
    def whole(self, key: ItemKey) -> Snapshot:
        """An item with its comments, read from the reader the first time."""
        if key not in self._items:
            self._items[key] = replace(self._reader.read_item(key), notes=self._reader.read_notes(key))
        return self._items[key]

    def put(self, item: Snapshot) -> None:
        """The item is so now: somebody did something to it."""
        self._items[item.key] = item

    def relate(self, key: ItemKey, other: Snapshot) -> None:
        """Another issue that is there, linked to the item."""
        self.put(other)
        self._links.append((key, other.key))

    def _note(self, kind: str, key: ItemKey, marker: str, body: str, *, internal: bool) -> Outcome:
        if (key, marker) in self._notes:
            return replace(already("The comment is there already."), data={"note_id": self._notes[key, marker]})
        item = self.whole(key)
        number = 1 + max((note.id for note in item.notes or ()), default=0)
        note = Note(number, body, self.whoami(), self.now, internal)
        self.put(replace(item, notes=(*(item.notes or ()), note)))
        self._notes[key, marker] = number
        told = self._wrote(Written(kind, self._reference(key), "internal" if internal else "", text=body))
        return replace(told, data={"note_id": number})

    def _with_mine(
        self, project: str | int, ask: Callable[[], Sequence[IssueView]], fits: Callable[[Snapshot], bool]
    ) -> tuple[IssueView, ...]:
        """What GitLab lists, with those that were made or changed here as they are now."""
        home = self.project(project)
        mine = [one for one in self._items.values() if one.key.project_id == home.id]
        changed = {one.key for one in mine}
        known = () if home.path in self._projects else ask()
        return (
            *(view for view in known if view.key not in changed),
            *(self._view(one.key) for one in mine if fits(one)),
        )

    def _view(self, key: ItemKey) -> IssueView:
        item = self.whole(key)
        reference = self._reference(key)
        return IssueView(
            key,
            item.id,
            item.title,
            item.web_url,
            reference,
            item.state,
            item.description,
            item.labels,
            created_at=item.created_at,
            confidential=item.confidential,
        )

    def _reference(self, key: ItemKey) -> str:
        return f"{self.whole(key).project_path}#{key.iid}"
