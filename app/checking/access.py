"""What ``--online`` and ``--environment`` need of the environment: GitLab's address, the token, channels' addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import SettingsError
from app.gitlab.live import LiveGitLab
from app.gitlab.read import LiveReader
from app.gitlab.transport import open_gitlab
from app.settings import PREFIX, USUAL_SECRETS_DIR, Address, Token


class _Access(BaseModel):
    """The two settings that reading GitLab takes; whoever checks a file has no webhook secret."""

    model_config = ConfigDict(hide_input_in_errors=True)

    gitlab_url: Address
    gitlab_token: Token


@contextmanager
def reading_gitlab(environ: Mapping[str, str]) -> Iterator[LiveReader]:
    """A door to GitLab through which nothing can be written. Raises SettingsError if it is not said where and as whom.

    Raises Forbidden when GitLab does not know the token, TryLater when it does not answer.
    """
    with _opened(environ, read_only=True) as live:
        yield live.as_reader()


@contextmanager
def writing_gitlab(environ: Mapping[str, str]) -> Iterator[LiveGitLab]:
    """The same with all that the bot may do, for a command that a person gives."""
    with _opened(environ, read_only=False) as live:
        yield live


@contextmanager
def _opened(environ: Mapping[str, str], *, read_only: bool) -> Iterator[LiveGitLab]:
    access = _access(environ)
    api = open_gitlab(url=access.gitlab_url, token=access.gitlab_token.get_secret_value(), read_only=read_only)
    live = LiveGitLab(api)
    try:
        live.whoami()
        yield live
    finally:
        live.close()


def is_given(name: str, environ: Mapping[str, str]) -> bool:
    """Whether the environment, or a file of the secrets folder, holds something under this name."""
    if environ.get(name, "").strip():
        return True
    folder = Path(environ.get(f"{PREFIX}SECRETS_DIR", "") or USUAL_SECRETS_DIR)
    try:
        files = [path for path in folder.iterdir() if path.name.lower() == name.lower()]
        return any(path.read_text(encoding="utf-8").strip() for path in files)
    except (OSError, UnicodeDecodeError):
        return False


def _access(environ: Mapping[str, str]) -> _Access:
    given = {
        field: value for field in _Access.model_fields if (value := environ.get(PREFIX + field.upper(), "").strip())
    }
    try:
        return _Access.model_validate(given)
    except ValidationError as error:
        problems = [
            f"{PREFIX}{str(one['loc'][0]).upper()} "
            + ("is not set" if one["type"] == "missing" else one["msg"].removeprefix("Value error, "))
            for one in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError(f"This asks GitLab, and {'; '.join(problems)}.") from None
