"""Databases for tests: a SQLite file, and a PostgreSQL cluster that lives as long as the test run."""

from __future__ import annotations

import glob
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

HOW_TO_GET_IT = (
    "PostgreSQL's initdb and pg_ctl are neither in PATH nor in /usr/lib/postgresql/*/bin: "
    "`apt-get install postgresql` brings them; nothing has to be configured or started"
)


def programs() -> Path | None:
    """The folder of PostgreSQL's server programs, if they are on this machine."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    folders += [Path(each).parent for each in sorted(glob.glob("/usr/lib/postgresql/*/bin/pg_ctl"), reverse=True)]  # noqa: PTH207  # Path.glob takes no absolute pattern
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextmanager
def cluster(bin_folder: Path) -> Iterator[str]:
    """A throw-away PostgreSQL on a free port of 127.0.0.1: the address of its server, without a database."""
    folder = Path(tempfile.mkdtemp(prefix="sowbot-pg-"))
    user = _whoever_may_run_it()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)

    def run(*command: str) -> None:
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        done = subprocess.run(  # type: ignore[call-overload]  # the arguments for another user come as a dict
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **as_user
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"

    data, port = folder / "data", _free_port()
    run(str(bin_folder / "initdb"), "-D", str(data), "-A", "trust", "-U", "sowbot", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200"
    # Into a file: the server would keep a pipe open.
    run(str(bin_folder / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
    try:
        yield f"postgresql://sowbot@127.0.0.1:{port}"
    finally:
        run(str(bin_folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """An empty database of the server: its address."""
    name = f"t_{secrets.token_hex(6)}"
    engine = sa.create_engine(
        server.replace("postgresql://", "postgresql+psycopg://") + "/postgres", isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield f"{server}/{name}"
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()


def _whoever_may_run_it() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: another user then, and nobody in particular otherwise."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
