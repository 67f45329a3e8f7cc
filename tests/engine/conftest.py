"""The engine's tests run on both databases: ``url`` is an empty SQLite file, then an empty PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.tables import database_url
from tests.databases import HOW_TO_GET_IT, cluster, fresh_database, programs


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL of this test run."""
    folder = programs()
    if folder is None:
        pytest.skip(HOW_TO_GET_IT)
    with cluster(folder) as server:
        yield server


@pytest.fixture
def postgresql(postgresql_server: str, tmp_path: Path) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with fresh_database(postgresql_server) as url:
        yield database_url(url, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of either kind."""
    if request.param == "sqlite":
        return database_url("", tmp_path)
    return str(request.getfixturevalue("postgresql"))
