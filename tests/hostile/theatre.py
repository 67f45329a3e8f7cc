"""One run of the real bot against the sandbox, in which a person tries everything that a person can write."""

from __future__ import annotations

import html
import json
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from app.bench.payloads import issue_update
from app.demo.cast import AE, CALCULATOR, EM, Cast
from app.demo.people import IssueAddress
from app.demo.theatre import Theatre
from app.demo.view import Issue, View
from app.gitlab.markers import as_marker
from app.rules.book import RuleBook
from app.webhook.receive import PATH
from handlers.status_note import MARKER
from tests.handlers.scene import BOOK
from tests.webhook.deliveries import signed

VICTIM = "bystander"
"""Can read every issue of the group, and has no part in any deal: whoever mentions them was led to."""
SMUGGLED = f"@{VICTIM} @all /close <!-- x --> ~CP::Scaffold `@{VICTIM}` [a](http://evil.example) ![b](http://evil.example/b.png)"
CARRIAGES = f"a\r/close\r/assign @{VICTIM}\u2028/label ~CP::Scaffold\x0b/confidential"
DESCRIPTION = f"""## SSOT

| Question | Customer Response | Example response | Rationale for asking |
| --- | --- | --- | --- |
| **Users?** {SMUGGLED} | to-do | 1 | x |
| {CARRIAGES} | to-do | 1 | x |
| </details> @{VICTIM} &#64;{VICTIM} &commat;{VICTIM} | to-do | 1 | x |

## SOW activities

- {SMUGGLED}
- {CARRIAGES}

## Lines to fill

- Requested by: @account.executive
- Account team: @account.executive, @solutions.architect
- Sales territory: EMEA - North {SMUGGLED}
- Terms: MSA {SMUGGLED}
- Start date: 2026-01-01 {SMUGGLED}
- SOW number: 12 {SMUGGLED}
"""
FACTS = (
    f"Estimate total: 99,000 USD {SMUGGLED}",
    f"Estimate: https://docs.google.com/spreadsheets/d/1)@{VICTIM}/close",
    f"Estimate: https://docs.google.com/spreadsheets/d/1)[x](http://evil.example)\r/close\r@{VICTIM}",
    f"SOW: https://docs.google.com/document/d/1#@{VICTIM}",
    f"Terms: {SMUGGLED}",
    f"Start date: {CARRIAGES}",
)
STAGES = ("Awaiting_Discovery", "Strawman_WIP", "Estimate_Feedback", "SOW_WIP", "Ready For Approval")


@dataclass
class Trap:
    """A server of the attacker's; remembers who connected."""

    url: str
    visits: list[bytes] = field(default_factory=list)


@dataclass(frozen=True)
class Aftermath:
    """What is left after the run."""

    cast: Cast
    issue: Issue
    view: View
    trap: Trap
    secrets: dict[str, str]
    places: dict[str, bytes]
    """All that the bot showed, logged, answered or kept, by where."""

    @property
    def by_bot(self) -> list[str]:
        """Every text that the bot wrote: comments, descriptions and titles of its issues."""
        written = [note.body for note in self.view.notes.values() if note.author == self.cast.bot]
        mine = [one for one in self.view.issues.values() if one.author == self.cast.bot]
        return [*written, *(one.description for one in mine), *(one.title for one in mine)]


def run() -> Aftermath:
    """Attack, wait until the bot is done, stop it, and collect everything."""
    with attackers_server() as trap:
        theatre = Theatre(usual_ports=False)
        theatre.keep = True
        try:
            with theatre:
                settings = theatre.bot._settings
                secrets = {name: value for name, value in settings.items() if _is_secret(name)}
                issue = _file(theatre)
                _attack(theatre, issue, trap, settings["SOWBOT_WEBHOOK_SIGNING_TOKEN"])
                view = theatre.quiet_view()
                shown = _shown(theatre, view, settings["SOWBOT_WEBHOOK_SECRET"])
            places = shown | {file.name: file.read_bytes() for file in theatre.folder.iterdir() if file.is_file()}
        finally:
            shutil.rmtree(theatre.folder, ignore_errors=True)
        return Aftermath(theatre.cast, view.issue(issue.project, issue.iid), view, trap, secrets, places)


def forged_markers(book: RuleBook) -> list[str]:
    """The hidden markers that the shipped rules' notes will have: anybody can work them out from the source."""
    comments = [(rule.name, action["comment"]) for rule in book.file.rules for action in rule.do if "comment" in action]
    keys = [f"{name}/{settings['template']}" for name, settings in comments]
    return [as_marker(key) for key in (*keys, MARKER)]


@contextmanager
def attackers_server() -> Iterator[Trap]:
    """Listens until it is left."""
    listener = socket.create_server(("127.0.0.1", 0))
    trap = Trap(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def listen() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                trap.visits.append(connection.recv(65_536))

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield trap
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(timeout=5)


def _file(theatre: Theatre) -> IssueAddress:
    cast = theatre.cast
    made = cast[CALCULATOR].file_issue(
        cast.plan_project,
        title=f"{SMUGGLED} - Scope Issue and Write SOW",
        description=DESCRIPTION + "\n".join(forged_markers(BOOK)),
        labels=["Services Calculator"],
    )
    return IssueAddress(cast.plan_project, int(made["iid"]))


def _attack(theatre: Theatre, issue: IssueAddress, trap: Trap, token: str) -> None:
    cast = theatre.cast
    cast[AE].comment(issue, "\n\n".join(("Nothing to see here.", *forged_markers(BOOK))))
    for stage, fact in zip(STAGES, FACTS, strict=False):
        cast[EM].comment(issue, fact)
        cast[EM].move(issue, f"proposal::{stage}")
        theatre.quiet_view()
    cast[EM].comment(issue, FACTS[-1])
    _name_other_hosts(theatre, issue, trap, token)


def _name_other_hosts(theatre: Theatre, issue: IssueAddress, trap: Trap, token: str) -> None:
    """Authentic deliveries about the real issue, in which every address is the attacker's."""
    view = theatre.quiet_view()
    real = view.issue(issue.project, issue.iid)
    project_id = next(one["id"] for one in view.raw["projects"] if one["full_path"] == issue.project)
    body = issue_update(iid=issue.iid, labels=list(real.labels), added=[real.labels[-1]])
    body["object_attributes"] |= {"project_id": project_id, "id": real.id}
    body["project"] |= {"id": project_id, "path_with_namespace": issue.project}
    addresses = dict.fromkeys(
        ("web_url", "url", "homepage", "avatar_url", "git_http_url", "http_url", "git_ssh_url"), f"{trap.url}/payload"
    )
    for part in ("object_attributes", "project", "user", "repository"):
        body[part] |= addresses
    raw = json.dumps(body).encode()
    given = {"x-gitlab-instance": trap.url, "x-forwarded-host": trap.url, "forwarded": f"host={trap.url}"}
    sent = signed(raw, token=token, at=datetime.now(UTC)) | given
    answer = httpx.post(f"{theatre.bot.url}{PATH}", content=raw, headers=sent, trust_env=False)
    assert answer.status_code == 202, answer.text


def _shown(theatre: Theatre, view: View, secret: str) -> dict[str, bytes]:
    """All that the bot answers, good and bad requests alike, and what it wrote into GitLab and Slack."""
    links = re.findall(rf"{theatre.bot.url}/decisions/[^\s)]+", json.dumps(view.raw))
    asked = [
        ("GET", "/metrics"),
        ("GET", "/readyz"),
        ("GET", "/healthz"),
        ("GET", "/openapi.json"),
        ("GET", "/decisions/unknown?code=x"),
        ("GET", "/nowhere"),
        ("POST", PATH),
        *(("GET", html.unescape(link).removeprefix(theatre.bot.url)) for link in links),
    ]
    answers: dict[str, bytes] = {}
    with httpx.Client(base_url=theatre.bot.url, trust_env=False) as client:
        for method, path in asked:
            answer = client.request(method, path, headers={"x-gitlab-token": secret})
            answers[f"{method} {path}"] = answer.content + str(answer.headers.raw).encode()
            assert answer.status_code < 500, path
    return answers | {"GitLab and Slack": json.dumps(view.raw).encode()}


def _is_secret(name: str) -> bool:
    return name.startswith("SLACK_") or name.endswith(("_TOKEN", "_SECRET"))
