"""The scoping issue as the Services Calculator files it: the shipped template, filled from its form."""

from __future__ import annotations

from dataclasses import dataclass

from app.demo.bot import ROOT
from app.demo.cast import AE, SA
from app.demo.scene import Scene
from app.templating.folder import TemplateFolder

PUBLIC_SECTOR = "Public Sector US"


@dataclass(frozen=True, slots=True)
class Request:
    """An issue to be filed."""

    title: str
    description: str
    labels: tuple[str, ...]


def write_request(scene: Scene) -> Request:
    """Fill the template."""
    seller, architect = scene.cast[AE].username, scene.cast[SA].username
    form = {
        "customer": scene.deal.customer,
        "requested_by": [seller],
        "account_team": [seller, architect],
        "territory": scene.deal.territory,
    }
    written = TemplateFolder(ROOT / "templates").render("issue/scoping_issue", form)
    labels = [*written.meta["labels"], *([PUBLIC_SECTOR] if scene.deal.public_sector else [])]
    return Request(str(written.meta["title"]), written.body, tuple(labels))
