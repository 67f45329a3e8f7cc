"""What is wrong with the database, in a sentence that says what to do about it. A driver's own words never do."""

from __future__ import annotations

import sqlalchemy as sa

_SQLITE = {
    "SQLITE_FULL": "the disk is full; free some space, the bot goes on by itself",
    "SQLITE_IOERR": "the disk can't be read or written; look after the disk, the bot goes on by itself",
    "SQLITE_BUSY": "another program holds the database locked; end it (a backup tool, a sqlite3 shell)",
    "SQLITE_LOCKED": "another program holds the database locked; end it (a backup tool, a sqlite3 shell)",
    "SQLITE_READONLY": "the bot may not write the database; give its user the right to write the file and its folder",
    "SQLITE_CANTOPEN": "the database can't be opened; does its folder exist, and may the bot's user write there?",
    "SQLITE_PERM": "the database can't be opened; give the bot's user the right to read and write it",
    "SQLITE_CORRUPT": "",
    "SQLITE_NOTADB": "",
}
DAMAGED = (
    "the database file is damaged. Stop the bot, keep the file aside with its -wal and -shm companions, put the last "
    "backup in its place (docs/deploy.md, Restore) and start again; the next sweep finds what came since"
)
_POSTGRESQL = {
    "08": "PostgreSQL can't be reached; is it running, and is SOWBOT_DATABASE_URL right?",
    "28": "PostgreSQL refuses the user or password of SOWBOT_DATABASE_URL",
    "3D": "PostgreSQL has no such database; create it, or mend SOWBOT_DATABASE_URL",
    "42501": "PostgreSQL's user lacks a right; it has to own its database, or may create tables and a schema there",
    "53": "PostgreSQL has run out of disk, memory or connections; the bot goes on by itself once there are some",
    "57": "PostgreSQL is being shut down or started; the bot goes on by itself",
}


def problem_of(error: sa.exc.SQLAlchemyError) -> str:
    """The sentence, without a capital and a full stop."""
    driver = getattr(error, "orig", None)
    if name := getattr(driver, "sqlite_errorname", ""):
        return _of_sqlite(name)
    code = getattr(driver, "sqlstate", None) or ""
    for prefix, words in _POSTGRESQL.items():
        if code.startswith(prefix):
            return words
    if isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError) and not code:
        return _POSTGRESQL["08"]
    if isinstance(error, sa.exc.TimeoutError):
        return "the database is too slow: every connection to it is busy"
    return f"the database does not answer: {type(error).__name__}"


def passes(error: sa.exc.SQLAlchemyError) -> bool:
    """Whether the same statement may work later: no fault of the statement, and none of the file's content."""
    return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError | sa.exc.TimeoutError)


def _of_sqlite(name: str) -> str:
    # SQLITE_IOERR_WRITE and the like are kinds of SQLITE_IOERR.
    words = next((words for known, words in _SQLITE.items() if name == known or name.startswith(f"{known}_")), None)
    if words is None:
        return f"the database does not answer: {name}"
    return words or DAMAGED
