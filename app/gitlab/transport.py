"""python-gitlab over one httpx client: no retries, no redirects, no other host, and our errors instead of its own."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import gitlab
import httpx
import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from app.errors import Refused, SowbotError, TryLater
from app.gitlab.budget import Budget
from app.gitlab.faults import error_of
from app.gitlab.routes import route_of
from app.gitlab.write_marks import HEADER, WriteMarks

USER_AGENT = "sowbot (python-gitlab)"
SHORTEST_TOKEN = 8
"""Characters of the shortest secret worth hiding: GitLab's have twenty and more, and a shorter one is in every text."""

OnCall = Callable[[str, str, int, int | None], None]
"""Told of every call: method, route (``/projects/:id/issues/:id``), status (0: no answer), remaining calls if told."""


def _silent(_method: str, _route: str, _status: int, _remaining: int | None) -> None:
    return None


class HttpxAdapter(BaseAdapter):
    """Sends what a requests session wants sent through an httpx client.

    Every answer that is no success leaves as one of :mod:`app.errors`: neither requests nor python-gitlab catches
    those, so nothing between here and the engine can sleep, repeat or reword them.
    """

    def __init__(
        self,
        client: httpx.Client,
        *,
        base_path: str = "",
        on_call: OnCall = _silent,
        budget: Budget | None = None,
        marks: WriteMarks | None = None,
    ) -> None:
        super().__init__()
        self._marks = marks
        self._client = client
        self._budget = budget
        self._base_path = base_path
        self._on_call = on_call

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """One call, if the budget has one left. Time-outs, TLS and proxies are the httpx client's business."""
        del stream, timeout, verify, cert, proxies
        method, url = request.method or "GET", request.url or ""
        route = route_of(urlsplit(url).path.removeprefix(self._base_path))
        if self._budget:
            self._budget.ask(method, route)
        headers = dict(request.headers)
        if self._marks and method not in ("GET", "HEAD"):
            headers[HEADER] = self._marks.fresh()
        answer = None
        try:
            answer = self._client.request(method, url, headers=headers, content=_body(request))
        except httpx.TimeoutException as error:
            self._on_call(method, route, 0, None)
            raise TryLater(f"GitLab did not answer {method} {route} in time.") from error
        except httpx.RequestError as error:
            self._on_call(method, route, 0, None)
            raise TryLater(f"GitLab could not be reached for {method} {route}: {error}.") from error
        finally:
            if self._budget:
                # An answer that is no success counts as false.
                status, told = (0, httpx.Headers()) if answer is None else (answer.status_code, answer.headers)
                self._budget.tell(method, route, status, told)
        self._on_call(method, route, answer.status_code, _remaining(answer.headers))
        if fault := _fault_of(f"{method} {route}", request, answer):
            raise fault
        return _as_requests(request, answer)

    def close(self) -> None:
        """Close the pool."""
        self._client.close()


class BotGitlab(gitlab.Gitlab):
    """python-gitlab that never sleeps or repeats a call: that is the engine's work."""

    def http_request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """As in python-gitlab, with its retries off."""
        kwargs.update(obey_rate_limit=False, retry_transient_errors=False, max_retries=0)
        return super().http_request(*args, **kwargs)


def open_gitlab(
    *,
    url: str,
    token: str,
    pool: int = 16,
    timeout_s: float = 10.0,
    on_call: OnCall = _silent,
    read_only: bool = False,
    budget: Budget | None = None,
    marks: WriteMarks | None = None,
) -> BotGitlab:
    """A client for one GitLab. It may be shared between threads; close it with ``.session.close()``.

    Only addresses below ``url`` can be called, whatever asks for it: so the token goes nowhere else. With
    ``read_only`` a call that could write is refused before it leaves. ``budget`` counts the calls of the token.
    With ``marks`` each write carries one.
    """
    base = url.rstrip("/")
    client = httpx.Client(
        timeout=httpx.Timeout(timeout_s, pool=3 * timeout_s),
        limits=httpx.Limits(max_connections=pool, max_keepalive_connections=pool),
        follow_redirects=False,
        cookies=_no_cookies(),
        event_hooks={"request": [refuse_writes]} if read_only else {},
    )
    session = requests.Session()
    session.trust_env = False  # else a ~/.netrc entry would be sent beside the token
    session.max_redirects = 0
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.adapters.clear()
    adapter = HttpxAdapter(
        client, base_path=httpx.URL(base).path.rstrip("/"), on_call=on_call, budget=budget, marks=marks
    )
    session.mount(f"{base}/", adapter)
    return BotGitlab(
        base, private_token=token, session=session, user_agent=USER_AGENT, keep_base_url=True, per_page=100
    )


def graphql(api: gitlab.Gitlab, query: str, variables: Mapping[str, object]) -> dict[str, Any]:
    """The ``data`` of a GraphQL answer. Raises Refused with GitLab's words where it carries errors."""
    answer = api.http_post(f"{api.url}/api/graphql", post_data={"query": query, "variables": dict(variables)})
    data = answer if isinstance(answer, dict) else answer.json()
    if errors := data.get("errors"):
        raise Refused(f"GitLab refused the query: {'; '.join(str(error.get('message', error)) for error in errors)}.")
    return dict(data.get("data") or {})


def refuse_writes(request: httpx.Request) -> None:
    """Lets through what cannot change anything: GET, HEAD, and a GraphQL query."""
    if request.method in ("GET", "HEAD"):
        return
    if request.method == "POST" and request.url.path.endswith("/api/graphql") and _is_query(request):
        return
    raise Refused(f"A dry run does not send {request.method} {route_of(urlsplit(str(request.url)).path)}.")


def _is_query(request: httpx.Request) -> bool:
    try:
        query = str(json.loads(request.read())["query"])
    except (ValueError, KeyError, TypeError):
        return False
    return query.lstrip().startswith(("query", "{")) and "mutation" not in query and "subscription" not in query


def _no_cookies() -> CookieJar:
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def _body(request: requests.PreparedRequest) -> bytes | None:
    body = request.body
    return body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else None


def _fault_of(call: str, request: requests.PreparedRequest, answer: httpx.Response) -> SowbotError | None:
    """A proxy's page may quote the request, and our errors stand in notes and on pages: the token never does."""
    headers: Mapping[str, str] = answer.headers
    body, token = answer.content, request.headers.get("PRIVATE-TOKEN", "")
    if len(token) >= SHORTEST_TOKEN and not answer.is_success:
        headers = {name: value.replace(token, "[secret]") for name, value in headers.items()}
        body = body.replace(token.encode("latin-1", "replace"), b"[secret]")
    return error_of(call, answer.status_code, headers, body)


def _remaining(headers: httpx.Headers) -> int | None:
    value = headers.get("ratelimit-remaining", "")
    return int(value) if value.isdecimal() else None


def _as_requests(request: requests.PreparedRequest, answer: httpx.Response) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status_code
    response.reason = answer.reason_phrase
    response.url = str(answer.url)
    response.request = request
    # httpx has decompressed the body: the header would make somebody do it again.
    response.headers = CaseInsensitiveDict(
        (name, value) for name, value in answer.headers.items() if name.lower() != "content-encoding"
    )
    response.encoding = answer.encoding
    response.raw = io.BytesIO(answer.content)
    return response
