"""Settings: what the environment (or a folder of secrets files) says, typed and checked before anything starts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ValidationInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from app.errors import SettingsError
from app.shipped import RULES, TEMPLATES
from app.webhook.verify import signing_key

PREFIX = "SOWBOT_"
USUAL_SECRETS_DIR = Path("/run/secrets")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("is not an address such as https://gitlab.com")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a username or password")
    return value.rstrip("/")


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _for_a_header(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text:
        raise ValueError("is empty")
    if not text.isprintable() or " " in text:
        raise ValueError("holds a blank, a line break or another character that no token has")
    return value


def _signing(value: SecretStr) -> SecretStr:
    signing_key(value.get_secret_value())
    return value


Address = Annotated[str, AfterValidator(_web_address)]
Token = Annotated[SecretStr, AfterValidator(_for_a_header)]
Tokens = Annotated[tuple[Token, ...], NoDecode, BeforeValidator(_split)]
SigningTokens = Annotated[tuple[Annotated[SecretStr, AfterValidator(_signing)], ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """Every setting, in the order of docs/settings.md. The docstrings are what that page and the errors say."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )

    gitlab_url: Address
    """Address of the GitLab that the board is on, such as https://gitlab.com"""
    gitlab_token: Token
    """Access token of the bot's own account on that GitLab, scope api"""
    webhook_secret: Tokens = ()
    """Secret token of the webhook; several, separated by commas, while it is being changed"""
    webhook_signing_token: SigningTokens = Field(default=(), validate_default=True)
    """Signing token of the webhook (whsec_…, GitLab 19.0 or newer); several, separated by commas, while it is being
    changed. Once set, only signed deliveries are accepted"""
    deal_signing_token: SigningTokens = ()
    """Signing token (whsec_…) of the system that tells of deals at /events/deal; several, separated by commas. Without
    one there is no such address"""
    slack_api: Address = "https://slack.com/api"
    """Address of Slack's Web API, which channels with `slack_bot` use; GovSlack's is https://slack-gov.com/api"""
    calculator_signing_token: SigningTokens = ()
    """Signing token (whsec_…) of the Services Calculator, which asks for scoping at /events/calculator; several,
    separated by commas. Without one there is no such address"""
    rules: Path = RULES
    """The rule file"""
    templates: Path = TEMPLATES
    """Folder of the templates"""
    data_dir: Path = Path("data")
    """Folder of the bot's own files: the SQLite database"""
    database_url: SecretStr | None = None
    """Database, as an address such as postgresql://user:password@host/sowbot; several processes may share it"""
    replica: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")
    """Name of this process among several that share a PostgreSQL database; each needs its own. Without one it is called
    like its host, with a number when several run there"""
    notes_per_minute: int | None = Field(default=None, ge=0)
    """Comments a minute that GitLab permits the bot's account; 0: any number. Without it 60 on GitLab.com and 300
    elsewhere, which are GitLab's own defaults. Processes that share a database share it, whoever needs it"""
    issues_per_minute: int | None = Field(default=None, ge=0)
    """Issues a minute that GitLab permits the bot's account; 0: any number. Without it 200 on GitLab.com and any number
    elsewhere"""
    host: str = Field(default="127.0.0.1", min_length=1)
    """Address to listen on; 0.0.0.0 for all"""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on"""
    public_url: Address | None = None
    """Where people reach the bot's pages; notes then link to their decision"""
    admins_issue: str | None = Field(default=None, pattern=r"^[^#\s]+/[^#\s]+#[1-9][0-9]*$")
    """Issue on which the bot tells its admins what went wrong, as group/project#7"""
    reenable_hook: bool = False
    """Whether the bot may enable a webhook again that GitLab disabled, by asking GitLab for a test delivery"""
    mark_writes: bool = False
    """Whether each write to GitLab carries an X-Gitlab-Event-UUID of the bot's own, by which deliveries that it caused
    are known even where they name nobody. GitLab then calls a webhook once for each write (docs/webhooks.md)"""
    log_format: Literal["auto", "json", "console"] = "auto"
    """json, console, or auto: console on a terminal and json elsewhere"""
    secrets_dir: Path | None = None
    """Folder of files that are named like a setting and hold its value; the environment outranks them"""

    _environ: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """``load_settings`` hands the environment in, so that it is an argument and not a global."""
        return init_settings, file_secret_settings

    @field_validator("webhook_signing_token")
    @classmethod
    def _a_way_to_verify(cls, value: tuple[SecretStr, ...], info: ValidationInfo) -> tuple[SecretStr, ...]:
        if not value and info.data.get("webhook_secret") == ():
            raise ValueError(
                "is not set, and neither is SOWBOT_WEBHOOK_SECRET: set one of them to the webhook's signing token or "
                "secret token, or anybody could send the bot made-up deliveries"
            )
        return value

    @property
    def secret_tokens(self) -> tuple[bytes, ...]:
        """For the ``Verifier``."""
        return tuple(token.get_secret_value().encode() for token in self.webhook_secret)

    @property
    def signing_tokens(self) -> tuple[str, ...]:
        """For the ``Verifier``."""
        return tuple(token.get_secret_value() for token in self.webhook_signing_token)

    @property
    def deal_signing_tokens(self) -> tuple[str, ...]:
        """For the ``Signatures`` of deal events; none: they are not taken."""
        return tuple(token.get_secret_value() for token in self.deal_signing_token)

    @property
    def calculator_signing_tokens(self) -> tuple[str, ...]:
        """For the ``Signatures`` of the calculator's requests; none: they are not taken."""
        return tuple(token.get_secret_value() for token in self.calculator_signing_token)

    def secret(self, name: str) -> SecretStr | None:
        """A secret by a name that the rule file gives: from the environment, else from a file of the secrets folder.

        Raises SettingsError when that file can't be read."""
        value = self._environ.get(name, "").strip()
        if not value and self.secrets_dir and _NAME.fullmatch(name):
            file = next((path for path in _files(self.secrets_dir) if path.name.lower() == name.lower()), None)
            if file and (problem := _unreadable(file)):
                raise SettingsError(problem)
            value = _read(file) if file else ""
        return SecretStr(value) if value else None

    def secret_values(self, names: Iterable[str] = ()) -> frozenset[str]:
        """All that must never be logged; ``names`` are those that the rule file gives."""
        named = [found for name in names if (found := self.secret(name))]
        tokens = (
            *self.webhook_secret,
            *self.webhook_signing_token,
            *self.deal_signing_token,
            *self.calculator_signing_token,
        )
        own = [self.gitlab_token, *tokens, *named]
        values = {secret.get_secret_value() for secret in own}
        if self.database_url and (password := urlsplit(self.database_url.get_secret_value()).password):
            values |= {password, unquote(password), self.database_url.get_secret_value()}
        return frozenset(values)


def load_settings(environ: Mapping[str, str], *, usual_secrets_dir: Path = USUAL_SECRETS_DIR) -> Settings:
    """Read and check all settings. Raises one SettingsError that names every problem and no secret's value."""
    given = {name: value for name in environ if (value := environ[name].strip())}
    folder = Path(given.get(f"{PREFIX}SECRETS_DIR", usual_secrets_dir))
    problems = _unknown_names(given, folder)
    if f"{PREFIX}SECRETS_DIR" in given and not folder.is_dir():
        problems.append(f"{PREFIX}SECRETS_DIR: there is no such folder")
    values: dict[str, object] = {
        name: given[_variable(name)] for name in Settings.model_fields if _variable(name) in given
    }
    if folder.is_dir():
        values["secrets_dir"] = folder
    unreadable = [problem for path in _files(folder) if _is_ours(path.name) and (problem := _unreadable(path))]
    if unreadable:
        raise _all_of(problems + unreadable)
    try:
        settings = Settings(_secrets_dir=folder if folder.is_dir() else None, **values)  # type: ignore[arg-type]  # text, as in the environment: the model converts it
    except ValidationError as error:
        problems += [_in_words(detail) for detail in error.errors(include_input=False, include_url=False)]
    if problems:
        raise _all_of(problems)
    settings._environ = given
    return settings


def _all_of(problems: list[str]) -> SettingsError:
    return SettingsError("These settings have to be mended:\n" + "\n".join(f"  - {problem}" for problem in problems))


def _is_ours(name: str) -> bool:
    return name.upper().startswith(PREFIX)


def _variable(field: str) -> str:
    return PREFIX + field.upper()


def _unknown_names(given: Mapping[str, str], folder: Path) -> list[str]:
    """Names that begin like ours and are none: a misspelt setting would be left out silently."""
    known = [_variable(field) for field in Settings.model_fields]
    wrong = [name for name in given if _is_ours(name) and name not in known]
    files = [path.name for path in _files(folder) if _is_ours(path.name)]
    wrong += [f"{folder / name}" for name in files if name.upper() not in known]
    problems = []
    for name in sorted(wrong):
        # Without the prefix, which would make all names alike.
        near = difflib.get_close_matches(Path(name).name[len(PREFIX) :].lower(), Settings.model_fields, n=1)
        problems.append(f"{name}: there is no such setting" + (f"; did you mean {_variable(near[0])}?" if near else ""))
    return problems


def _in_words(detail: ErrorDetails) -> str:
    field = str(detail["loc"][0])
    meaning = (Settings.model_fields[field].description or "").replace("\n", " ")
    if detail["type"] == "missing":
        return f"{_variable(field)} is not set: {meaning}"
    which = f" (entry {detail['loc'][1] + 1})" if len(detail["loc"]) > 1 and isinstance(detail["loc"][1], int) else ""
    return f"{_variable(field)}{which}: {detail['msg'].removeprefix('Value error, ')} ({meaning})"


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return []


def _unreadable(path: Path) -> str | None:
    try:
        _read(path)
    except (OSError, UnicodeDecodeError) as error:
        return f"{path} can't be read: {type(error).__name__}"
    return None


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()
