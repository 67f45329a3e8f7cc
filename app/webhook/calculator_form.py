"""What the Services Calculator's form sends: the body of ``POST /events/calculator``, strictly, and its Change."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from app.domain.change import Change, Kind
from app.webhook.envelope import meaning_of
from app.webhook.fields import SHORT, clean

HOOK = "Calculator Request"
"""Stands where GitLab's deliveries have their hook's name."""
PREFIX = "calculator:"
"""Begins the name of each request."""
FORM = "form"
"""Where a Change holds the form, as JSON."""
MOST_SERVICES = 20
MOST_ANSWERS = 80
"""To one service."""
LONGEST_ANSWER = 2_000


def _one_line(value: str) -> str:
    # A second line could state another field where people and the bot read them.
    return " ".join(clean(value, LONGEST_ANSWER).split())


def _username(value: object) -> object:
    return value.strip().removeprefix("@") if isinstance(value, str) else value


def _answer(value: object) -> object:
    """What was left at its default, and what a form sends for a number or a tick."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float) else value


Line = Annotated[str, Field(min_length=1, max_length=SHORT), AfterValidator(_one_line)]
Username = Annotated[str, BeforeValidator(_username), Field(min_length=1, max_length=SHORT), AfterValidator(_one_line)]
Answer = Annotated[str, BeforeValidator(_answer), Field(max_length=LONGEST_ANSWER), AfterValidator(_one_line)]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s<>]+@[^@\s<>]+$")]
Answers = Annotated[dict[Line, Answer], Field(max_length=MOST_ANSWERS)]

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class Form(BaseModel):
    """One request. An optional field may be left out, null or empty."""

    model_config = _STRICT

    customer: Line
    username: Username
    email: Email | None = None
    services: Annotated[list[Line], Field(max_length=MOST_SERVICES)] = []
    public_sector_us: bool
    answers: Annotated[dict[Line, Answers], Field(max_length=MOST_SERVICES)] = {}
    account_team: Annotated[list[Username], Field(max_length=20)] = []
    territory: Line | None = None
    opportunity: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, data: object) -> object:
        """Forms send ``""`` or null for what was left empty."""
        if not isinstance(data, dict):
            return data
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {name: said for name, said in data.items() if name not in optional or said not in ("", None)}

    def as_change(self, name: str, at: datetime) -> Change:
        """``name`` is the ``webhook-id``; ``at`` is when it came."""
        return Change(
            delivery_id=f"{PREFIX}{name}",
            meaning=meaning_of(PREFIX, name),
            kind=Kind.REQUEST,
            hook=HOOK,
            at=at,
            extra={FORM: self.model_dump_json()},
        )


def read_form(body: bytes, services: Collection[str]) -> Form:
    """Read a body; ``services`` are those with questions of their own. Raises ValueError with a sentence for whoever
    sent it."""
    try:
        form = Form.model_validate_json(body)
    except ValidationError as error:
        wrong = [_in_words(detail) for detail in error.errors(include_input=False, include_url=False)]
        raise ValueError("; ".join(dict.fromkeys(wrong))) from None
    for field, named in (("services", form.services), ("answers", form.answers)):
        if any(one not in services for one in named):
            raise ValueError(f"{field}: there is no such service; there are {', '.join(sorted(services))}")
    return form


_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "there is no such field",
    "string_type": "must be a text",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
}


def _in_words(detail: ErrorDetails) -> str:
    """Names fields of ours only: keys that the sender made up are not said again."""
    where, kind = [str(part) for part in detail["loc"]], detail["type"]
    if not where:
        return f"the body must be a JSON object ({detail['msg']})"
    place = where[0] if where[0] in Form.model_fields else clean(where[0])
    if kind == "string_pattern_mismatch":
        return f"{place}: must be an e-mail address"
    if kind == "too_long":
        return f"{place}: has more entries than {detail['ctx']['max_length']}"
    return f"{place}: {_WORDS.get(kind, detail['msg'].removeprefix('Value error, '))}"
