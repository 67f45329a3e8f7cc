"""HTTP/1.1 for uvicorn with a time limit on headers, which uvicorn has not: whoever sends them slowly is cut off."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_TIMEOUT_S = 10.0


class HeaderTimeoutProtocol(H11Protocol):
    """Give it as ``uvicorn.Config(http=HeaderTimeoutProtocol)``. Only h11: httptools takes megabytes of headers.

    One deadline runs while a request's headers are awaited, from the connection or the first byte on; and while the
    rest of a body comes that was answered already (408, 413), which uvicorn would read on for ever.
    """

    header_timeout_s = HEADER_TIMEOUT_S
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start the clock: a connection that stays silent is cut off too."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Bytes came; the clock runs on unless the headers are complete."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Answered. Between two requests uvicorn's keep-alive timer does the work."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        awaiting_headers = self.conn.their_state is h11.IDLE
        answered_early = self.conn.their_state is h11.SEND_BODY and self.cycle.response_complete
        if not (awaiting_headers or answered_early):
            self._stop()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self.header_timeout_s, self.transport.close)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
