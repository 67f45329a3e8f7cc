"""What many scenes begin with, and what happens outside of GitLab: a request in some stage, time, Salesforce."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

import httpx
from standardwebhooks import Webhook

from app.demo.acts import Act, filled
from app.demo.cast import CALCULATOR, EM, LEADER, RDM
from app.demo.checks.issue import stands_in
from app.demo.expect import Expectation
from app.demo.people import ActFailed
from app.demo.request import write_request
from app.demo.scene import Scene

DISCOVERY, STRAWMAN, FEEDBACK = "proposal::Awaiting_Discovery", "proposal::Strawman_WIP", "proposal::Estimate_Feedback"
HOLD, SOW, READY = "proposal::On_hold", "proposal::SOW_WIP", "proposal::Ready For Approval"
APPROVED, WON, LOST = "proposal::Approved", "proposal::closed_won", "proposal::closed_lost"
WAY = (DISCOVERY, STRAWMAN, FEEDBACK, SOW, READY, APPROVED, WON)
"""Of a deal for which all goes well."""
SALESFORCE, TIME = "Salesforce", "time"

PAPERS = """Estimate total: 20,000 USD
Estimate: https://docs.google.com/spreadsheets/d/1
SOW: https://docs.google.com/document/d/2
Cost estimate: https://docs.google.com/spreadsheets/d/3
Terms: MSA"""


def request(
    *lines: str,
    at: str = "Open",
    labels: Sequence[str] = (),
    papers: bool = True,
    beside: str = "",
    then: Sequence[Expectation] | None = None,
) -> Act:
    """A request is filed, with these lines at the end of its description, and people bring its card to a stage.

    ``papers``: with what the SOW needs, and an estimate that is not dear. ``beside``: title of an issue that the
    calculator files right after it. What comes of the way is not looked at.
    """
    tells = "files a request" + (f", which goes its way to {at}" if at != "Open" else "")

    def do(scene: Scene) -> None:
        written = write_request(scene)
        text = "\n".join([written.description.rstrip(), "", *([PAPERS] if papers else []), *lines])
        text = filled(text, {"gitlab": scene.cast.gitlab})
        made = scene.cast[CALCULATOR].file_issue(
            scene.plan_project, title=written.title, description=scene.dated(text), labels=[*written.labels, *labels]
        )
        scene.file(int(made["iid"]))
        if beside:
            title = filled(beside, {"customer": scene.deal.customer})
            scene.cast[CALCULATOR].file_issue(scene.plan_project, title=title, description="", labels=[])
        scene.settle()
        for stage in WAY[: WAY.index(at) + 1] if at in WAY else [*WAY[:1], at] if at != "Open" else []:
            go_on(scene, stage)

    return Act(CALCULATOR, tells, do, [stands_in(at)] if then is None else then, on_the_way=then is None)


def go_on(scene: Scene, stage: str) -> None:
    """Whoever does it in life takes the card one stage further, with the reviews that this needs."""
    if stage == READY:
        scene.cast[RDM].label(scene.scoping, add=["RDM::approved"], remove=["RDM::needs-review"])
    scene.cast[LEADER if stage == APPROVED else EM].move(scene.scoping, stage)
    scene.settle()


def passes(time: str, then: Sequence[Expectation]) -> Act:
    """So much time goes by: ``25 hours``, ``3 business days``, until the next ``Mon 08:00``, or one after the other, as
    in ``46 days, then every workday 09:00``."""

    def do(scene: Scene) -> None:
        if scene.time is None:
            raise ActFailed("No time passes in this story.")
        for part in time.split(", then "):
            scene.time(part)

    return Act(TIME, f"goes by: {time}" if time[:1].isdigit() else f"goes by until {time}", do, then)


def tells_deal(event: str, then: Sequence[Expectation], **says: object) -> Act:
    """Salesforce tells the bot of the deal, signed."""
    more = "".join(f", {name.replace('_', ' ')} {value}" for name, value in says.items())

    def do(scene: Scene) -> None:
        where = scene.scoping
        body = {
            "type": event,
            "opportunity_id": f"006Ab{where.iid:07}",
            "scoping_issue": f"{where.project}#{where.iid}",
            **says,
        }
        send_signed(scene, "/events/deal", body)

    return Act(SALESFORCE, f"tells of the deal: {event}{more}", do, then)


def send_signed(scene: Scene, path: str, body: dict[str, object]) -> None:
    """Post an event to the bot as Standard Webhooks says. Raises ActFailed when it is not taken."""
    text, name = json.dumps(body), secrets.token_hex(12)
    now = scene.now()
    headers = {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(scene.deal_token).sign(name, now, text),
    }
    answer = httpx.post(f"{scene.bot_url}{path}", content=text, headers=headers, timeout=10, trust_env=False)
    if answer.status_code != 202:
        raise ActFailed(f"The bot answered {answer.status_code} to {path}: {answer.text[:300]}")
