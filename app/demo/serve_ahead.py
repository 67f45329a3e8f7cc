"""``sowbot serve`` under a clock that can be let run ahead: for the scenes of the demo in which days and weeks go by.

It is the same program as ``sowbot serve``. Two things differ: its one clock (``app/engine/clock.py``) is ahead by what
the demo's file says, and it looks more often whether the time of a timer or a schedule has come.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import app.bot
from app.demo.clock import VARIABLE, Clock
from app.engine import clock, keeper
from app.exit_code import exit_code_of
from app.serve import serve

LOOKS_EVERY_S = 0.5
EVERY_SECOND = "* * * * * *"


def main() -> int:
    """Raises what ``serve`` raises."""
    clock.run_ahead(Clock(Path(os.environ.pop(VARIABLE))).ahead)
    keeper.LOOK_EVERY_S = LOOKS_EVERY_S
    app.bot.SCHEDULES_EVERY = EVERY_SECOND
    return serve()


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
