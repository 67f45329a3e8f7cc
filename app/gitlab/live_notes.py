"""Speaking on the item: comments that are found again by their marker, and emoji."""

from __future__ import annotations

from typing import Any

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey, Note
from app.errors import Refused, SowbotError
from app.gitlab.answers import NoteAnswer, UserAnswer
from app.gitlab.markers import folded, has_marker, with_marker
from app.gitlab.read import LiveReader


class NoteWrites(LiveReader):
    """The port's methods that comment."""

    def ensure_note(self, key: ItemKey, *, marker: str, body: str, internal: bool = False) -> Outcome:
        """See the port."""
        if found := self._own_note(key, marker):
            return self._note_outcome(key, Result.ALREADY_SO, "The comment is there already.", found)
        return self._post(key, with_marker(body, marker), internal=internal)

    def ensure_sticky(self, key: ItemKey, *, marker: str, body: str, internal: bool = False) -> Outcome:
        """See the port. An open note cannot be made internal, so it is replaced where it has to become so."""
        text = with_marker(body, marker)
        found = self._own_note(key, marker)
        if found is not None and internal and not found.internal:
            self._delete(key, found)
            found = None
        if found is None:
            return self._post(key, text, internal=internal)
        if _normal(found.body) == _normal(text):
            return self._note_outcome(key, Result.ALREADY_SO, "The status comment says so already.", found)
        note = self._edit(key, found, text)
        return self._note_outcome(key, Result.APPLIED, "Updated the status comment.", note)

    def withdraw_note(self, key: ItemKey, *, note_id: int, banner: str) -> Outcome:
        """See the port."""
        me, mark = self.whoami().id, f"withdrawn/{note_id}"
        found = next((note for note in self.read_notes(key) if note.id == note_id and note.author.id == me), None)
        if found is None:
            return Outcome(Result.NOT_APPLICABLE, "The comment is gone.")
        if has_marker(found.body, mark):
            return self._note_outcome(key, Result.ALREADY_SO, "The comment is marked as taken back already.", found)
        note = self._edit(key, found, with_marker(folded(found.body, banner), mark))
        return self._note_outcome(key, Result.APPLIED, "Marked the comment as taken back.", note)

    def react(self, key: ItemKey, *, note_id: int, emoji: str) -> Outcome:
        """See the port."""
        note = self._issues(key.project_id).get(key.iid, lazy=True).notes.get(note_id, lazy=True)
        try:
            note.awardemojis.create({"name": emoji})
        except Refused:
            # GitLab answers a second award with 404 or 409, by version: what is there decides.
            if self._has_award(note.awardemojis.list(get_all=True), emoji):
                return Outcome(Result.ALREADY_SO, f"The comment has :{emoji}: already.")
            raise
        return Outcome(Result.APPLIED, f"Reacted with :{emoji}:.")

    def _has_award(self, awards: list[Any], emoji: str) -> bool:
        me = self.whoami().id
        return any(award.name == emoji and UserAnswer.model_validate(award.user).id == me for award in awards)

    def _own_note(self, key: ItemKey, marker: str) -> Note | None:
        me = self.whoami().id
        own = (note for note in self.read_notes(key) if note.author.id == me and has_marker(note.body, marker))
        return next(own, None)

    def _post(self, key: ItemKey, text: str, *, internal: bool) -> Outcome:
        data = {"body": text, "internal": True} if internal else {"body": text}
        try:
            created = self._issues(key.project_id).get(key.iid, lazy=True).notes.create(data).attributes
        except SowbotError:
            self._notes.forget(key)  # it may have had its effect nevertheless
            raise
        if "id" not in created:
            raise Refused("GitLab took the whole comment for quick actions and kept no text of it.")
        note = NoteAnswer.model_validate(created).note()
        if internal and not note.internal:
            self._delete(key, note)
            sentence = "GitLab would have shown an internal comment to all, so it was taken back."
            return Outcome(Result.REFUSED, f"{sentence} Does the bot have at least the Reporter role there?")
        self._notes.put(key, (*self.read_notes(key), note))
        return self._note_outcome(key, Result.APPLIED, "Posted the comment.", note)

    def _edit(self, key: ItemKey, note: Note, text: str) -> Note:
        manager = self._issues(key.project_id).get(key.iid, lazy=True).notes
        try:
            edited = NoteAnswer.model_validate(manager.update(note.id, {"body": text})).note()
        except SowbotError:
            self._notes.forget(key)
            raise
        notes = self.read_notes(key)
        self._notes.put(key, tuple(edited if old.id == note.id else old for old in notes))
        return edited

    def _delete(self, key: ItemKey, note: Note) -> None:
        self._notes.forget(key)
        self._issues(key.project_id).get(key.iid, lazy=True).notes.delete(note.id)

    def _note_outcome(self, key: ItemKey, result: Result, sentence: str, note: Note) -> Outcome:
        return Outcome(result, sentence, url=f"{self._address(key)}#note_{note.id}", data={"note_id": note.id})


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
