"""An application served over real HTTP from a thread of this process."""

from __future__ import annotations

import socket
import threading
import time

import uvicorn
from fastapi import FastAPI

HOST = "127.0.0.1"
_STARTS_WITHIN_S = 15.0


def listen(port: int = 0) -> socket.socket:
    """A listening socket on this port of the local machine if it is free, else on any."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        listener.bind((HOST, 0))
    listener.listen(128)
    return listener


def url_of(listener: socket.socket) -> str:
    """Its address."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


def free_port(wanted: int = 0) -> int:
    """A port that was free a moment ago: ``wanted`` if it was."""
    with listen(wanted) as probe:
        return int(probe.getsockname()[1])


class Server:
    """Serves until it is stopped."""

    def __init__(self, app: FastAPI, listener: socket.socket) -> None:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2)
        self._server = uvicorn.Server(config)
        self._listener = listener
        self._thread = threading.Thread(target=self._run, name="sandbox-gitlab", daemon=True)

    def start(self) -> None:
        """Serve, and return once requests are answered."""
        self._thread.start()
        until = time.monotonic() + _STARTS_WITHIN_S
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > until:
                raise RuntimeError("The sandbox GitLab's server did not start.")
            time.sleep(0.02)

    def stop(self) -> None:
        """End open requests and the thread."""
        self._server.should_exit = True
        self._thread.join(10)
        self._listener.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._listener])
