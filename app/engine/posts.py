"""Which messages went to channels that can't be searched afterwards, their threads, and what had to wait."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa

from app.domain.message import About, Held
from app.engine.clock import utc_now
from app.engine.tables import held, places, posts, threads


class DatabasePosts:
    """Remembers that a message was begun and that it arrived; see ``app/outbound``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def begin(self, key: str) -> Literal["new", "unknown", "sent"]:
        """Claim the message. ``unknown``: it was begun before, and whether it arrived nobody knows."""
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(posts).where(posts.c.key == key)).first()
            if row is None:
                connection.execute(posts.insert().values(key=key, began_at=utc_now().timestamp()))
                return "new"
        return "sent" if row.done_at else "unknown"

    def done(self, key: str) -> None:
        """It arrived."""
        with self._engine.begin() as connection:
            connection.execute(posts.update().where(posts.c.key == key).values(done_at=utc_now().timestamp()))

    def forget(self, key: str) -> None:
        """It certainly did not arrive: the next try may send it."""
        with self._engine.begin() as connection:
            connection.execute(posts.delete().where(posts.c.key == key))

    def thread(self, place: str, name: str) -> str:
        """The message that opened the thread ``name`` in ``place``; empty: none did."""
        query = sa.select(threads.c.message).where(threads.c.place == place, threads.c.name == name)
        with self._engine.connect() as connection:
            return connection.scalar(query) or ""

    def open_thread(self, place: str, name: str, message: str) -> None:
        """Remember what opened it, unless that is known."""
        with self._engine.begin() as connection:
            there = sa.select(threads.c.message).where(threads.c.place == place, threads.c.name == name)
            if connection.scalar(there) is None:
                connection.execute(threads.insert().values(place=place, name=name, message=message))

    def close_thread(self, place: str, name: str) -> None:
        """It is gone: the next message opens another."""
        with self._engine.begin() as connection:
            connection.execute(threads.delete().where(threads.c.place == place, threads.c.name == name))

    def take_place(self, channel: str, most: int, within_s: float) -> int | None:
        """A place among the ``most`` messages of such a time; None: all are taken. What is older is forgotten."""
        now = utc_now().timestamp()
        with self._engine.begin() as connection:
            connection.execute(places.delete().where(places.c.channel == channel, places.c.at <= now - within_s))
            taken = connection.scalar(sa.select(sa.func.count()).where(places.c.channel == channel))
            if (taken or 0) >= most:
                return None
            made = connection.execute(places.insert().values(channel=channel, at=now).returning(places.c.n))
            return int(made.scalar_one())

    def give_back(self, place: int) -> None:
        """Nothing was posted."""
        with self._engine.begin() as connection:
            connection.execute(places.delete().where(places.c.n == place))

    def hold(self, channel: str, message: Held) -> bool:
        """Keep it; in the same transaction it counts as posted, so that nothing posts it besides. False: it did."""
        now, about = utc_now().timestamp(), message.about
        with self._engine.begin() as connection:
            if connection.execute(sa.select(posts.c.key).where(posts.c.key == message.key)).first():
                return False
            connection.execute(posts.insert().values(key=message.key, began_at=now, done_at=now))
            row = {"key": message.key, "channel": channel, "text": message.text, "held_at": now}
            connection.execute(held.insert().values(**row, heading=about.heading, url=about.url))
        return True

    def held(self, channel: str, most: int) -> tuple[str, tuple[Held, ...]] | None:
        """The oldest bundle of what waits. One that was begun comes again until it is let go."""
        mine = held.c.channel == channel
        with self._engine.begin() as connection:
            begun = connection.scalar(sa.select(held.c.bundle).where(mine, held.c.bundle != "").limit(1))
            if not begun:
                fresh = sa.select(held.c.key).where(mine).order_by(held.c.held_at, held.c.key).limit(most)
                keys = list(connection.scalars(fresh))
                if not keys:
                    return None
                begun = keys[0]
                connection.execute(held.update().where(held.c.key.in_(keys)).values(bundle=begun))
            rows = connection.execute(
                sa.select(held).where(mine, held.c.bundle == begun).order_by(held.c.held_at, held.c.key)
            )
            return begun, tuple(Held(row.key, row.text, About(heading=row.heading, url=row.url)) for row in rows)

    def let_go(self, bundle: str) -> None:
        """It was posted."""
        with self._engine.begin() as connection:
            connection.execute(held.delete().where(held.c.bundle == bundle))

    def waiting(self) -> tuple[str, ...]:
        """Channels for which something is held."""
        with self._engine.connect() as connection:
            return tuple(connection.scalars(sa.select(held.c.channel).distinct()))
