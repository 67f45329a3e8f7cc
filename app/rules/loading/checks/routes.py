"""Routing tables: every row can be reached, and does something."""

from __future__ import annotations

from typing import Any

from app.rules.loading.findings import Findings
from app.rules.loading.located import Path
from app.rules.loading.tolerant import block, items


def check_routes(data: dict[str, Any], findings: Findings) -> None:
    """Warn of rows behind one that fits every issue, and of rows that neither assign nor label."""
    for name, rows in block(data.get("routes")).items():
        catches_all: Path | None = None
        for path, row in items(rows, ("routes", name)):
            if not isinstance(row, dict):
                continue
            if catches_all is not None:
                where = findings.where(catches_all)
                what = f"no issue gets to this row: the one on {where} fits every issue"
                findings.warning(path, what, "put the row without 'when' last")
            elif not row.get("when"):
                catches_all = path
            if not row.get("assign") and not row.get("add_labels"):
                findings.warning(path, "this row neither assigns anybody nor adds a label")
