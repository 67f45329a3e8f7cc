"""``./run serve``: settings, logs, then the bot under uvicorn until it is told to stop."""

from __future__ import annotations

import os

import uvicorn

from app.bot import Bot
from app.logs import configure_logs
from app.main import create_app
from app.settings import load_settings
from app.webhook.http_protocol import HeaderTimeoutProtocol

MOST_CONNECTIONS = 1000
GRACE_S = 10


def serve() -> int:
    """Raises SettingsError or RulesError when the bot can't be started as configured."""
    settings = load_settings(os.environ)
    configure_logs(settings.log_format, secrets=settings.secret_values())
    bot = Bot.build(settings)
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
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=GRACE_S,
        )
    )
    server.run()
    return 0 if server.started else 1
