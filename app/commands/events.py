"""``./run events``: the deliveries that wait or are parked, for operators: list, show, retry, drop."""

from __future__ import annotations

import getpass
import os
from collections.abc import Sequence

from app.bot import Bot
from app.engine import parked
from app.engine.clock import utc_now
from app.engine.migrations import create_tables
from app.engine.parked import Row
from app.engine.tables import connect, database_url
from app.errors import SettingsError
from app.settings import load_settings


def show_list(states: Sequence[str], *, item: str | None, most: int) -> int:
    """One delivery after the other, newest first, with what it waits for."""
    if wrong := [state for state in states if state not in parked.STATES]:
        raise SettingsError(f"There is no state {wrong[0]!r}; the states are {', '.join(parked.STATES)}.")
    settings = load_settings(os.environ)
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    database = connect(database_url(url, settings.data_dir), pool_size=1)
    create_tables(database)
    rows = parked.listed(database, states=states or parked.OPEN, item=item, most=most)
    for row in rows:
        print("\n".join(_lines(row)))
    print(f"{len(rows)} deliver{'y' if len(rows) == 1 else 'ies'}.")
    return 0


def retry(deliveries: Sequence[str], *, all_parked: bool) -> int:
    """Try them again. Exit code 1 if one of them could not be."""
    bot = Bot.build(load_settings(os.environ))
    try:
        bot.engine.attach()
        bot.sieve.find_out_who_i_am()
        names = list(deliveries)
        if all_parked:
            names += [row.delivery_id for row in parked.listed(bot.engine.database, states=("parked",), most=10_000)]
        said = [
            parked.retry(bot.engine.database, name, enqueue=bot.engine.enqueue, triage=bot.sieve)
            for name in dict.fromkeys(names)
        ]
    finally:
        bot.engine.detach()
        bot.gitlab.close()
    print("\n".join(said or ["Nothing is parked."]))
    return 0 if all(": tried again" in line or ": read again" in line for line in said) else 1


def drop(deliveries: Sequence[str], *, who: str) -> int:
    """Give them up. Exit code 1 if one of them was not there to be dropped."""
    settings = load_settings(os.environ)
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    database = connect(database_url(url, settings.data_dir), pool_size=1)
    create_tables(database)
    said = [parked.drop(database, name, who=who or getpass.getuser()) for name in deliveries]
    print("\n".join(said))
    return 0 if all(line.endswith(": dropped.") for line in said) else 1


def _lines(row: Row) -> list[str]:
    change = row.change
    who = f" by @{change.actor.username}" if change.actor else ""
    about = f" of {change.item}" if change.item else ""
    lines = [f"{row.received_at:%Y-%m-%d %H:%M:%S}  {row.delivery_id}  [{row.state}]  {change.kind}{about}{who}"]
    if row.summary:
        lines.append(f"  {row.summary}")
    if row.attempts:
        lines.append(f"  {row.attempts} attempt{'' if row.attempts == 1 else 's'} so far")
    if row.not_before is not None and row.not_before > utc_now():
        lines.append(f"  tried again at {row.not_before:%H:%M:%S} UTC")
    return lines
