"""What the sandbox's tests work with: the served world, and requests in the name of its people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import gitlab
import httpx
from gitlab.v4.objects import Project, ProjectIssue

from app.sandbox.seed import PS_PLAN, Seeded
from app.sandbox.state import Happening, User, World


@dataclass
class Place:
    """A served world."""

    world: World
    seeded: Seeded
    url: str
    http: httpx.Client
    happenings: list[Happening] = field(default_factory=list)
    clients: list[gitlab.Gitlab] = field(default_factory=list)

    def client(self, username: str = "sowbot") -> gitlab.Gitlab:
        """python-gitlab, signed in."""
        opened = gitlab.Gitlab(self.url, private_token=self.seeded.tokens[username])
        self.clients.append(opened)
        return opened

    def plan(self, username: str = "sowbot") -> Project:
        """PS Plan, as somebody sees it through python-gitlab."""
        return self.client(username).projects.get(PS_PLAN)

    def file(self, title: str = "Acme", *, by: str = "sowbot", **fields: Any) -> ProjectIssue:
        """A new issue in PS Plan."""
        return self.plan(by).issues.create({"title": title, **fields})

    def user(self, username: str) -> User:
        """A user by name."""
        return self.seeded.users[username]

    def ask(self, method: str, path: str, *, by: str | None = "sowbot", **sent: Any) -> httpx.Response:
        """A plain request below ``/api/v4``."""
        headers = {} if by is None else {"PRIVATE-TOKEN": self.seeded.tokens[by]}
        return self.http.request(method, f"/api/v4{path}", headers=headers | sent.pop("headers", {}), **sent)

    def graphql(self, query: str, *, by: str = "sowbot", **variables: Any) -> dict[str, Any]:
        """A GraphQL operation's answer."""
        headers = {"Authorization": f"Bearer {self.seeded.tokens[by]}"}
        answer = self.http.post("/api/graphql", json={"query": query, "variables": variables}, headers=headers)
        assert answer.status_code == 200
        content: dict[str, Any] = answer.json()
        return content

    def told(self) -> list[str]:
        """What was announced: ``issue open``, …"""
        return [f"{happening.kind} {happening.action}" for happening in self.happenings]

    def close(self) -> None:
        """Close all connections."""
        self.http.close()
        for client in self.clients:
            client.session.close()
