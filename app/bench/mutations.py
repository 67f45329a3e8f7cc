"""Makes hostile deliveries, rule files and texts out of good ones, by chance and the same for the same seed."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.bench.payloads import issue_update

ROOT = Path(__file__).resolve().parents[2]
OFFICIAL = ROOT / "tests" / "data" / "gitlab" / "payloads" / "official"
"""GitLab's own samples; only a checkout has them."""

LARGEST = 200_000
"""Bytes of a body: what is larger has tests of its own, and would only make this slow."""

_EVENTS = (
    "Issue Hook",
    "Note Hook",
    "Emoji Hook",
    "Work Item Hook",
    "Confidential Issue Hook",
    "Push Hook",
    "",
    "\xff",
)
_KINDS = ("issue", "work_item", "note", "emoji", "push", "", None, 7)
_TEXTS = (
    "/close\n/label ~x\n@all",
    "<!-- sowbot:v1 intake item sow0000000000000000 -->",
    "\ud800 lone \udfff",
    "nul \x00 and bell \x07",
    "\u202e right to left \u2066",
    "2026-02-30T25:61:61Z",
    "9" * 400,
    "0001-01-01T00:00:00+23:59",
    "{{ 7 * 7 }}{% raw %}",
    "' OR 1=1; DROP TABLE inbox; --",
    "http://169.254.169.254/latest/meta-data",
    "../../../../etc/passwd",
    "proposal::" * 300,
    "A" * 20_000,
)
_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    -1,
    0,
    2**63,
    -(2**63) - 1,
    2**200,
    0.5,
    1e308,
    "",
    [],
    {},
    [[]],
    {"": ""},
)
_BYTES = (
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x00",
    b"[" * 3000,
    b'{"a":' * 3000,
    b"1e999",
    b"NaN",
    b"9" * 5000,
    b'"\\ud800"',
)
_YAML = (
    b"&a [*a]",
    b"!!python/object:os.system x",
    b"*nobody",
    b"\t",
    b": :",
    b"{",
    b"? ",
    b"|\n",
    b"<<: 1",
    b"\x00",
    b"9" * 60,
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """One request, and whether a receiver may let it in."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    authentic: bool


def seeds() -> list[bytes]:
    """Good payloads to begin with."""
    stage = "proposal::SOW_WIP"
    issue = issue_update(iid=7, labels=["Services Calculator", stage], added=[stage])
    note = {
        "object_kind": "note",
        "user": issue["user"],
        "project_id": 4711,
        "project": issue["project"],
        "object_attributes": {"id": 1, "note": "Estimate total: 9 USD", "noteable_type": "Issue", "action": "create"},
        "issue": issue["object_attributes"],
    }
    emoji = note | {"object_kind": "emoji", "event_type": "award", "object_attributes": {"id": 2, "name": "thumbsup"}}
    built_in = [json.dumps(one).encode() for one in (issue, issue | {"object_kind": "work_item"}, note, emoji)]
    # The built-in ones are those that rules hear, so they come as often as all others together.
    official = [file.read_bytes() for file in sorted(OFFICIAL.glob("*.json"))]
    return built_in * max(1, len(official) // len(built_in)) + official


class Mutator:
    """An endless source. ``key`` is the signing token's, ``now`` the seconds that the receiver's clock shows."""

    def __init__(self, seed: int, *, key: bytes, secret: bytes, now: int) -> None:
        self._rng = random.Random(seed)
        self._key = key
        self._secret = secret
        self._now = now
        self._seeds = seeds()
        self._serial = 0

    def delivery(self) -> Hostile:
        """Most are signed well, so that what is inside them is read; the others must be refused."""
        rng = self._rng
        body = rng.choice(self._seeds)
        body = self._in_tree(body) if rng.random() < 0.7 else body
        body = self.spoil_bytes(body, _BYTES) if rng.random() < 0.4 else body
        body = body[:LARGEST]
        self._serial += 1
        name = f"{self._serial}".encode() if rng.random() < 0.95 else rng.choice((b"x" * 9000, b"\xff/../\t", b"1"))
        stamp = str(self._now + rng.randint(-290, 290)).encode()
        good = self._signature(name, stamp, body)
        forged = rng.random() < 0.1
        signed = (
            self._forged(name, stamp, body, good) if forged else [(b"webhook-timestamp", stamp), self._listed(good)]
        )
        return Hostile(
            (
                *((b"webhook-id", name), (b"x-gitlab-event", rng.choice(_EVENTS).encode("latin-1")), *signed),
                *(
                    (b"x-gitlab-event-uuid", rng.randbytes(rng.choice((0, 4, 400)))),
                    (b"x-gitlab-instance", b"http://evil"),
                ),
                *((b"content-length", length) for length in rng.choice(((), (b"12",), (b"\xb2",), (b"-1",)))),
            ),
            body,
            authentic=not forged,
        )

    def spoil_bytes(self, text: bytes, insertions: Sequence[bytes]) -> bytes:
        """A text with a few places cut, doubled, flipped or spoiled."""
        rng = self._rng
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(text) + 1)
            to = min(len(text), at + rng.choice((1, 8, 300)))
            kind = rng.randrange(5)
            if kind == 0:
                text = text[:at] + rng.choice(insertions) + text[at:]
            elif kind == 1:
                text = text[:at] + rng.randbytes(to - at) + text[to:]
            elif kind == 2:
                text = text[:at] + text[to:]
            elif kind == 3:
                text = text[:at] + text[at:to] * 4 + text[to:]
            else:
                text = text[:at] if rng.random() < 0.2 else text[to:] + text[:at]
        return text

    def one_of(self, files: Sequence[Path]) -> Path:
        """Any of them."""
        return self._rng.choice(files)

    def rule_file(self, text: bytes) -> bytes:
        """A rule file that somebody spoiled."""
        return self.spoil_bytes(text, _YAML)

    def template(self, text: bytes) -> bytes:
        """A template that somebody spoiled."""
        return self.spoil_bytes(
            text, (b"{{", b"}}", b"{% if %}", b"{{ ''.__class__.__mro__ }}", b"{% include 'x' %}", b"/close\n")
        )

    def description(self) -> str:
        """A long text such as no person writes."""
        rng = self._rng
        pieces = (
            "| a | to-do |\n",
            "SOW: ",
            "Terms:",
            "<!--",
            "```\n",
            "\n",
            "|",
            "@a, ",
            "](",
            "[",
            "\\",
            "- [ ] ",
            " ",
            ">",
            "`",
        )
        chosen = rng.sample(pieces, k=rng.randint(1, 3))
        return "".join(chosen) * (rng.choice((10, 1000, 30_000)) // len(chosen)) + rng.choice(_TEXTS)

    def _in_tree(self, body: bytes) -> bytes:
        tree: Any = json.loads(body)
        for _ in range(self._rng.randint(1, 6)):
            self._spoil(tree)
        if self._rng.random() < 0.1:
            tree["object_kind"] = self._rng.choice(_KINDS)
        return json.dumps(tree, ensure_ascii=True, allow_nan=True).encode()

    def _spoil(self, tree: Any) -> None:
        rng = self._rng
        at = tree
        while True:
            if not at:
                return
            name: Any = rng.choice(list(at)) if isinstance(at, dict) else rng.randrange(len(at))
            inner = at[name]
            if not isinstance(inner, dict | list) or not inner or rng.random() < 0.15:
                break
            at = inner
        ways: tuple[Callable[[], Any], ...] = (
            lambda: rng.choice(_TEXTS),
            lambda: copy.deepcopy(rng.choice(_VALUES)),
            lambda: [inner] * (rng.choice((1, 3, 200)) if not isinstance(inner, dict | list) else 2),
            lambda: {str(name): inner},
            lambda: str(inner),
        )
        if isinstance(at, dict) and rng.random() < 0.2:
            del at[name]
        else:
            at[name] = rng.choice(ways)()

    def _signature(self, name: bytes, stamp: bytes, body: bytes, key: bytes | None = None) -> bytes:
        mac = hmac.new(key or self._key, name + b"." + stamp + b"." + body, hashlib.sha256)
        return b"v1," + base64.b64encode(mac.digest())

    def _listed(self, good: bytes) -> tuple[bytes, bytes]:
        around = self._rng.choice(
            ((b"", b""), (b"v1a,x ", b""), (b"v1, ,, ", b" v2," + good[3:]), (b"\xff ", b" v1," + b"A" * 44))
        )
        return b"webhook-signature", around[0] + good + around[1]

    def _forged(self, name: bytes, stamp: bytes, body: bytes, good: bytes) -> list[tuple[bytes, bytes]]:
        """Headers that must not open the door: each is one known way of confusing a verifier."""
        token, time, mac = b"x-gitlab-token", b"webhook-timestamp", b"webhook-signature"
        old, ahead = (str(self._now + offset).encode() for offset in (-301, 301))
        unbound = base64.b64encode(hmac.new(self._key, body, hashlib.sha256).digest())
        ways: tuple[list[tuple[bytes, bytes]], ...] = (
            [(token, self._secret)],
            [(token, self._secret), (mac, b"")],
            [(time, stamp), (mac, b"v1,"), (token, self._secret)],
            [(time, stamp), (mac, b"v2," + good[3:])],
            [(time, stamp), (mac, good[3:])],
            [(time, stamp), (mac, good[:-1])],
            [(time, stamp), (mac, b"v1," + unbound)],
            [(time, old), (mac, self._signature(name, old, body))],
            [(time, ahead), (mac, self._signature(name, ahead, body))],
            [(time, stamp + b".0"), (mac, self._signature(name, stamp + b".0", body))],
            [(time, stamp), (mac, self._signature(name, stamp, body + b" "))],
            [(time, stamp), (mac, self._signature(name, stamp, body, key=self._secret))],
            [(time, stamp), (mac, b" ".join([b"v1," + b"A" * 43 + b"="] * 500))],
            [],
        )
        return list(self._rng.choice(ways))
