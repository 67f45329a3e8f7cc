"""Which issue a deal event is about: its address, ``group/project#7`` or ``42#7``, taken apart."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

_PORTS = {"http": 80, "https": 443}
_KINDS = ("issues", "work_items")


def read_link(text: str, gitlab_url: str) -> tuple[str | int, int]:
    """The project (path or id) and the issue's number in it. Raises ValueError with a sentence for the sender."""
    said = text.strip()
    if "://" in said:
        return _of_address(said, gitlab_url)
    project, _, number = said.partition("#")
    if not _is_number(number) or not (_is_number(project) or _is_path(project)):
        raise ValueError("scoping_issue: write the issue's address, group/project#7, or the project's id as in 42#7")
    return (int(project) if _is_number(project) else project), int(number)


def _of_address(address: str, gitlab_url: str) -> tuple[str, int]:
    try:
        given, ours = urlsplit(address), urlsplit(gitlab_url)
        same = _origin(given.scheme, given.hostname, given.port) == _origin(ours.scheme, ours.hostname, ours.port)
    except ValueError:
        raise ValueError("scoping_issue: this is no address") from None
    base = f"{ours.path.rstrip('/')}/"
    path = unquote(given.path)
    if not same or not path.startswith(base) or given.username is not None:
        raise ValueError(f"scoping_issue: the address must be below {gitlab_url}")
    project, separator, rest = path.removeprefix(base).partition("/-/")
    kind, _, number = rest.rstrip("/").partition("/")
    if not separator or not _is_path(project) or kind not in _KINDS or not _is_number(number):
        raise ValueError("scoping_issue: this address leads to no issue; an issue's ends in /-/issues/7")
    return project, int(number)


def _origin(scheme: str, host: str | None, port: int | None) -> tuple[str, str | None, int | None]:
    return scheme, host, port or _PORTS.get(scheme)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18 and int(text) > 0


def _is_path(text: str) -> bool:
    """``group/project``: no empty parts, nothing that a path can't hold."""
    parts = text.split("/")
    return len(parts) > 1 and all(part.strip(".") and _fits(part) for part in parts)


def _fits(part: str) -> bool:
    return all(letter.isalnum() or letter in "._-+" for letter in part)
