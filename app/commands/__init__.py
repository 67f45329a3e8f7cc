"""What ``./run`` and the ``sowbot`` command can do, one file each. ``app/cli.py`` is their table of contents."""
