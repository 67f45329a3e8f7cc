"""The filters and orders of issue lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from app.sandbox.http.paging import Order
from app.sandbox.http.params import Params
from app.sandbox.shapes.basics import iso
from app.sandbox.shapes.issues import labels_of
from app.sandbox.state import Issue, User, World

Test = Callable[[Issue], bool]

ORDERS = (
    "created_at",
    "updated_at",
    "title",
    "due_date",
    "weight",
    "id",
    "relative_position",
    "priority",
    "popularity",
)


def chosen(world: World, issues: Iterable[Issue], params: Params, *, viewer: User) -> list[Issue]:
    """The issues that fit all filters of a request, in the order that it asks for."""
    tests = [*_plain(params), *_labels(world, params), *_people(world, params, viewer), *_times(params)]
    unwanted = params.negated()
    excluded = [*_excluded_labels(world, unwanted), *_people(world, unwanted, viewer), *_numbers(unwanted)]
    fitting = [i for i in issues if all(t(i) for t in tests) and not any(t(i) for t in excluded)]
    order = order_of(params)
    return sorted(fitting, key=order.position, reverse=order.descending)


def _plain(params: Params) -> list[Test]:
    tests = _numbers(params)
    state = params.one_of("state", ("opened", "closed", "all", "locked"), "all")
    if state != "all":
        tests.append(lambda issue: issue.state == state)
    if (confidential := params.flag("confidential")) is not None:
        tests.append(lambda issue: issue.confidential == confidential)
    if kind := params.text("issue_type"):
        tests.append(lambda issue: issue.item_type.lower() == kind)
    if words := (params.text("search") or "").casefold().split():
        places = (params.text("in") or "title,description").split(",")
        tests.append(lambda issue: _mentions_all(issue, words, places))
    return tests


def _mentions_all(issue: Issue, words: list[str], places: list[str]) -> bool:
    texts = [(issue.title if place == "title" else issue.description or "").casefold() for place in places]
    return all(any(word in text for text in texts) for word in words)


def _numbers(params: Params) -> list[Test]:
    iids = params.wholes("iids")
    return [] if iids is None else [lambda issue: issue.iid in iids]


def _labels(world: World, params: Params) -> list[Test]:
    titles = params.titles("labels")
    if not titles:
        return []
    if titles[0].lower() in {"none", "any"}:
        wants_any = titles[0].lower() == "any"
        return [lambda issue: bool(labels_of(world, issue)) == wants_any]
    return [lambda issue: set(titles) <= {label.title for label in labels_of(world, issue)}]


def _excluded_labels(world: World, unwanted: Params) -> list[Test]:
    titles = set(unwanted.titles("labels") or [])
    return [lambda issue: bool(titles & {label.title for label in labels_of(world, issue)})] if titles else []


def _people(world: World, params: Params, viewer: User) -> list[Test]:
    tests: list[Test] = []
    scope = params.text("scope")
    if scope in {"created_by_me", "created-by-me"}:
        tests.append(lambda issue: issue.author_id == viewer.id)
    if scope in {"assigned_to_me", "assigned-to-me"}:
        tests.append(lambda issue: viewer.id in issue.assignee_ids)
    authors = _user_ids(world, params, "author_id", "author_username")
    if authors is not None:
        tests.append(lambda issue: issue.author_id in authors)
    if str(params.get("assignee_id", "")).lower() in {"none", "any"}:
        wants_any = str(params["assignee_id"]).lower() == "any"
        tests.append(lambda issue: bool(issue.assignee_ids) == wants_any)
    elif (assignees := _user_ids(world, params, "assignee_id", "assignee_username")) is not None:
        tests.append(lambda issue: bool(assignees & set(issue.assignee_ids)))
    if title := params.text("milestone"):
        tests.append(lambda issue: _milestone_title(world, issue) == (None if title.lower() == "none" else title))
    return tests


def _user_ids(world: World, params: Params, by_id: str, by_name: str) -> set[int] | None:
    if (user_id := params.whole(by_id)) is not None:
        return {user_id}
    names = params.titles(by_name)
    return None if names is None else {user.id for user in world.users.values() if user.username in names}


def _milestone_title(world: World, issue: Issue) -> str | None:
    milestone = world.milestones.get(issue.milestone_id) if issue.milestone_id is not None else None
    return None if milestone is None else milestone.title


def _times(params: Params) -> list[Test]:
    tests: list[Test] = []
    for name in ("created", "updated"):
        if (after := params.moment(f"{name}_after")) is not None:
            tests.append(partial(_is_between, attribute=f"{name}_at", after=after))
        if (before := params.moment(f"{name}_before")) is not None:
            tests.append(partial(_is_between, attribute=f"{name}_at", before=before))
    return tests


def _is_between(issue: Issue, *, attribute: str, after: datetime | None = None, before: datetime | None = None) -> bool:
    moment: datetime = getattr(issue, attribute)
    return (after is None or moment >= after) and (before is None or moment <= before)


def order_of(params: Params) -> Order:
    """The order that a request asks for: by a value and then by id, newest first by default."""
    name = params.one_of("order_by", ORDERS, "created_at")
    descending = params.one_of("sort", ("asc", "desc"), "desc") == "desc"
    values: dict[str, Callable[[Issue], str | int]] = {
        "updated_at": lambda issue: iso(issue.updated_at),
        "created_at": lambda issue: iso(issue.created_at),
        "title": lambda issue: issue.title.casefold(),
        "due_date": lambda issue: issue.due_date or "9999",
        "weight": lambda issue: issue.weight or 0,
    }
    value = values.get(name, _no_value)
    return Order(by=name, descending=descending, position=lambda issue: (value(issue), issue.id))


def _no_value(_issue: Issue) -> int:
    return 0
