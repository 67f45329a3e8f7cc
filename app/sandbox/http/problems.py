"""The errors that the sandbox answers with, worded as GitLab words them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException


class ApiError(Exception):
    """An answer other than success: status and JSON body."""

    def __init__(self, status: int, body: Mapping[str, Any], *, bare: bool = False) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.bare = bare
        """True: this answer carries no ``RateLimit-*`` headers (GitLab's application limits)."""


def not_found(what: str = "") -> ApiError:
    """404, also for what the caller may not see; ``what`` is GitLab's name of the thing (``Project``)."""
    return ApiError(404, {"message": f"404 {what} Not Found" if what else "404 Not found"})


def unauthorized() -> ApiError:
    """401: no token, or one that is nobody's."""
    return ApiError(401, {"message": "401 Unauthorized"})


def invalid_token(description: str) -> ApiError:
    """401: a token that was good once."""
    return ApiError(401, {"error": "invalid_token", "error_description": description})


def insufficient_scope(needed: str) -> ApiError:
    """403: the token's scopes do not cover this request."""
    return ApiError(
        403,
        {
            "error": "insufficient_scope",
            "error_description": "The request requires higher privileges than provided by the access token.",
            "scope": needed,
        },
    )


def forbidden(reason: str = "") -> ApiError:
    """403: the caller sees the thing but may not do this to it."""
    return ApiError(403, {"message": f"403 Forbidden - {reason}" if reason else "403 Forbidden"})


def bad_parameter(complaint: str) -> ApiError:
    """400 as the parameter check in front of the API writes it: ``title is missing``."""
    return ApiError(400, {"error": complaint})


def bad_request(message: str | Mapping[str, Any]) -> ApiError:
    """400 as the API itself writes it: a sentence, or the record's errors by attribute."""
    return ApiError(400, {"message": message})


def conflict(message: str) -> ApiError:
    """409: it exists already."""
    return ApiError(409, {"message": message})


def too_many() -> ApiError:
    """429 of an application limit: no header tells when it ends."""
    message = "This endpoint has been requested too many times. Try again later."
    return ApiError(429, {"message": {"error": message}}, bare=True)


async def answer_api_error(request: Request, error: Exception) -> Response:
    """The answer to an :class:`ApiError`."""
    assert isinstance(error, ApiError)
    if error.bare:
        request.scope["sandbox.bare"] = True
    return JSONResponse(dict(error.body), status_code=error.status)


async def answer_no_route(_request: Request, error: Exception) -> Response:
    """The answer where no route fits, in the words of GitLab's API."""
    assert isinstance(error, HTTPException)
    words = {404: "404 Not Found", 405: "405 Method Not Allowed"}.get(error.status_code, str(error.detail))
    return JSONResponse({"error": words}, status_code=error.status_code, headers=error.headers)
