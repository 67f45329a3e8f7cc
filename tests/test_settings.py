"""Settings: what is taken, what is refused, and that no secret is printed."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SettingsError
from app.settings import Settings, load_settings
from app.settings_reference import describe, settings_markdown
from app.webhook.verify import Verifier

NOWHERE = Path("/nonexistent/secrets")
SIGNING = "whsec_" + base64.b64encode(bytes(range(32))).decode()
NEEDED = {
    "SOWBOT_GITLAB_URL": "https://gitlab.example.com/",
    "SOWBOT_GITLAB_TOKEN": "glpat-very-secret",
    "SOWBOT_WEBHOOK_SECRET": "hook-secret",
}


def load(**more: str) -> Settings:
    return load_settings({**NEEDED, **more}, usual_secrets_dir=NOWHERE)


def problems(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, usual_secrets_dir=NOWHERE)
    return str(caught.value)


def test_the_needed_settings_suffice_and_the_rest_has_defaults() -> None:
    settings = load()
    assert settings.gitlab_url == "https://gitlab.example.com"
    assert (settings.host, settings.port, settings.log_format) == ("127.0.0.1", 8000, "auto")
    assert (settings.rules, settings.data_dir) == (Path("label_rules.yaml"), Path("data"))
    assert settings.templates.name == "templates"
    assert (settings.database_url, settings.replica, settings.notes_per_minute) == (None, None, None)
    assert settings.public_url is None


def test_every_setting_is_taken_from_the_environment() -> None:
    settings = load(
        SOWBOT_WEBHOOK_SECRET="one, two,",
        SOWBOT_WEBHOOK_SIGNING_TOKEN=f"{SIGNING},{SIGNING}",
        SOWBOT_RULES="/etc/rules.yaml",
        SOWBOT_TEMPLATES="/etc/templates",
        SOWBOT_DATA_DIR="/var/lib/sowbot",
        SOWBOT_DATABASE_URL="postgresql+psycopg://bot:pw@db/sowbot",
        SOWBOT_REPLICA="sowbot-0",
        SOWBOT_NOTES_PER_MINUTE="0",
        SOWBOT_ISSUES_PER_MINUTE="500",
        SOWBOT_HOST="0.0.0.0",
        SOWBOT_PORT="9000",
        SOWBOT_PUBLIC_URL="https://bot.example.com/sowbot/",
        SOWBOT_ADMINS_ISSUE="ps/plan#7",
        SOWBOT_LOG_FORMAT="json",
    )
    assert settings.secret_tokens == (b"one", b"two")
    assert settings.signing_tokens == (SIGNING, SIGNING)
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql+psycopg://bot:pw@db/sowbot"
    assert (settings.replica, settings.notes_per_minute, settings.issues_per_minute) == ("sowbot-0", 0, 500)
    assert (settings.port, settings.public_url) == (9000, "https://bot.example.com/sowbot")
    assert (settings.admins_issue, settings.templates) == ("ps/plan#7", Path("/etc/templates"))
    Verifier(settings.secret_tokens, settings.signing_tokens)


def test_all_missing_settings_are_named_together_with_what_they_are_for() -> None:
    text = problems({})
    assert "SOWBOT_GITLAB_URL is not set: Address of the GitLab" in text
    assert "SOWBOT_GITLAB_TOKEN is not set: Access token" in text
    assert "neither is SOWBOT_WEBHOOK_SECRET" in text


@pytest.mark.parametrize("nothing", ["", "  ", ",", " , "])
def test_it_refuses_to_start_without_a_secret_token_or_a_signing_token(nothing: str) -> None:
    text = problems({**NEEDED, "SOWBOT_WEBHOOK_SECRET": nothing})
    assert "anybody could send the bot made-up deliveries" in text


def test_a_signing_token_alone_suffices() -> None:
    settings = load(SOWBOT_WEBHOOK_SECRET="", SOWBOT_WEBHOOK_SIGNING_TOKEN=SIGNING)
    assert (settings.secret_tokens, settings.signing_tokens) == ((), (SIGNING,))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("SOWBOT_GITLAB_TOKN", "SOWBOT_GITLAB_TOKEN"),
        ("SOWBOT_WEBHOOK_SECRETS", "SOWBOT_WEBHOOK_SECRET"),
        ("sowbot_port", "SOWBOT_PORT"),
    ],
)
def test_a_misspelt_setting_is_named_with_the_nearest_right_one(wrong: str, right: str) -> None:
    assert f"{wrong}: there is no such setting; did you mean {right}?" in problems({**NEEDED, wrong: "1"})


def test_a_name_like_no_other_is_named_without_a_guess_and_other_variables_are_left_alone() -> None:
    text = problems({**NEEDED, "SOWBOT_XYZZY": "1", "PATH": "/bin"})
    assert text.endswith("SOWBOT_XYZZY: there is no such setting")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SOWBOT_GITLAB_URL", "gitlab.com"),
        ("SOWBOT_GITLAB_URL", "ftp://gitlab.com"),
        ("SOWBOT_GITLAB_URL", "https://user:hunter22@gitlab.com"),
        ("SOWBOT_GITLAB_TOKEN", "glpat hunter22"),
        ("SOWBOT_GITLAB_TOKEN", "glpat-hunter22\nX-Evil: 1"),
        ("SOWBOT_WEBHOOK_SECRET", "ok,hunter22 with blanks"),
        ("SOWBOT_WEBHOOK_SIGNING_TOKEN", "hunter22"),
        ("SOWBOT_WEBHOOK_SIGNING_TOKEN", f"{SIGNING},whsec_hunter22"),
        ("SOWBOT_PORT", "hunter22"),
        ("SOWBOT_PORT", "70000"),
        ("SOWBOT_ADMINS_ISSUE", "hunter22"),
        ("SOWBOT_PUBLIC_URL", "javascript:hunter22"),
        ("SOWBOT_LOG_FORMAT", "hunter22"),
        ("SOWBOT_SECRETS_DIR", "/nonexistent/hunter22"),
    ],
)
def test_a_bad_value_is_named_by_its_variable_and_never_shown(name: str, value: str) -> None:
    text = problems({**NEEDED, name: value})
    assert name in text
    assert "hunter22" not in text
    assert text.count("\n") == 1


def test_the_second_of_two_tokens_is_named_as_such() -> None:
    text = problems({**NEEDED, "SOWBOT_WEBHOOK_SIGNING_TOKEN": f"{SIGNING},whsec_QUJD"})
    assert "SOWBOT_WEBHOOK_SIGNING_TOKEN (entry 2): what follows whsec_ holds 3 bytes, not 32" in text


@given(
    rest=st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    name=st.sampled_from(sorted(Settings.model_fields)),
)
def test_no_value_is_ever_printed(rest: str, name: str) -> None:
    value = f"Zq9{rest}"
    try:
        told = repr(load(**{f"SOWBOT_{name.upper()}": value}))
    except SettingsError as error:
        told, name = str(error), "gitlab_token"
    assert "Zq9" not in told or name not in {"gitlab_token", "webhook_secret", "webhook_signing_token", "database_url"}


def test_settings_may_come_from_files_and_the_environment_outranks_them(tmp_path: Path) -> None:
    (tmp_path / "SOWBOT_GITLAB_TOKEN").write_text("glpat-from-file\n")
    (tmp_path / "sowbot_webhook_secret").write_text("a,b\n")
    (tmp_path / "SOWBOT_GITLAB_URL").write_text("https://from.file")
    (tmp_path / "unrelated").write_bytes(b"\xff")
    settings = load_settings(
        {"SOWBOT_SECRETS_DIR": str(tmp_path), "SOWBOT_GITLAB_URL": "https://from.env"}, usual_secrets_dir=NOWHERE
    )
    assert settings.gitlab_token.get_secret_value() == "glpat-from-file"
    assert settings.secret_tokens == (b"a", b"b")
    assert settings.gitlab_url == "https://from.env"


def test_the_usual_folder_of_secrets_is_read_when_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "sowbot_gitlab_token").write_text("glpat-mounted")
    environ = {name: value for name, value in NEEDED.items() if name != "SOWBOT_GITLAB_TOKEN"}
    assert load_settings(environ, usual_secrets_dir=tmp_path).gitlab_token.get_secret_value() == "glpat-mounted"


def test_a_misspelt_file_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "sowbot_gitlab_tokn").write_text("x")
    with pytest.raises(SettingsError, match="did you mean SOWBOT_GITLAB_TOKEN"):
        load_settings(NEEDED, usual_secrets_dir=tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "sowbot_gitlab_token").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="sowbot_gitlab_token can't be read"):
        load_settings(NEEDED, usual_secrets_dir=tmp_path)


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "sowbot_gitlab_token").write_text("")
    environ = {name: value for name, value in NEEDED.items() if name != "SOWBOT_GITLAB_TOKEN"}
    with pytest.raises(SettingsError, match="SOWBOT_GITLAB_TOKEN: is empty"):
        load_settings(environ, usual_secrets_dir=tmp_path)


def test_channels_are_found_by_the_names_that_the_rule_file_gives(tmp_path: Path) -> None:
    (tmp_path / "slack_in_file").write_text("https://hooks.example/file\n")
    settings = load(SLACK_IN_ENV="https://hooks.example/env", SOWBOT_SECRETS_DIR=str(tmp_path), EMPTY=" ")
    found = {name: settings.secret(name) for name in ("SLACK_IN_ENV", "SLACK_IN_FILE", "EMPTY", "ABSENT", "../x", "")}
    assert {name: secret.get_secret_value() for name, secret in found.items() if secret} == {
        "SLACK_IN_ENV": "https://hooks.example/env",
        "SLACK_IN_FILE": "https://hooks.example/file",
    }


def test_all_secret_values_are_told_to_the_log() -> None:
    settings = load(
        SLACK="https://hooks.example/x",
        SOWBOT_WEBHOOK_SECRET="one,two",
        SOWBOT_WEBHOOK_SIGNING_TOKEN=SIGNING,
        SOWBOT_DATABASE_URL="postgresql+psycopg://bot:p%40ss@db/sowbot",
    )
    expected = {"glpat-very-secret", "one", "two", SIGNING, "p%40ss", "p@ss", "https://hooks.example/x"}
    assert expected < settings.secret_values(["SLACK", "ABSENT"])


def test_secrets_are_hidden_when_settings_are_printed() -> None:
    text = f"{load()!r} {load()!s} {load().model_dump()}"
    assert not any(secret in text for secret in ("glpat-very-secret", "hook-secret"))


def test_the_reference_page_is_the_one_that_is_made_from_the_settings() -> None:
    page = Path(__file__).parents[1] / "docs" / "settings.md"
    assert page.read_text(encoding="utf-8") == settings_markdown()


def test_every_setting_has_a_meaning_and_a_default() -> None:
    assert len(describe()) == len(Settings.model_fields)
    assert all(row.meaning and row.default for row in describe())
