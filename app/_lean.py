"""Imported first by the server: leaves out what other libraries would bring along and the bot never uses.

httpx imports a command line of its own, and structlog a traceback printer, wherever rich is installed: 6 MB for as
long as the bot runs. requests brings 3 MB of tables that guess the encoding of a text that names none: GitLab answers
in JSON, which is UTF-8. All do without when it is not there.
"""

from __future__ import annotations

import sys
import warnings

for name in ("httpx._main", "rich", "charset_normalizer", "chardet"):
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None is how Python is told that there is none
warnings.filterwarnings("ignore", message="Unable to find acceptable character detection")
