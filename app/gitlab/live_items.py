"""Changing the item itself: labels, state, people, description."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.errors import Refused, SowbotError
from app.gitlab.answers import IssueAnswer, UserAnswer
from app.gitlab.markers import with_block
from app.gitlab.read import LiveReader

_RUNNABLE = re.compile(r"^/[a-z_]+(?=\s|$)", re.MULTILINE)
_FENCED = re.compile(r"^(`{3,}|~{3,}).*?(?:^\1|\Z)", re.MULTILINE | re.DOTALL)


class ItemWrites(LiveReader):
    """The port's methods that change an issue."""

    def change_labels(self, key: ItemKey, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Outcome:
        """See the port."""
        issue = self._issue(key)
        adding = [title for title in dict.fromkeys(add) if title not in issue.labels]
        removing = [title for title in issue.labels if title not in add and _goes(title, add, remove)]
        if not adding and not removing:
            return Outcome(Result.ALREADY_SO, "The labels are so already.", url=issue.web_url)
        if unknown := self._unknown_labels(key.project_id, adding):
            return Outcome(Result.REFUSED, unknown, url=issue.web_url)
        changes = {"add_labels": adding, "remove_labels": removing}
        answer = self._update(key, {name: ",".join(titles) for name, titles in changes.items() if titles})
        missing = [title for title in adding if title not in answer.labels]
        kept = [title for title in removing if title in answer.labels]
        if missing or kept:
            return Outcome(Result.REFUSED, _not_done(missing, kept), url=issue.web_url)
        data: dict[str, object] = {"added": adding, "removed": removing}
        return Outcome(Result.APPLIED, _done(adding, removing), url=issue.web_url, data=data)

    def set_state(self, key: ItemKey, *, state: str) -> Outcome:
        """See the port."""
        event = {"closed": "close", "opened": "reopen"}[state]
        issue = self._issue(key)
        if issue.state == state:
            return Outcome(Result.ALREADY_SO, f"The issue is {state} already.", url=issue.web_url)
        answer = self._update(key, {"state_event": event})
        if answer.state != state:
            return Outcome(Result.REFUSED, f"GitLab took the call but left the issue {answer.state}. {_RIGHTS}")
        said = "Closed the issue." if event == "close" else "Reopened the issue."
        return Outcome(Result.APPLIED, said, data={"state_before": issue.state})

    def assign(self, key: ItemKey, *, usernames: Sequence[str], keep: bool = True) -> Outcome:
        """See the port."""
        users, unknown = self._users(usernames)
        if not users and (unknown or keep):
            return Outcome(Result.REFUSED, _unknown_users(unknown) or "Nobody was named.")
        self._items.forget(key)  # assignees can only be sent as a whole list, so it is looked at just before
        issue = self._issue(key)
        before = [user.id for user in issue.assignees]
        wanted = list(dict.fromkeys([*(before if keep else []), *(user.id for user in users)]))
        if set(wanted) == set(before):
            return Outcome(Result.ALREADY_SO, _join("They are assigned already.", _unknown_users(unknown)))
        answer = self._update(key, {"assignee_ids": wanted or [0]})
        return _assigned(users, before, answer, unknown)

    def append_to_description(self, key: ItemKey, *, marker: str, text: str) -> Outcome:
        """See the port. Saving runs quick actions: a description in which one lies is not saved again."""
        self._items.forget(key)  # the description goes back as a whole, so it is looked at just before
        issue = self._issue(key)
        wanted = with_block(issue.text, marker, text)
        if same_text(wanted, issue.text):
            return Outcome(Result.ALREADY_SO, "The description says so already.", url=issue.web_url)
        if sentence := would_run(issue.text):
            return Outcome(Result.REFUSED, sentence, url=issue.web_url)
        answer = self._update(key, {"description": wanted})
        if not same_text(answer.text, wanted):
            return Outcome(Result.REFUSED, f"GitLab took the call but did not keep the description. {_RIGHTS}")
        return Outcome(Result.APPLIED, "Updated the description.", url=issue.web_url)

    def _update(self, key: ItemKey, change: dict[str, Any]) -> IssueAnswer:
        try:
            answer = IssueAnswer.model_validate(self._issues(key.project_id).update(key.iid, change))
        except SowbotError:
            self._items.forget(key)  # it may have had its effect nevertheless
            raise
        return self._items.put(key, answer)

    def _users(self, usernames: Iterable[str]) -> tuple[list[UserAnswer], list[str]]:
        """Those there are, and the names of those there are not."""
        looked = {name: self._user(name) for name in dict.fromkeys(name.removeprefix("@") for name in usernames)}
        return [user for user in looked.values() if user], [name for name, user in looked.items() if not user]

    def _unknown_labels(self, project: str | int, titles: Iterable[str]) -> str:
        """A sentence naming the labels that the project lacks, or empty. GitLab would create them."""
        missing = [title for title in titles if title not in self.label_titles(project)]
        if missing:
            self._known.labels.forget(project)
            missing = [title for title in missing if title not in self.label_titles(project)]
        if not missing:
            return ""
        guess = get_close_matches(missing[0], self.label_titles(project), n=1)
        hint = f' Did you mean "{guess[0]}"?' if guess else ""
        return f"The project has no label {_quoted(missing)}, and sowbot creates none by the way.{hint}"

    def _require_labels(self, project: str | int, titles: Iterable[str]) -> None:
        if unknown := self._unknown_labels(project, titles):
            raise Refused(unknown)


_RIGHTS = "Does the bot have at least the Planner or Reporter role there?"


def would_run(text: str) -> str:
    """Why a description may not be saved again; empty if it may."""
    found = _RUNNABLE.search(_FENCED.sub("", text.replace("\r", "")))
    if found is None:
        return ""
    return (
        f"The description has a line that begins with {found.group()}: saving it would make GitLab run that."
        " Put a space before it, then retry."
    )


def scope_of(title: str) -> str | None:
    """``proposal`` for ``proposal::SOW_WIP``: everything before the last ``::``; None for a label without a scope."""
    scope, found, _ = title.rpartition("::")
    return scope if found else None


def _goes(title: str, add: Sequence[str], remove: Sequence[str]) -> bool:
    scope = scope_of(title)
    return title in remove or (scope is not None and scope in {scope_of(added) for added in add})


def _done(added: Sequence[str], removed: Sequence[str]) -> str:
    parts = [f"added {_quoted(added)}"] if added else []
    parts += [f"removed {_quoted(removed)}"] if removed else []
    sentence = " and ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _not_done(missing: Sequence[str], kept: Sequence[str]) -> str:
    parts = [f"did not set {_quoted(missing)}"] if missing else []
    parts += [f"kept {_quoted(kept)}"] if kept else []
    return f"GitLab took the call but {' and '.join(parts)}. {_RIGHTS}"


def _quoted(titles: Sequence[str]) -> str:
    return ", ".join(f'"{title}"' for title in titles)


def _assigned(
    users: Sequence[UserAnswer], before: Sequence[int], answer: IssueAnswer, unknown: Sequence[str]
) -> Outcome:
    now = {user.id for user in answer.assignees}
    done = [user.username for user in users if user.id in now and user.id not in before]
    left_out = [user.username for user in users if user.id not in now]
    remarks = [_unknown_users(unknown)]
    if left_out:
        kept = ", ".join(user.username for user in answer.assignees) or "nobody"
        remarks.append(
            f"GitLab did not assign {', '.join(left_out)}; assigned is {kept}."
            " The Free tier keeps one assignee, and people without access are left out."
        )
    if users and not done and left_out:
        return Outcome(Result.REFUSED, _join(*remarks), url=answer.web_url)
    said = f"Assigned {', '.join(done)}." if done else "Took others off the issue."
    return Outcome(Result.APPLIED, _join(said, *remarks), url=answer.web_url, data={"assigned": done})


def _unknown_users(names: Sequence[str]) -> str:
    return f"GitLab has no active user {', '.join(names)}." if names else ""


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same to GitLab, which changes line ends and trims."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
