"""``bench ack``: the bot as a real process, fed by a second one, beside a bare FastAPI endpoint in the same run."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from app.bench import payloads
from app.bench.load import Measured, full_speed, paced
from app.errors import SowbotError
from app.shipped import ROOT

GITLAB_COM_PER_SECOND = 217
"""13,000 deliveries a minute: the highest limit GitLab.com gives a namespace."""
ACTING_SHARE = 10
"""Every so many-th delivery moves a stage; the rest is what no rule wants."""
WARM_UP = 300
FULL_SPEED = 10_000
ROUNDS = 5
CONNECTIONS = 128

_BARE = """
from fastapi import FastAPI, Response
app = FastAPI()
@app.post("/webhooks/gitlab")
async def hook() -> Response:
    return Response(status_code=202)
"""


def main(*, as_json: bool, seconds: float) -> int:
    """Measure and print. The figures mean something only beside one another, from one run."""
    folder = Path(tempfile.mkdtemp(prefix="sowbot-bench-"))
    try:
        figures = _measure(folder, seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:32} {value}")
    return 0


def _measure(folder: Path, seconds: float) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    with _bare(folder) as bare_port, _gitlab(folder) as gitlab_url, _bot(folder, gitlab_url) as (port, process):
        figures["idle_memory_mb"] = _memory_mb(process.pid)
        asyncio.run(full_speed(port, _unwanted(WARM_UP), connections=CONNECTIONS))
        before = _cpu_s(process.pid)
        steady = asyncio.run(
            paced(port, _mixed(int(seconds * GITLAB_COM_PER_SECOND)), per_second=GITLAB_COM_PER_SECOND, connections=32)
        )
        figures |= _steady_figures(steady, _cpu_s(process.pid) - before)
        time.sleep(1)
        full = _side_by_side(port, bare_port)
        figures |= full | {"memory_after_mb": _memory_mb(process.pid), "cores": os.cpu_count()}
        figures["failures"] += steady.failures
    return figures


def _side_by_side(port: int, bare_port: int) -> dict[str, Any]:
    """The bot and the bare endpoint in turn, so that whatever else the machine does weighs on both alike."""
    asyncio.run(full_speed(bare_port, _unwanted(WARM_UP), connections=CONNECTIONS))
    bot: list[float] = []
    bare: list[float] = []
    failures = 0
    for _ in range(ROUNDS):
        requests = _unwanted(FULL_SPEED // ROUNDS)
        bare.append(asyncio.run(full_speed(bare_port, requests, connections=CONNECTIONS)).per_second)
        measured = asyncio.run(full_speed(port, requests, connections=CONNECTIONS))
        bot.append(measured.per_second)
        failures += measured.failures
    return {
        "per_second": round(median(bot)),
        "bare_per_second": round(median(bare)),
        "ratio_to_bare_endpoint": round(median(one / other for one, other in zip(bot, bare, strict=True)), 3),
        "failures": failures,
    }


def _steady_figures(steady: Measured, cpu_s: float) -> dict[str, Any]:
    return {
        "p50_ms_at_217": round(steady.percentile(50), 2),
        "p99_ms_at_217": round(steady.percentile(99), 2),
        "max_ms_at_217": round(steady.percentile(100), 2),
        "cpu_cores_at_217": round(cpu_s / steady.took_s, 3),
        "deliveries_at_217": len(steady.latencies),
    }


def _unwanted(count: int) -> list[bytes]:
    """Updates of issues that are not on the board."""
    return [
        payloads.request("/webhooks/gitlab", payloads.issue_update(iid=n % 500 + 1, labels=["bug", "backend"]))
        for n in range(count)
    ]


def _mixed(count: int) -> list[bytes]:
    """One in ten moves a stage of an issue on the board."""
    plain = _unwanted(count)
    stages = ("proposal::Awaiting_Discovery", "proposal::Strawman_WIP")
    for n in range(0, count, ACTING_SHARE):
        stage = stages[n // ACTING_SHARE % 2]
        body = payloads.issue_update(iid=n % 300 + 1, labels=["Services Calculator", stage], added=[stage])
        plain[n] = payloads.request("/webhooks/gitlab", body)
    return plain


@contextmanager
def _bare(folder: Path) -> Iterator[int]:
    (folder / "bare.py").write_text(_BARE)
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "bare:app", "--port", str(port), "--log-level", "warning",
               "--no-access-log", "--http", "h11", "--loop", "asyncio"]  # fmt: skip
    with _process(command, url=f"http://127.0.0.1:{port}/", cwd=folder, env=dict(os.environ)):
        yield port


@contextmanager
def _gitlab(folder: Path) -> Iterator[str]:
    """A GitLab that knows no issue: what acting costs there is not what is measured here, but its calls are made."""
    (folder / "gitlab.py").write_text(
        "from fastapi import FastAPI\nfrom fastapi.responses import JSONResponse\napp = FastAPI()\n"
        "@app.api_route('/{rest:path}', methods=['GET', 'POST', 'PUT'])\n"
        "async def anything(rest: str) -> JSONResponse:\n"
        "    if rest == 'api/v4/user':\n"
        "        return JSONResponse({'id': 1, 'username': 'sowbot', 'name': 'sowbot'})\n"
        "    return JSONResponse({'message': '404 Not found'}, status_code=404)\n"
    )
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "gitlab:app", "--port", str(port), "--log-level", "warning",
               "--no-access-log"]  # fmt: skip
    with _process(command, url=f"http://127.0.0.1:{port}/api/v4/user", cwd=folder, env=dict(os.environ)):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _bot(folder: Path, gitlab_url: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = _free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("SOWBOT_")} | {
        "SOWBOT_GITLAB_URL": gitlab_url,
        "SOWBOT_GITLAB_TOKEN": "glpat-bench",
        "SOWBOT_WEBHOOK_SIGNING_TOKEN": payloads.SIGNING_TOKEN,
        "SOWBOT_DATA_DIR": str(folder / "data"),
        "SOWBOT_PORT": str(port),
        "SOWBOT_LOG_FORMAT": "json",
    }
    command = [sys.executable, "-m", "app.serve"]
    with _process(command, url=f"http://127.0.0.1:{port}/readyz", cwd=ROOT, env=env) as process:
        time.sleep(2)
        yield port, process


@contextmanager
def _process(command: list[str], *, url: str, cwd: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Runs it, from when it answers. Raises SowbotError with its last words when it does not."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603  # our own command line
            command, cwd=cwd, env=dict(env), stdout=output, stderr=subprocess.STDOUT
        )
        try:
            if not _answers(url, process):
                output.seek(0)
                last_words = output.read()[-2000:].decode("utf-8", "replace").strip()
                raise SowbotError(f"{' '.join(command[1:3])} did not answer at {url}. It said:\n{last_words}")
            yield process
        finally:
            process.terminate()
            process.wait(timeout=20)


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310  # always http on this machine
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return round(int(line.split()[1]) / 1024, 1)
    return float("nan")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
