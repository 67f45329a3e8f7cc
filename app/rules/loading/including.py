"""Including: a rule file and the files that it names, read as if they were one; every piece keeps its own place.

What an included file adds comes after what is there. Named things (labels, people, facts …) may be defined in one file
only, and so may the board, the calendar and the like.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path as FilePath
from pathlib import PurePosixPath

from app.rules.loading.located import Located, Path, Span, complain, read
from app.rules.loading.tolerant import names

MOST_FILES = 50

_NAMED = frozenset({"projects", "people", "channels", "labels", "facts", "routes"})
_LISTS = frozenset({"approvals", "rules", "digests", "tests"})
_OF_EACH = frozenset({"version", "include"})
"""Keys that speak of the file itself."""


def read_with_included(text: str, name: str, path: FilePath | None) -> tuple[Located, tuple[FilePath, ...]]:
    """The file and what it includes, and the paths of all of them, missing ones too.

    ``path`` is where the text is from; None: it can include nothing. ``data`` is None where any of the files can't be
    read, because what is in it would look undefined everywhere else.
    """
    root = read(text, name)
    reading = _Reading(root, path)
    if root.data is not None:
        reading.include(root, 0, path, ())
    if reading.unread:
        root.data = None
    return root, tuple(reading.files)


class _Reading:
    def __init__(self, root: Located, path: FilePath | None) -> None:
        self.root = root
        self.files = [path] if path is not None else []
        self.unread = False

    def include(self, part: Located, number: int, path: FilePath | None, around: tuple[FilePath, ...]) -> None:
        """Read what ``part`` includes. ``around`` are the files that include it."""
        for place, wanted in names((part.data or {}).get("include"), ("include",)):
            span = replace(part.span(place), file=number)
            if path is None:
                self._refuse(span, place, "a text that is no file can't include others", "delete it")
            elif not wanted.strip() or PurePosixPath(wanted).is_absolute():
                self._refuse(span, place, f"'{wanted}' is no path beside this file", "write for example won.yaml")
            else:
                self._one(path.parent / wanted, _beside(part.name, wanted), span, place, (*around, path))

    def _one(self, path: FilePath, name: str, span: Span, place: Path, around: tuple[FilePath, ...]) -> None:
        if _real(path) in map(_real, self.files):
            itself = _real(path) in map(_real, around)
            what = "includes the file that it is included by" if itself else "is included twice"
            self._refuse(span, place, f"'{name}' {what}", "delete one of the lines", unread=False)
            return
        if len(self.files) >= MOST_FILES:
            self._refuse(span, place, f"too many files: {MOST_FILES} fit")
            return
        self.files.append(path)
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            self._refuse(span, place, f"'{name}' can't be read: {error.strerror or error}", "paths count from here")
        except UnicodeDecodeError:
            self._refuse(span, place, f"'{name}' is not UTF-8 text", "save it as UTF-8")
        else:
            self._take(read(text, name), path, around)

    def _take(self, part: Located, path: FilePath, around: tuple[FilePath, ...]) -> None:
        self.root.problems += part.problems
        if part.data is None:
            self.unread = True
            return
        self.root.included.append((part.name, part.lines))
        number = len(self.root.included)
        _Joining(self.root, part, number).join()
        self.include(part, number, path, around)

    def _refuse(self, span: Span, place: Path, message: str, hint: str = "", *, unread: bool = True) -> None:
        self.unread = self.unread or unread
        complain(self.root, span, place, message, hint)


class _Joining:
    """Adds one file's data and places to the whole."""

    def __init__(self, root: Located, part: Located, number: int) -> None:
        self._root = root
        self._part = part
        self._number = number
        self._whole = root.data if root.data is not None else {}
        self._shift: dict[str, int] = {}
        """By how much the entries of a list move."""
        self._left_out: set[Path] = set()

    def join(self) -> None:
        for key, value in (self._part.data or {}).items():
            self._add(key, value)
        self._copy(self._part.values, self._root.values)
        self._copy(self._part.keys, self._root.keys)

    def _add(self, key: str, value: object) -> None:
        there = self._whole.get(key)
        if key in _OF_EACH:
            self._left_out.add((key,))
            if key == "version" and value != there:
                self._complain((key,), f"this is version {value}, and {self._where((key,))} says {there}")
        elif key not in self._whole:
            self._whole[key] = value
        elif key in _LISTS and isinstance(there, list) and isinstance(value, list):
            self._shift[key] = len(there)
            there += value
        elif key in _NAMED and isinstance(there, dict) and isinstance(value, dict):
            self._add_names(key, there, value)
        else:
            self._left_out.add((key,))
            self._complain((key,), f"'{key}' stands in {self._where((key,))} already", "it can stand in one file only")

    def _add_names(self, key: str, there: dict[str, object], value: dict[str, object]) -> None:
        for name, one in value.items():
            if name in there:
                self._left_out.add((key, name))
                self._complain((key, name), f"'{name}' is defined in {self._where((key, name))} already", "keep one")
            else:
                there[name] = one

    def _where(self, path: Path) -> str:
        span = self._root.span(path, key=True)
        return f"{self._root.name_of(span.file)}, line {span.line},"

    def _complain(self, path: Path, message: str, hint: str = "") -> None:
        span = replace(self._part.span(path, key=True), file=self._number)
        complain(self._root, span, path, message, hint)

    def _copy(self, places: dict[Path, Span], whole: dict[Path, Span]) -> None:
        for path, span in places.items():
            if path and path[:1] not in self._left_out and path[:2] not in self._left_out:
                whole.setdefault(self._moved(path), replace(span, file=self._number))

    def _moved(self, path: Path) -> Path:
        key, *rest = path
        if not rest or not isinstance(rest[0], int):
            return path
        return (key, rest[0] + self._shift.get(str(key), 0), *rest[1:])


def _real(path: FilePath) -> str:
    """The file that is meant, by whatever links. Unlike ``Path.resolve`` it bears links that go in circles."""
    return os.path.realpath(path)


def _beside(name: str, wanted: str) -> str:
    """What problems call an included file: as people would find it from where the first is named."""
    return str(PurePosixPath(name).parent / wanted)
