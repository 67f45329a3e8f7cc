"""``./run serve``: settings, logs, then the bot under uvicorn until it is told to stop."""

from __future__ import annotations

import gc
import os
import sys

import uvicorn

import app._lean  # noqa: F401  # before what it keeps small
from app.bot import Bot
from app.exit_code import exit_code_of
from app.logs import configure_logs
from app.main import create_app
from app.settings import load_settings
from app.webhook.http_protocol import HeaderTimeoutProtocol

MOST_CONNECTIONS = 1000
GRACE_S = 10
YOUNG_OBJECTS = 5_000
"""New objects between two small collections: each stops everything for as long as it has objects to look at (4 ms)."""
SWITCH_S = 0.001
"""How long a busy thread may keep the others from running: the usual 5 ms would be a delivery's whole latency."""


def serve() -> int:
    """Raises SettingsError or RulesError when the bot can't be started as configured."""
    settings = load_settings(os.environ)
    configure_logs(settings.log_format, secrets=settings.secret_values())
    bot = Bot.build(settings)
    bot.claim()  # before there is a server, so that who can't start says why in one sentence
    configure_logs(settings.log_format, secrets=settings.secret_values(bot.channel_secrets()))
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(bot),
            host=settings.host,
            port=settings.port,
            http=HeaderTimeoutProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=GRACE_S,
        )
    )
    _keep_start_up_out_of_collections()
    sys.setswitchinterval(SWITCH_S)
    server.run()
    return 0 if server.started else 1


def _keep_start_up_out_of_collections() -> None:
    """What start-up made lives for ever: walking it again and again cost a tenth of the CPU under load."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


if __name__ == "__main__":
    sys.exit(exit_code_of(serve))  # without the command line's own imports: the bot runs for months
