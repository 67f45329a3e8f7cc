"""How a command ends: an error that somebody can act on is one message and a code, never a trace."""

from __future__ import annotations

import sys
from collections.abc import Callable

from app.errors import AdminMustAct, SowbotError

FAILED = 1
COULD_NOT_RUN = 2
INTERRUPTED = 130


def exit_code_of(run: Callable[[], int]) -> int:
    """Run it. 2 where an admin has to change something first, 1 for other errors of ours, 130 for Ctrl-C."""
    try:
        return run()
    except KeyboardInterrupt:
        return INTERRUPTED
    except SowbotError as error:
        print(f"sowbot: {error}", file=sys.stderr)
        return COULD_NOT_RUN if isinstance(error, AdminMustAct) else FAILED
