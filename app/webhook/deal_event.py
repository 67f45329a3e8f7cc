"""What another system tells of a deal: the body of ``POST /events/deal``, strictly, and the Change that it becomes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from app.domain.change import Change, Kind
from app.domain.item import ItemKey
from app.webhook.envelope import meaning_of
from app.webhook.fields import SHORT, TITLE, clean

HOOK = "Deal Event"
"""Stands where GitLab's deliveries have their hook's name."""
PREFIX = "deal:"
"""Begins the name of each event, so that no name of GitLab's is taken."""


def _one_line(value: str) -> str:
    # A second line could state another field where people and the bot read them.
    return " ".join(clean(value).split())


def _digits(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _amount(value: object) -> Decimal:
    try:
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            return Decimal(str(value))
    except InvalidOperation:
        pass
    raise ValueError("must be a number such as 82000.50")


def _day(value: object) -> date:
    try:
        if isinstance(value, str) and len(value) == len("2026-05-29"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("must be a day such as 2026-05-29")


# Before a model's own validator pydantic has forgotten that the body was JSON, and would take no text for these two.
Amount = Annotated[Decimal, BeforeValidator(_amount), Field(ge=0, max_digits=15, decimal_places=2)]
Day = Annotated[date, BeforeValidator(_day)]
Line = Annotated[str, Field(min_length=1, max_length=SHORT), AfterValidator(_one_line)]
Number = Annotated[str, BeforeValidator(_digits), Field(pattern=r"^[0-9]{1,12}$")]

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class Value(BaseModel):
    """An amount of money."""

    model_config = _STRICT

    amount: Amount
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class DealEvent(BaseModel):
    """One event. An optional field may be left out, null or empty."""

    model_config = _STRICT

    type: Literal["stage_changed", "closed_won", "closed_lost", "legal_stamped"]
    opportunity_id: Line
    scoping_issue: str = Field(min_length=1, max_length=TITLE)
    account: Line | None = None
    sow_number: Number | None = None
    value: Value | None = None
    close_date: Day | None = None
    stage: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, data: object) -> object:
        """Senders that fill in a form of the body leave ``""`` where they know nothing."""
        if not isinstance(data, dict):
            return data
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {name: said for name, said in data.items() if name not in optional or said != ""}

    def as_change(self, name: str, item: ItemKey, project_path: str, at: datetime) -> Change:
        """``name`` is the ``webhook-id``; ``at`` is when it came."""
        told = {
            "opportunity_id": self.opportunity_id,
            "account": self.account or "",
            "sow_number": self.sow_number or "",
            "amount": f"{self.value.amount:f}" if self.value else "",
            "currency": self.value.currency if self.value else "",
            "close_date": self.close_date.isoformat() if self.close_date else "",
            "stage": self.stage or "",
        }
        return Change(
            delivery_id=f"{PREFIX}{name}",
            meaning=meaning_of(PREFIX, name),
            kind=Kind.DEAL,
            hook=HOOK,
            item=item,
            project_path=project_path,
            at=at,
            deal=self.type,
            extra={field: said for field, said in told.items() if said},
        )


def read_deal(body: bytes) -> DealEvent:
    """Read a body. Raises ValueError with a sentence for whoever sent it."""
    try:
        return DealEvent.model_validate_json(body)
    except ValidationError as error:
        wrong = [_in_words(detail) for detail in error.errors(include_input=False, include_url=False)]
        raise ValueError("; ".join(wrong)) from None


_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "there is no such field",
    "string_type": "must be a text",
    "string_too_short": "must not be empty",
    "model_type": "must be an object with amount and currency",
}


def _in_words(detail: ErrorDetails) -> str:
    where, kind = ".".join(str(part) for part in detail["loc"]), detail["type"]
    if not where:
        return f"the body must be a JSON object ({detail['msg']})"
    if kind == "string_pattern_mismatch":
        return f"{where}: must be " + ("a currency's code such as USD" if "currency" in where else "a whole number")
    if kind == "literal_error":
        return f"{where}: must be {detail['ctx']['expected']}"
    return f"{where}: {_WORDS.get(kind, detail['msg'].removeprefix('Value error, '))}"
