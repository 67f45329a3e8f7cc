"""A load generator that is cheap enough not to be what is measured: prebuilt requests over kept-alive connections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Measured:
    """Latencies in seconds, in the order the answers came, and how many answers were not the expected status."""

    latencies: list[float] = field(default_factory=list)
    failures: int = 0
    took_s: float = 0.0

    def percentile(self, percent: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000 if ordered else float("nan")

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.took_s if self.took_s else 0.0


class _Connection:
    """One kept-alive connection: a request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> _Connection:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def send(self, request: bytes) -> int:
        """The answer's status."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
        await self._reader.readexactly(length)
        return int(head[9:12])

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def full_speed(port: int, requests: Sequence[bytes], *, connections: int, expect: int = 202) -> Measured:
    """Send all of them as fast as the answers come, over so many connections."""
    measured, queue = Measured(), iter(requests)
    open_ones = [await _Connection.open(port) for _ in range(connections)]
    began = time.perf_counter()
    await asyncio.gather(*[_drain(connection, queue, measured, expect) for connection in open_ones])
    measured.took_s = time.perf_counter() - began
    for connection in open_ones:
        await connection.close()
    return measured


async def _drain(connection: _Connection, queue: Iterator[bytes], measured: Measured, expect: int) -> None:
    for request in queue:
        await _timed(connection, request, measured, expect, time.perf_counter())


async def paced(
    port: int, requests: Sequence[bytes], *, per_second: float, connections: int, expect: int = 202
) -> Measured:
    """Send them at a steady rate. Latency counts from the instant a request was due, so a stall is not hidden."""
    measured = Measured()
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    open_ones = [await _Connection.open(port) for _ in range(connections)]
    for connection in open_ones:
        free.put_nowait(connection)
    began = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for n, request in enumerate(requests):
            due = began + n / per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.create_task(_one(free, request, measured, expect, due))
    measured.took_s = time.perf_counter() - began
    for connection in open_ones:
        await connection.close()
    return measured


async def _one(free: asyncio.Queue[_Connection], request: bytes, measured: Measured, expect: int, due: float) -> None:
    connection = await free.get()
    await _timed(connection, request, measured, expect, due)
    free.put_nowait(connection)


async def _timed(connection: _Connection, request: bytes, measured: Measured, expect: int, since: float) -> None:
    status = await connection.send(request)
    measured.latencies.append(time.perf_counter() - since)
    measured.failures += status != expect
