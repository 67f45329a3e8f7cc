"""``./run sandbox``: the sandbox GitLab alone, for trying things out by hand or with GitLab's own clients."""

from __future__ import annotations

import socket
import sys

import uvicorn

from app.sandbox.seed import seed
from app.sandbox.state import World
from app.sandbox.whole import whole_sandbox

HOST = "127.0.0.1"


def serve(port: int) -> int:
    """Serve until Ctrl-C. Prints the address and an administrator's token first."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        print(f"sowbot: port {port} can't be used: {error.strerror}. Name another one: --port N", file=sys.stderr)
        return 1
    world = World(base_url=f"http://{HOST}:{listener.getsockname()[1]}")
    seeded = seed(world)
    sandbox = whole_sandbox(world)
    print(f"Sandbox GitLab: {world.base_url}", "(everything in memory; Ctrl-C ends it)")
    print(f"Administrator's token (root): {seeded.tokens['root']}")
    print(f"The bot's token (sowbot):     {seeded.tokens['sowbot']}")
    print("Board to drag cards on:", f"{world.base_url}/", flush=True)
    sandbox.start()
    config = uvicorn.Config(
        sandbox.app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2
    )
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        print()
    finally:
        sandbox.stop()
    return 0
