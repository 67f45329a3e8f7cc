"""The bot's token goes to its GitLab and nowhere else: not along a redirect, not back out of an error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.errors import SowbotError
from app.gitlab.transport import BotGitlab, graphql, open_gitlab
from tests.hostile.theatre import Trap, attackers_server

TOKEN = "glpat-canary-of-the-token"


@pytest.fixture
def trap() -> Iterator[Trap]:
    with attackers_server() as trap:
        yield trap


Serve = Callable[[int, dict[str, str], str], BotGitlab]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A GitLab that gives one answer to everything; ``{token}`` in it stands for the token that came."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int, headers: dict[str, str], body: str) -> BotGitlab:
        class Answer(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                self.rfile.read(int(self.headers.get("content-length") or 0))
                self.send_response(status)
                echo = body.replace("{token}", self.headers.get("PRIVATE-TOKEN", "")).encode()
                for name, value in (headers | {"Content-Length": str(len(echo))}).items():
                    self.send_header(name, value.replace("{token}", self.headers.get("PRIVATE-TOKEN", "")))
                self.end_headers()
                self.wfile.write(echo)

            do_GET = do_POST = do_PUT = do_DELETE = _answer  # the names are the library's

            def log_message(self, format: str, *args: object) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return open_gitlab(url=f"http://127.0.0.1:{server.server_port}", token=TOKEN)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


CALLS: dict[str, Callable[[BotGitlab], object]] = {
    "read": lambda api: api.http_get("/user"),
    "list": lambda api: list(api.projects.get(1, lazy=True).labels.list(iterator=True)),
    "write": lambda api: api.http_post("/projects/1/issues", post_data={"title": "x"}),
    "edit": lambda api: api.http_put("/projects/1/issues/1", post_data={"title": "x"}),
    "delete": lambda api: api.http_delete("/projects/1/issues/1"),
    "graphql": lambda api: graphql(api, "query {}", {}),
}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", CALLS)
def test_a_redirect_to_another_host_takes_no_token_there(call: str, status: int, serve: Serve, trap: Trap) -> None:
    api = serve(status, {"Location": f"{trap.url}/api/v4/user?t={{token}}"}, "")
    with pytest.raises(SowbotError) as error:
        CALLS[call](api)
    api.session.close()
    assert trap.visits == []
    assert TOKEN not in str(error.value)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 502])
@pytest.mark.parametrize(
    "body", ['{"message": "no rights for {token}"}', "<html>{token}</html>", '{"error": {"a": ["{token}"]}}']
)
def test_an_answer_that_quotes_the_token_does_not_bring_it_into_our_words(body: str, status: int, serve: Serve) -> None:
    """They stand in the log, in the ledger, on the decision's page and in notes."""
    api = serve(status, {"Content-Type": "application/json"}, body)
    with pytest.raises(SowbotError) as error:
        api.http_get("/user")
    api.session.close()
    assert TOKEN not in str(error.value)
