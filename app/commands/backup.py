"""``./run backup FILE``: a checked copy of the SQLite database, also beside a running bot."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy.engine import make_url

from app.engine.tables import database_url
from app.engine.trouble import DAMAGED
from app.errors import SettingsError, SowbotError
from app.settings import load_settings

PAGES_AT_ONCE = 1000
"""Copied in one go; the bot may write between two."""


def backup(file: Path) -> int:
    """Raises SettingsError where there is nothing to copy, SowbotError when the copy is not sound."""
    settings = load_settings(os.environ)
    url = database_url(settings.database_url.get_secret_value() if settings.database_url else "", settings.data_dir)
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        address = parsed.set(drivername="postgresql")._replace(password=None).render_as_string()
        raise SettingsError(
            "The database is a PostgreSQL; its own tool makes the backup (put the password into PGPASSWORD or "
            f"~/.pgpass):\n  pg_dump --format=custom --file={file} {address}\nand this brings it back, into an empty "
            f"database:\n  pg_restore --dbname={address} --no-owner --exit-on-error {file}"
        )
    source = Path(parsed.database or "")
    if not source.is_file():
        raise SettingsError(f"There is no database at {source}: set SOWBOT_DATA_DIR as for the bot.")
    copy(source, file)
    print(f"{file}: {file.stat().st_size:,} bytes, checked.")
    return 0


def copy(source: Path, target: Path) -> None:
    """Copy the database as it is at one moment. An existing target is replaced, and only by a sound copy."""
    half = target.with_name(f".{target.name}.half")
    half.unlink(missing_ok=True)
    try:
        _copy(source, half)
        half.replace(target)
    except OSError as error:
        raise SettingsError(f"{target} can't be written: {error.strerror}.") from error
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "") in ("SQLITE_CORRUPT", "SQLITE_NOTADB"):
            raise SowbotError(f"{source}: {DAMAGED}.") from error
        raise SowbotError(f"{source} could not be copied to {target}: {error}.") from error
    finally:
        half.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    # The copy holds what people wrote on issues: nobody but its owner reads it.
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    reading, writing = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True), sqlite3.connect(target)
    try:
        reading.backup(writing, pages=PAGES_AT_ONCE, sleep=0.01)
        # One file without companions, whole when it is copied elsewhere.
        writing.execute("PRAGMA journal_mode=delete")
        found = writing.execute("PRAGMA integrity_check(1)").fetchone()[0]
    finally:
        reading.close()
        writing.close()
    if found != "ok":
        raise SowbotError(f"{source}: {DAMAGED}. The copy was thrown away ({found}).")
    with target.open("rb") as file:
        os.fsync(file.fileno())
