"""What looks for secrets after every test finds them: in output, logs and databases, of this process and of others."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import app.settings
from tests.canaries import CANARIES, Canaries

ROOT = Path(__file__).parents[1]
SECRET = "a-secret-made-for-this-test"
LEAKS = f"""
from app.settings import load_settings

def test_it_prints_its_token():
    settings = load_settings({{
        "SOWBOT_GITLAB_URL": "https://gitlab.example",
        "SOWBOT_GITLAB_TOKEN": "{SECRET}",
        "SOWBOT_WEBHOOK_SECRET": "another-one-of-this-test",
    }})
    print(settings.gitlab_token.get_secret_value() if PRINTS else "nothing")
"""


def test_every_loading_of_settings_is_listened_to() -> None:
    assert "tests/canaries.py" in str(app.settings.load_settings.__code__.co_filename)
    app.settings.load_settings(
        {
            "SOWBOT_GITLAB_URL": "https://gitlab.example",
            "SOWBOT_GITLAB_TOKEN": SECRET,
            "SOWBOT_WEBHOOK_SECRET": SECRET,
        }
    )
    assert SECRET in CANARIES.secrets


def test_a_secret_in_a_database_and_in_a_log_is_found(tmp_path: Path) -> None:
    canaries = Canaries()
    canaries.know([f"whsec_{SECRET}", "x"])
    with closing(sqlite3.connect(tmp_path / "sowbot.sqlite")) as database:
        database.execute("CREATE TABLE inbox (change TEXT)")
        database.execute("INSERT INTO inbox VALUES (?)", (f"token={SECRET[:5]}",))
        database.commit()
        canaries.search_folder(tmp_path)
        assert canaries.taken() == []
        database.execute("INSERT INTO inbox VALUES (?)", (f"token={SECRET}",))
        database.commit()
    (tmp_path / "bot.log").write_text(f"said {SECRET}")
    (tmp_path / "handed-over").write_text(SECRET)
    canaries.search_folder(tmp_path)
    assert canaries.taken() == [f"{tmp_path.name}/bot.log", f"{tmp_path.name}/sowbot.sqlite"]
    (tmp_path / "bot.log").unlink()
    (tmp_path / "sowbot.sqlite").unlink()


def test_a_test_that_prints_a_secret_of_the_bots_fails(tmp_path: Path) -> None:
    for prints, code in (("False", 0), ("True", 1)):
        file = tmp_path / "test_leaking.py"
        file.write_text(LEAKS.replace("PRINTS", prints))
        plugins = ["-p", "no:randomly", "-p", "no:cacheprovider", "-p", "tests.conftest"]
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", *plugins, file],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ended.returncode == code, ended.stdout + ended.stderr
        assert ("A secret of the bot's is in the stdout of the test." in ended.stdout) is (code == 1)
