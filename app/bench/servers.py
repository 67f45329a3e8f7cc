"""The processes that are measured: the bot, a bare endpoint, gidgetlab's router, and a GitLab that knows no issue."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.bench import payloads
from app.errors import SowbotError
from app.shipped import ROOT

_BARE = """
from fastapi import FastAPI, Response
app = FastAPI()
@app.post("/webhooks/gitlab")
async def hook() -> Response:
    return Response(status_code=202)
"""
_GIDGETLAB = """
from fastapi import FastAPI, Request, Response
from gidgetlab.routing import Router
from gidgetlab.sansio import Event
app, router = FastAPI(), Router()
@router.register("Issue Hook", action="update")
async def updated(event: Event) -> None:
    pass
@app.post("/webhooks/gitlab")
async def hook(request: Request) -> Response:
    event = Event.from_http(request.headers, await request.body(), secret="SECRET")
    await router.dispatch(event)
    return Response(status_code=202)
""".replace("SECRET", payloads.SECRET)
"""As its documentation has it, but behind the same framework and server as the others."""


@dataclass(frozen=True, slots=True)
class BotProcess:
    """The bot while it is measured."""

    port: int
    pid: int
    data: Path
    """The folder of its database."""
    first_ack_s: float
    """From the start of the process to its first 202."""

    def database_bytes(self) -> int:
        """Size of the database with what is not yet worked into it."""
        return sum(file.stat().st_size for file in self.data.glob("sowbot.sqlite*"))


@contextmanager
def bare(folder: Path) -> Iterator[int]:
    """A FastAPI endpoint that reads nothing and answers 202; its port."""
    with _endpoint(folder, "bare", _BARE) as port:
        yield port


@contextmanager
def gidgetlab(folder: Path) -> Iterator[int | None]:
    """gidgetlab's router with a callback that does nothing, behind such an endpoint; None where it isn't installed."""
    if find_spec("gidgetlab") is None:
        yield None
    else:
        with _endpoint(folder, "peer", _GIDGETLAB) as port:
            yield port


@contextmanager
def _endpoint(folder: Path, name: str, source: str) -> Iterator[int]:
    (folder / f"{name}.py").write_text(source)
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", f"{name}:app", "--port", str(port), "--log-level", "warning",
               "--no-access-log", "--http", "h11", "--loop", "asyncio"]  # fmt: skip
    with _process(command, url=f"http://127.0.0.1:{port}/", cwd=folder, env=dict(os.environ)):
        yield port


@contextmanager
def gitlab(folder: Path) -> Iterator[str]:
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
def bot(folder: Path, gitlab_url: str) -> Iterator[BotProcess]:
    """The bot as its operators run it, from when it says that it is ready."""
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
    began = time.monotonic()
    with _process(command, url=f"http://127.0.0.1:{port}/healthz", cwd=ROOT, env=env) as process:
        first_ack_s = _first_ack(port, began)
        time.sleep(2)
        yield BotProcess(port, process.pid, folder / "data", first_ack_s)


def _first_ack(port: int, began: float) -> float:
    """Seconds from the start of the process to its first 202. Raises SowbotError if none comes."""
    body = payloads.issue_update(iid=1, labels=["bug"])
    while time.monotonic() - began < 60:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(payloads.request("/webhooks/gitlab", body))
                if connection.recv(4096).split(b" ", 2)[1] == b"202":
                    return time.monotonic() - began
        except OSError:
            pass
        time.sleep(0.02)
    raise SowbotError("The bot took no delivery within a minute.")


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
            time.sleep(0.02)
        else:
            return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def memory_mb(pid: int) -> float:
    """Resident memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return round(int(line.split()[1]) / 1024, 1)
    return float("nan")


def cpu_s(pid: int) -> float:
    """Processor time used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
