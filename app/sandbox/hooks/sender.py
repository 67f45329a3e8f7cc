"""Sends one webhook request and tells what came of it. It never raises and never retries, as GitLab never does."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any

import httpx

from app.sandbox.hooks.headers import request_headers, shown_headers
from app.sandbox.hooks.records import Attempt, Hook, Job

BODY_LIMIT = 25 * 1024 * 1024
"""Bytes; a larger body is not sent and counts as failed."""
OVERSIZE: dict[str, Any] = {"oversize": True}
INTERNAL_ERROR = "internal error"
_LOGGED_BODY = 8 * 1024
_LOGGED_HEADERS = 50
_LOGGED_HEADER_VALUE = 1024


class Sender:
    """Two HTTP clients, with and without certificate checks, shared by all worker threads."""

    def __init__(self, *, timeout: float) -> None:
        self._timeout = timeout
        self._clients: dict[bool, httpx.Client] = {}

    def send(self, hook: Hook, job: Job, *, instance: str, attempt_id: int, now: datetime) -> Attempt:
        """Send the job to the hook's present address; ``instance`` is the base address of this GitLab."""
        body = json.dumps(job.body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = request_headers(hook, job, body, instance=instance, now=now)
        status, answer_headers, answer_body, error = INTERNAL_ERROR, dict[str, str](), "", None
        started = time.perf_counter()
        if len(body) > BODY_LIMIT:
            error = f"the body has {len(body)} bytes, more than the {BODY_LIMIT} allowed"
        else:
            try:
                answer = self._client(hook.enable_ssl_verification).post(hook.url, content=body, headers=headers)
                status, answer_headers = str(answer.status_code), _logged(answer.headers)
                answer_body = answer.text[:_LOGGED_BODY]
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as problem:
                error = f"{type(problem).__name__}: {problem}"
        return Attempt(
            id=attempt_id,
            hook_id=hook.id,
            url=hook.url,
            trigger=job.trigger,
            delivery_id=job.delivery_id,
            triggered_at=now,
            request_headers=shown_headers(headers, hook.custom_headers),
            request_data=OVERSIZE if len(body) > BODY_LIMIT else job.body,
            response_status=status,
            response_headers=answer_headers,
            response_body=answer_body,
            execution_duration=time.perf_counter() - started,
            event_uuid=job.event_uuid,
            error=error,
        )

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        while self._clients:
            self._clients.popitem()[1].close()

    def _client(self, verify: bool) -> httpx.Client:
        if verify not in self._clients:
            # Proxies of the environment are not for a sandbox that calls its neighbour on the same machine.
            self._clients[verify] = httpx.Client(timeout=self._timeout, verify=verify, trust_env=False)
        return self._clients[verify]


def _logged(headers: httpx.Headers) -> dict[str, str]:
    return {name: value[:_LOGGED_HEADER_VALUE] for name, value in list(headers.items())[:_LOGGED_HEADERS]}
