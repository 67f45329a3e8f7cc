"""``./run undone``: rules that turned themselves to shadow because people took back what they did."""

from __future__ import annotations

import os

import sqlalchemy as sa

from app.engine import standing_aside
from app.engine.migrations import create_tables
from app.engine.tables import connect, database_url
from app.settings import load_settings


def show() -> int:
    """One rule after the other, the newest first."""
    rules = standing_aside.listed(_database())
    for one in rules:
        print(f"{one.at:%Y-%m-%d %H:%M} UTC  {one.rule}: {one.reason}")
    print(f"{len(rules) or 'No'} rule{'' if len(rules) == 1 else 's'} in shadow by themselves.")
    return 0


def reset(rules: list[str]) -> int:
    """Let them act again. Exit code 1 if one of them did not stand aside."""
    database = _database()
    done = {rule: standing_aside.reset(database, rule) for rule in rules}
    for rule, acts in done.items():
        print(f"{rule}: {'acts again, and is counted anew' if acts else 'it is not in shadow by itself'}.")
    return 0 if all(done.values()) else 1


def _database() -> sa.Engine:
    settings = load_settings(os.environ)
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    database = connect(database_url(url, settings.data_dir), pool_size=1)
    create_tables(database)
    return database
