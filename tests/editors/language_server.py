"""A client of yaml-language-server over LSP, as far as the tests need one."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

ROOT = Path(__file__).parents[2]
PLACES = (ROOT / ".venv-node" / "node_modules" / ".bin", ROOT / "node_modules" / ".bin")

Json = dict[str, Any]


def find_server() -> str | None:
    """The program, where ``.ci/run`` puts it or on the PATH; None if there is none."""
    found = (shutil.which("yaml-language-server", path=str(place)) for place in PLACES)
    return next((one for one in found if one), shutil.which("yaml-language-server"))


class Editor:
    """One open file."""

    def __init__(self, server: subprocess.Popen[bytes], file: Path) -> None:
        self._in = cast(IO[bytes], server.stdin)
        self._out = cast(IO[bytes], server.stdout)
        self._uri = file.as_uri()
        self._number = 0
        self._version = 1
        self.diagnostics: list[Json] = []

    def start(self, folder: Path, text: str) -> None:
        """The LSP handshake, then the file is opened."""
        self._ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": _CAPABILITIES})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": {"yaml": _SETTINGS}})
        document = {"uri": self._uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})

    def completions(self, text: str) -> set[str]:
        """What is offered at the ``|`` of a text."""
        answer = self._at(text, "textDocument/completion")
        items = answer["items"] if isinstance(answer, dict) else answer or []
        return {str(item["label"]).strip('"') for item in items}

    def hover(self, text: str) -> str:
        """What is shown over the ``|`` of a text."""
        answer = self._at(text, "textDocument/hover")
        contents = (answer or {}).get("contents", "")
        return str(contents["value"] if isinstance(contents, dict) else contents)

    def faults(self, text: str) -> list[str]:
        """What is underlined in a text."""
        self._write(text)
        while True:
            message = self._next()
            params = message.get("params", {})
            if message.get("method") == "textDocument/publishDiagnostics" and params.get("version", self._version):
                self._ask("textDocument/hover", {"textDocument": {"uri": self._uri}, "position": _at(0, 0)})
                return [str(one["message"]) for one in self.diagnostics]

    def _at(self, text: str, method: str) -> Any:
        before, _, after = text.partition("|")
        self._write(before + after)
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        return self._ask(method, {"textDocument": {"uri": self._uri}, "position": _at(line, column)})

    def _write(self, text: str) -> None:
        self._version += 1
        document = {"uri": self._uri, "version": self._version}
        self._tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def _ask(self, method: str, params: Json) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self._number and "method" not in message:
                return message.get("result")

    def _tell(self, method: str, params: Json) -> None:
        self._send({"method": method, "params": params})

    def _next(self) -> Json:
        """The server's next message; its own questions are answered with nothing special."""
        length = 0
        while (line := self._out.readline().strip()) or not length:
            if not line and not length:
                raise EOFError("the language server ended")
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        message: Json = json.loads(self._out.read(length))
        if "method" in message and "id" in message:
            asked = message["method"] == "workspace/configuration"
            items = message["params"]["items"] if asked else []
            result = [_SETTINGS if one.get("section") == "yaml" else {} for one in items] if asked else None
            self._send({"id": message["id"], "result": result})
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics = message["params"]["diagnostics"]
        return message

    def _send(self, message: Json) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._in.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._in.flush()


_SETTINGS: Json = {
    **{"completion": True, "hover": True, "validate": True},
    "schemaStore": {"enable": False},
}
_CAPABILITIES: Json = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {"versionSupport": True},
    },
    "workspace": {"configuration": True},
}


def _at(line: int, column: int) -> Json:
    return {"line": line, "character": column}


@contextmanager
def editing(server: str, file: Path) -> Iterator[Editor]:
    """An editor with the file open. The server reads the schema that the file's first line names."""
    process = subprocess.Popen(
        [server, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        editor = Editor(process, file)
        editor.start(file.parent, file.read_text(encoding="utf-8"))
        yield editor
    finally:
        process.kill()
        process.communicate()
