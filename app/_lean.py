"""Imported first by the server: leaves out what other libraries would bring along and the bot never uses.

httpx imports a command line of its own, and structlog a traceback printer, wherever rich is installed: 6 MB for as
long as the bot runs. Both do without it when it is not there.
"""

from __future__ import annotations

import sys

for name in ("httpx._main", "rich"):
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None is how Python is told that there is none
