"""The engine's tables, and how their database is opened. One database holds these and DBOS's own.

Whoever changes a column adds a migration (app/engine/migrations.py).

States of an inbox row::

    put ──▶ waiting ──▶ decided ──▶ done
      │        │            │
      │        └────────────┴──▶ parked      (failed too often, or a bug; kept for `events retry`)
      └──▶ done                              (no rule can want it: never attended)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url

from app.errors import SettingsError

metadata = sa.MetaData()

_key = sa.BigInteger().with_variant(sa.Integer, "sqlite")

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("seq", _key, primary_key=True, autoincrement=True),
    sa.Column("delivery_id", sa.String(200), nullable=False, unique=True),
    sa.Column("meaning", sa.String(80), nullable=False),
    sa.Column("item", sa.String(60)),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("change", sa.Text, nullable=False),
    sa.Column("received_at", sa.Float, nullable=False),
    sa.Column("decided_at", sa.Float),
    sa.Column("finished_at", sa.Float),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_before", sa.Float),
    sa.Column("summary", sa.Text, nullable=False, server_default=""),
    sa.Column("decision", sa.Text),
    sa.Column("seen", sa.Text),
    sa.Column("unread", sa.LargeBinary),
    sa.Index(
        "inbox_open",
        "item",
        "seq",
        sqlite_where=sa.text("state IN ('waiting', 'decided')"),
        postgresql_where=sa.text("state IN ('waiting', 'decided')"),
    ),
    sa.Index("inbox_item", "item", "seq"),
    sqlite_autoincrement=True,
)
"""Every delivery, and what became of it: inbox and ledger in one. Times are Unix seconds."""

steps = sa.Table(
    "steps",
    metadata,
    sa.Column("seq", _key, sa.ForeignKey("inbox.seq", ondelete="CASCADE"), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("result", sa.String(30)),
    sa.Column("sentence", sa.Text, nullable=False, server_default=""),
    sa.Column("url", sa.Text, nullable=False, server_default=""),
    sa.Column("data", sa.Text, nullable=False, server_default="{}"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("began_at", sa.Float),
    sa.Column("finished_at", sa.Float),
)
"""The writes that decisions asked for. ``result`` is empty until the step has ended for good."""

memory = sa.Table(
    "memory",
    metadata,
    sa.Column("item", sa.String(60), primary_key=True),
    sa.Column("memory", sa.Text, nullable=False),
    sa.Column("seq", _key, nullable=False),
)
"""What the bot remembers of each item."""

timers = sa.Table(
    "timers",
    metadata,
    sa.Column("item", sa.String(60), primary_key=True),
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("due_at", sa.Float, nullable=False, index=True),
    sa.Column("rule", sa.String(120), nullable=False),
    sa.Column("data", sa.Text, nullable=False, server_default="{}"),
)
"""Timers that have not come due; one that fires becomes an inbox row in the same transaction."""

resting_timers = sa.Table(
    "resting_timers",
    metadata,
    sa.Column("item", sa.String(60), primary_key=True),
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("left_s", sa.Float, nullable=False),
    sa.Column("rule", sa.String(120), nullable=False),
    sa.Column("data", sa.Text, nullable=False, server_default="{}"),
)
"""Timers that stand still while their item is on hold, with the working time that they had left. No row is in both."""

posts = sa.Table(
    "posts",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("began_at", sa.Float, nullable=False),
    sa.Column("done_at", sa.Float),
)
"""Messages to channels that can't be searched afterwards."""

threads = sa.Table(
    "threads",
    metadata,
    sa.Column("place", sa.String(120), primary_key=True),
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("message", sa.String(120), nullable=False),
)
"""The message that opened each issue's thread, in channels that have threads."""

places = sa.Table(
    "places",
    metadata,
    sa.Column("n", _key, primary_key=True, autoincrement=True),
    sa.Column("channel", sa.String(120), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
)
"""When messages went to channels that take only so many in a time."""

held = sa.Table(
    "held",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("channel", sa.String(120), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("heading", sa.Text, nullable=False, server_default=""),
    sa.Column("url", sa.Text, nullable=False, server_default=""),
    sa.Column("held_at", sa.Float, nullable=False),
    sa.Column("bundle", sa.String(200), nullable=False, server_default=""),
)
"""Messages that came when their channel was at its limit; ``bundle`` names the one in which they go out together."""

digests = sa.Table(
    "digests",
    metadata,
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("moment", sa.Float, primary_key=True),
    sa.Column("done_at", sa.Float),
    sa.Column("sentence", sa.Text, nullable=False, server_default=""),
)
"""Digests whose time has come, and what became of each. One without ``done_at`` is tried again."""

approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("id", _key, primary_key=True, autoincrement=True),
    sa.Column("item", sa.String(60), nullable=False, index=True),
    sa.Column("label", sa.String(255), nullable=False),
    sa.Column("approval", sa.Text, nullable=False),
    sa.Column("void", sa.Text, nullable=False, server_default=""),
    sa.Column("void_at", sa.Float),
)
"""What people said of approvals. Nothing is ever removed: it is the audit."""

taken_back = sa.Table(
    "taken_back",
    metadata,
    sa.Column("id", _key, primary_key=True, autoincrement=True),
    sa.Column("item", sa.String(60), nullable=False, index=True),
    sa.Column("rule", sa.String(120), nullable=False, index=True),
    sa.Column("write", sa.Text, nullable=False),
    sa.Column("taken", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
"""Writes of rules that people took back."""

stood_aside = sa.Table(
    "stood_aside",
    metadata,
    sa.Column("rule", sa.String(120), primary_key=True),
    sa.Column("definition", sa.String(64), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
"""Rules that turned themselves to shadow, with a digest of the rule as it was: once it is changed it acts again."""

facts_of_ours = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""Schema version and the like."""


def database_url(url: str, data_dir: Path) -> str:
    """The SQLAlchemy URL: a SQLite file in the data folder unless a URL is set; ``postgresql://`` gets our driver."""
    if not url:
        data_dir.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{data_dir.resolve() / 'sowbot.sqlite'}"
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if parsed.get_backend_name() == "sqlite":
        return url
    raise SettingsError(
        f"SOWBOT_DATABASE_URL starts with {parsed.drivername!r}; it must be sqlite:///… or postgresql://…"
    )


def connect(url: str, *, pool_size: int) -> sa.Engine:
    """An engine for the database. SQLite comes as WAL with every commit on disk before it returns."""
    if not url.startswith("sqlite"):
        within = {"connect_timeout": 10, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
        return sa.create_engine(url, pool_size=pool_size, max_overflow=0, pool_pre_ping=True, connect_args=within)
    engine = sa.create_engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=60)

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        # IMMEDIATE: a transaction that will write takes the lock at once instead of failing when it upgrades.
        connection.isolation_level = "IMMEDIATE"
        pragmas = ("busy_timeout=30000", "foreign_keys=ON", "journal_mode=wal", "synchronous=full")
        # A checkpoint holds everybody up: every 8 MB instead of every 4 takes 3 % off a delivery at full speed, since
        # most pages were written again by then; every 16 would be seen among the slowest answers.
        for pragma in (*pragmas, "wal_autocheckpoint=2000"):
            connection.execute(f"PRAGMA {pragma}").close()

    return engine
