"""One run of the real bot under attack, looked at by several tests."""

from __future__ import annotations

import pytest

from tests.hostile.theatre import Aftermath, run


@pytest.fixture(scope="session")
def aftermath() -> Aftermath:
    """What is left after the attack."""
    return run()
