"""Shared by all tests: async tests run on asyncio, and no secret that the program was given may come out of it."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from tests.canaries import CANARIES

# Before any test's module takes what is listened to by name.
CANARIES.listen()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """After each test: what it printed and logged, and what bots that stopped meanwhile left behind."""
    report = yield
    if call.when == "teardown":
        for _, kind, text in item._report_sections:
            CANARIES.search(text, f"the {kind} of the test")
        if found := CANARIES.taken():
            report.outcome = "failed"
            report.longrepr = f"A secret of the bot's is in {', '.join(found)}."
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """After all of them: what is in the suite's folders. A worker of several tells the one that gathers."""
    factory = getattr(session.config, "_tmp_path_factory", None)
    if factory is None:
        return
    CANARIES.search_folder(factory.getbasetemp())
    found = CANARIES.taken()
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["secrets_found"] = found
    elif found:
        _fail(session.config, session, found)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker has ended."""
    if found := getattr(node, "workeroutput", {}).get("secrets_found"):
        session = node.config.pluginmanager.get_plugin("session") or node.config.pluginmanager.get_plugin("dsession")
        _fail(node.config, getattr(session, "_session", session), found)


def _fail(config: pytest.Config, session: Any, found: list[str]) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(f"\nSecrets of the bot's are in: {', '.join(found)}.", red=True)
    if session is not None:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        session.shouldfail = "a secret of the bot's came out"
