"""History: the recorded deliveries as lines of JSON, from the ledger or a file; ``./run export-history`` writes one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from app.engine.tables import connect, database_url, inbox
from app.errors import AdminMustAct
from app.settings import load_settings

AT_ONCE = 1000


def ledger_of_settings() -> sa.Engine:
    """The ledger of the bot that the SOWBOT_… settings speak of. Raises SettingsError when they can't be used."""
    settings = load_settings(os.environ)
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    database = connect(database_url(url, settings.data_dir), pool_size=1)
    try:
        there = sa.inspect(database).has_table(inbox.name)
    except sa.exc.SQLAlchemyError as error:
        shown = database.url.render_as_string()
        raise AdminMustAct(f"The ledger {shown} can't be opened: {type(error).__name__}.") from error
    if not there:
        raise AdminMustAct(f"There is no ledger in {database.url.render_as_string()}: no bot has run with it yet.")
    return database


def lines_of_ledger(database: sa.Engine, *, since: datetime | None = None) -> Iterator[str]:
    """Each delivery as one line, oldest first: what came, what was decided, what was looked at."""
    # What was finished when it came was set aside unseen; what has no decision otherwise waits, or its item is gone.
    told = inbox.c.decision.is_not(None) | (inbox.c.finished_at == inbox.c.received_at)
    query = sa.select(inbox.c.change, inbox.c.decision, inbox.c.seen).where(told).order_by(inbox.c.seq)
    if since is not None:
        query = query.where(inbox.c.received_at >= since.timestamp())
    with database.connect() as connection:
        for row in connection.execution_options(yield_per=AT_ONCE).execute(query):
            change = json.loads(row.change)
            change.pop("description", None)  # no decision asks for it, and it is what people wrote
            yield f'{{"change":{json.dumps(change)},"decision":{row.decision or "null"},"seen":{row.seen or "null"}}}\n'


def lines_of_file(path: Path) -> Iterator[str]:
    """The lines of an exported file. Raises AdminMustAct when it can't be read."""
    try:
        with path.open(encoding="utf-8") as file:
            yield from (line for line in file if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise AdminMustAct(f"{path} can't be read as exported history: {error}") from error


def export(path: Path, *, since: datetime | None = None) -> int:
    """Write the ledger's history to a file that only its owner may read, and say how much it was."""
    count = 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        for line in lines_of_ledger(ledger_of_settings(), since=since):
            file.write(line)
            count += 1
    print(f"{count} deliveries in {path}. It holds titles and usernames: treat it as you treat the board.")
    return 0
