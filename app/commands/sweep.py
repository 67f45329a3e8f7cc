"""``./run sweep``: look for missed events now, also beside a running bot on the same database."""

from __future__ import annotations

import json
import os

from app.bot import Bot
from app.engine.healing.report import Report
from app.logs import configure_logs
from app.settings import load_settings


def main(*, as_json: bool) -> int:
    """The command: as ``sweep``, with the log on stderr and secrets taken out of it."""
    settings = load_settings(os.environ)
    configure_logs(settings.log_format, secrets=settings.secret_values())
    return sweep(as_json=as_json)


def sweep(*, as_json: bool) -> int:
    """Find what GitLab did not tell, and put it into the inbox; the running bot attends to it, or the next start does.

    Exit code 1 if somebody should see to something. Raises what GitLab raises; what was found before stays found.
    """
    bot = Bot.build(load_settings(os.environ))
    try:
        bot.engine.attach()
        bot.sieve.find_out_who_i_am()
        report = bot.sweeper.sweep()
    finally:
        bot.engine.detach()
        bot.gitlab.close()
    print(json.dumps(_data(report), indent=2) if as_json else "\n".join(report.sentences()))
    return 1 if report.problems else 0


def _data(report: Report) -> dict[str, object]:
    return {
        "began_at": report.began_at.isoformat(),
        "since": report.since.isoformat(),
        "blind_from": report.blind_from.isoformat() if report.blind_from else None,
        "looked_at": report.looked_at,
        "mended": dict(report.mended),
        "hooks": [{"id": hook.id, "place": str(hook.place), "state": hook.alert_status} for hook in report.hooks],
        "told_by_no_hook": report.unheard,
        "reenabled": report.reenabled,
        "problems": report.problems,
    }
