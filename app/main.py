"""``create_app``: the bot as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp

from app import __version__
from app.bot import Bot
from app.engine.clock import utc_now
from app.logs import RequestId
from app.web import decisions, health
from app.webhook import calculator, deal, receive
from app.webhook.verify import Signatures

log = structlog.get_logger(__name__)


def create_app(bot: Bot) -> ASGIApp:
    """The FastAPI application behind its front. Starting and stopping it starts and stops the bot."""
    receiver = receive.Receiver(bot.verifier, bot.engine.inbox, watch=bot.metrics.delivery, clock=utc_now)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(bot.start)
        log.info("bot.started", version=__version__, rules=len(bot.rules.book.file.rules))
        yield
        log.info("bot.stopping")
        await anyio.to_thread.run_sync(bot.stop)

    app = FastAPI(title="sowbot", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.include_router(receive.router(receiver))
    if bot.settings.deal_signing_tokens:
        app.include_router(deal.router(_deals(bot)))
    if bot.settings.calculator_signing_tokens:
        app.include_router(calculator.router(_requests(bot)))
    app.include_router(decisions.router(bot.links, bot.account))
    app.include_router(
        health.router(
            ready={"database": bot.database_problem},
            told={
                "rule file": lambda: bot.rules.problem,
                "GitLab": bot.gitlab_problem,
                # Told only: a balancer that sends nothing any more would never learn that there is space again.
                "storing": lambda: bot.engine.inbox.problem,
                "missed events": lambda: bot.sweeper.problem,
            },
            metrics=bot.render_metrics,
        )
    )
    app.add_middleware(RequestId)
    return receive.Front(receiver, app)


def _deals(bot: Bot) -> deal.DealReceiver:
    return deal.DealReceiver(
        Signatures(bot.settings.deal_signing_tokens, setting="SOWBOT_DEAL_SIGNING_TOKEN"),
        bot.engine.inbox,
        gitlab_url=bot.settings.gitlab_url,
        find_issue=bot.find_issue,
        watch=bot.metrics.delivery,
        clock=utc_now,
    )


def _requests(bot: Bot) -> calculator.CalculatorReceiver:
    return calculator.CalculatorReceiver(
        Signatures(bot.settings.calculator_signing_tokens, setting="SOWBOT_CALCULATOR_SIGNING_TOKEN"),
        bot.engine.inbox,
        services=bot.services,
        filed_in=bot.requests_page,
        watch=bot.metrics.delivery,
    )
