"""What a rule in shadow mode would have done. It leaves nothing in GitLab, so here alone the bot's record is asked."""

from __future__ import annotations

import json

import sqlalchemy as sa

from app.demo.expect import Expectation
from app.demo.scene import Moment
from app.domain.decision import Result
from app.engine.tables import inbox, steps


def would(rule: str, action: str) -> Expectation:
    """The rule's action was decided for the request since then, and not done because the rule is in shadow mode."""

    def test(moment: Moment) -> str | None:
        folder = moment.scene.log.parent
        engine = sa.create_engine(f"sqlite:///file:{folder / 'sowbot.sqlite'}?mode=ro&uri=true")
        query = sa.select(steps.c.step).join(inbox, inbox.c.seq == steps.c.seq)
        query = query.where(steps.c.result == Result.SHADOWED, inbox.c.item.endswith(f"#{moment.scoping.iid}"))
        with engine.connect() as connection:
            found = [json.loads(text) for text in connection.scalars(query)]
        engine.dispose()
        held = any(step["rule"] == rule and step["action"] == action for step in found)
        return None if held else f"in shadow: {', '.join(sorted({step['rule'] for step in found})) or 'nothing'}"

    return Expectation(f"the rule {rule} would do: {action}", test)
