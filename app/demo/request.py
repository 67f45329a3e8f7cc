"""The request for scoping: the Services Calculator's form, sent to the bot as the calculator sends it.

Without a bot that takes forms, the issue is filed as the calculator once did it itself: the same tables, from the same
templates.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from app.demo.bot import ROOT
from app.demo.cast import AE, CALCULATOR, SA
from app.demo.people import ActFailed, Person
from app.demo.scene import Scene
from app.templating.folder import TemplateFolder
from handlers.scoping.request import FORM_NAMES, TEMPLATE
from handlers.scoping.tables import tables, title_of

PUBLIC_SECTOR = "Public Sector US"
SERVICES = ("scm_migration", "implementation")
_FILED_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Calculator:
    """The calculator's way to the bot: its address and the token with which forms are signed."""

    bot: str
    token: str

    def send(self, form: Mapping[str, object]) -> None:
        """Send a form. Raises ActFailed when it is not taken."""
        body, name, sent_at = json.dumps(form).encode(), f"form-{uuid.uuid4()}", str(int(time.time()))
        key = base64.b64decode(self.token.removeprefix("whsec_"))
        signed = f"{name}.{sent_at}.".encode() + body
        signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        headers = {
            "content-type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": sent_at,
            "webhook-signature": f"v1,{signature}",
        }
        answer = httpx.post(f"{self.bot}/events/calculator", content=body, headers=headers, timeout=10, trust_env=False)
        if answer.status_code != 202:
            raise ActFailed(f"The bot answered {answer.status_code} to the calculator: {answer.text[:300]}")


def request_scoping(scene: Scene) -> int:
    """Ask for scoping; the number of the issue that comes of it. Raises ActFailed if none does."""
    if scene.calculator is None:
        return _file(scene)
    deal, asker = scene.deal, scene.cast[CALCULATOR]
    title = f"{deal.customer} - Scope Issue and Write SOW"
    before = _called(asker, scene.plan_project, title)
    scene.calculator.send(
        {
            "customer": deal.customer,
            "username": scene.cast[AE].username,
            "email": f"{scene.cast[AE].username}@example.com",
            "services": list(SERVICES),
            "public_sector_us": deal.public_sector,
            "account_team": [scene.cast[SA].username],
            "territory": deal.territory,
        }
    )
    until = time.monotonic() + _FILED_WITHIN_S
    while time.monotonic() < until:
        if found := _called(asker, scene.plan_project, title) - before:
            return max(found)
        time.sleep(0.05)
    raise ActFailed(f"The bot filed no issue for {deal.customer} within {_FILED_WITHIN_S:g} seconds.")


def _called(asker: Person, project: str, title: str) -> set[int]:
    return {int(issue["iid"]) for issue in asker.issues(project) if issue["title"] == title}


@dataclass(frozen=True, slots=True)
class Request:
    """An issue to be filed."""

    title: str
    description: str
    labels: tuple[str, ...]


def write_request(scene: Scene) -> Request:
    """The issue as the calculator once filed it itself."""
    seller, architect = scene.cast[AE].username, scene.cast[SA].username
    templates = TemplateFolder(ROOT / "templates")
    form = dict.fromkeys(FORM_NAMES, "") | {
        "customer": scene.deal.customer,
        "requested_by": [seller],
        "account_team": [seller, architect],
        "territory": scene.deal.territory,
        "services": [title_of(templates, one) for one in SERVICES],
        "tables": tables(templates, SERVICES, {}),
    }
    written = templates.render(TEMPLATE, form)
    labels = [*written.meta["labels"], *([PUBLIC_SECTOR] if scene.deal.public_sector else [])]
    return Request(str(written.meta["title"]), written.body, tuple(labels))


def _file(scene: Scene) -> int:
    request = write_request(scene)
    made = scene.cast[CALCULATOR].file_issue(
        scene.plan_project, title=request.title, description=request.description, labels=request.labels
    )
    return int(made["iid"])
