"""What the YAML parser complains of, in words for somebody who never heard of YAML."""

from __future__ import annotations

from ruamel.yaml.composer import ComposerError
from ruamel.yaml.error import MarkedYAMLError

_INDENTATION = (
    "this line does not line up with the ones above it",
    "lines of one block begin in the same column; indent with spaces",
)

_WORDS: tuple[tuple[str, str, str], ...] = (
    (r"'\t'", "a tab stands where only spaces may", "indent with spaces"),
    ("cannot start any token", "text can't begin with this character", "put the text in quotes"),
    ("mapping values are not allowed here", "a second ': ' stands in this line", "put text that holds ': ' in quotes"),
    ("could not find expected ':'", "the line before this one is no 'key: value' and no '- item'", "is a ':' missing?"),
    ("expected <block end>", *_INDENTATION),
    (
        "expected ',' or",
        "a list or block in brackets does not end where it should",
        "is a ',', ']' or '}' missing, or quotes around a #, here or above?",
    ),
    ("end of stream", "a quote is opened and never closed", "add the missing \" or '"),
    (
        "<stream end>",
        "the file ends inside a list or block in brackets",
        "is a ']' or '}' missing, or quotes around a #?",
    ),
    ("another document", "a second document begins here", "delete the line '---'"),
    ("undefined alias", "an '*' at the start of a text has a meaning in YAML", "put the text in quotes"),
    ("maximum depth", "blocks are nested too deeply here", ""),
)


def in_plain_words(error: MarkedYAMLError) -> tuple[str, str]:
    """A message and a hint. What has no plain words keeps the parser's, marked as such."""
    said = str(error.problem or error.context or "")
    if isinstance(error, ComposerError) and "another document" in said:
        said = "another document"
    for sign, message, hint in _WORDS:
        if sign in said:
            return message, hint
    around = f" {error.context}" if error.context and error.context != said else ""
    return f"not valid YAML: {said}{around}", ""
