"""A person of the story, acting in GitLab as people do: through the REST API with a token of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import httpx

Json = dict[str, Any]


class ActFailed(Exception):
    """GitLab did not let a person of the story do what the story says: the demo or the sandbox is broken."""


class NotThere(ActFailed):
    """The act is about an issue that nobody has filed."""


class Person:
    """Somebody with a name, a part in the story and a token."""

    def __init__(self, *, username: str, name: str, token: str, gitlab: str) -> None:
        self.username = username
        self.name = name
        self._http = httpx.Client(base_url=f"{gitlab}/api/v4", headers={"PRIVATE-TOKEN": token}, timeout=10)

    def file_issue(
        self, project: str, *, title: str, description: str, labels: Iterable[str], confidential: bool = False
    ) -> Json:
        """Open an issue; returns it."""
        body: Json = {"title": title, "description": description, "labels": ",".join(labels)}
        if confidential:
            body["confidential"] = True
        return dict(self._ask("POST", f"/projects/{quote(project, safe='')}/issues", body))

    def issues(self, project: str) -> list[Json]:
        """The project's newest issues."""
        return list(self._ask("GET", f"/projects/{quote(project, safe='')}/issues?per_page=100"))

    def read(self, issue: IssueAddress) -> Json:
        """The issue as GitLab has it."""
        return dict(self._ask("GET", issue.path))

    def linked(self, issue: IssueAddress) -> list[Json]:
        """The issues linked to it."""
        return list(self._ask("GET", f"{issue.path}/links"))

    def search(self, group: str, words: str) -> list[Json]:
        """Issues of a group and all below it with these words in title or text, newest first."""
        path = f"/groups/{quote(group, safe='')}/issues?scope=all&per_page=100&search={quote(words)}"
        return list(self._ask("GET", path))

    def comment(self, issue: IssueAddress, text: str) -> None:
        """Write a comment."""
        self._ask("POST", f"{issue.path}/notes", {"body": text})

    def describe(self, issue: IssueAddress, description: str) -> None:
        """Replace the description."""
        self._ask("PUT", issue.path, {"description": description})

    def close_issue(self, issue: IssueAddress) -> None:
        """Close it."""
        self._ask("PUT", issue.path, {"state_event": "close"})

    def label(self, issue: IssueAddress, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Put labels on and take labels off, in one go."""
        self._ask("PUT", issue.path, {"add_labels": ",".join(add), "remove_labels": ",".join(remove)})

    def change(self, issue: IssueAddress, **fields: object) -> None:
        """Change other fields: ``state_event``, ``assignee_ids`` …"""
        self._ask("PUT", issue.path, fields)

    def assign(self, issue: IssueAddress, username: str) -> None:
        """Make somebody the only assignee."""
        [user] = self._ask("GET", f"/users?username={quote(username)}")
        self.change(issue, assignee_ids=[user["id"]])

    def move(self, issue: IssueAddress, stage: str) -> None:
        """Drag the card: the list's label takes the place of the list's label where the card was."""
        scope = stage.split("::", 1)[0] + "::"
        was = [label for label in self.read(issue)["labels"] if label.startswith(scope)]
        self.label(issue, add=[stage], remove=was)

    def add_hook(self, path: str, settings: Json, *, of: str = "projects") -> Json:
        """Register a webhook on a project, or on one of the ``groups``."""
        return dict(self._ask("POST", f"/{of}/{quote(path, safe='')}/hooks", settings))

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        try:
            answer = self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise ActFailed(f"{self.name} could not reach GitLab ({method} {path}): {error}") from error
        if answer.is_error:
            raise ActFailed(
                f"GitLab answered {answer.status_code} to {self.name}: {method} {path}: {answer.text[:300]}"
            )
        return answer.json()


class IssueAddress:
    """Where an issue is found."""

    def __init__(self, project: str, iid: int) -> None:
        self.project = project
        self.iid = iid

    @property
    def path(self) -> str:
        """In the REST API."""
        return f"/projects/{quote(self.project, safe='')}/issues/{self.iid}"

    def __str__(self) -> str:
        return f"{self.project.rsplit('/', 1)[-1]}#{self.iid}"
