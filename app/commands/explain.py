"""``./run explain``: the story of a delivery, or of an item's latest ones, from the ledger."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from app.domain.item import ItemKey
from app.engine import ledger
from app.engine.ledger import Account
from app.engine.tables import connect, database_url
from app.rules.deciding.explain import explain as decision_text
from app.settings import load_settings


def explain(what: str) -> int:
    """``what`` is a delivery's id, or an item as ``PROJECT_ID#IID``. 1 if the ledger has no such thing."""
    settings = load_settings(os.environ)
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    database = connect(database_url(url, settings.data_dir), pool_size=1)
    deliveries = ledger.latest_of(database, what) if _is_item(what) else [what]
    accounts = [account for delivery in deliveries if (account := ledger.account(database, delivery))]
    if not accounts:
        print(
            f"sowbot: the ledger knows nothing of {what!r}. It takes a delivery's id or PROJECT_ID#IID.",
            file=sys.stderr,
        )
        return 1
    for account in accounts:
        print("\n".join(_lines(account)), end="\n\n")
    return 0


def _is_item(what: str) -> bool:
    try:
        ItemKey.parse(what)
    except ValueError:
        return False
    return True


def _lines(account: Account) -> Iterator[str]:
    change = account.change
    who = f" by @{change.actor.username}" if change.actor else ""
    yield f"{account.received_at:%Y-%m-%d %H:%M:%S}  {change.delivery_id}  {change.kind}{who}  [{account.state}]"
    if account.decision is None:
        yield f"  {account.summary or 'Not decided yet.'}"
        return
    yield from (f"  {line}" for line in decision_text(account.decision).splitlines())
    for pending in account.steps:
        ended = f"{pending.outcome.result}: {pending.outcome.sentence}" if pending.outcome else "not yet performed"
        yield f"  {pending.step.action} ended: {ended}"
