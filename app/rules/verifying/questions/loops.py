"""Loops: what the bot does makes its own rules act again, and again, and it never rests."""

from __future__ import annotations

from dataclasses import replace

from app.rules.model import Rule
from app.rules.patterns import like
from app.rules.verifying.cases import Case, Cases, groups
from app.rules.verifying.chain import Chain, Follower, changes_something
from app.rules.verifying.occasions import timers_set
from app.rules.verifying.scene import scope_of
from app.rules.verifying.slices import Inquiry
from app.rules.verifying.story import story_of

_BY_LABELS = {"label added", "label removed", "stage entered", "stage left"}


def ask(inquiry: Inquiry) -> None:
    """Follow what each knot of rules that can wake each other does, from every case that wakes one of them."""
    for knot in knots(wakes(inquiry)):
        if inquiry.budget.spent():
            inquiry.budget.leave_out("loops among rules")
            return
        _ask_knot(inquiry, sorted(knot))


def wakes(inquiry: Inquiry) -> dict[int, set[int]]:
    """For each rule those that its own doing may make act: they look at the bot's changes too, or hear a timer."""
    listening = [(index, rule) for index, rule in inquiry.rules if rule.also_own_changes or "timer" in rule.when.event]
    found: dict[int, set[int]] = {}
    for index, rule in inquiry.writing:
        events = _events_of(inquiry, index)
        timers = set(timers_set(rule))
        found[index] = {other for other, heard in listening if _hears(inquiry, heard, events, timers)}
    return found


def _events_of(inquiry: Inquiry, index: int) -> set[tuple[str, str]]:
    """What the rule's doing may be told as: the event and its label."""
    events: set[tuple[str, str]] = set()
    book = inquiry.book
    for _, _, _, effects in inquiry.steps(index):
        adds = {book.canonical(one) for one in effects.adds | effects.stages if one is not None}
        removes = {book.canonical(one) for one in effects.removes if one is not None}
        events |= {("label added", one) for one in adds} | {("label removed", one) for one in removes}
        # A label of a scope takes off the others of it.
        events |= {("label removed", f"{scope_of(one)}::*") for one in adds if scope_of(one)}
        if any(one in book.stages for one in adds | removes):
            events |= {("stage entered", ""), ("stage left", "")}
        events |= {("issue closed", "")} if effects.closes else set()
        events |= {("issue reopened", "")} if effects.reopens else set()
        events |= {("comment", "")} if effects.speaks else set()
    return events


def _hears(inquiry: Inquiry, rule: Rule, events: set[tuple[str, str]], timers: set[str]) -> bool:
    when = rule.when
    if "timer" in when.event and any(not when.timer or any(like(one, name) for name in when.timer) for one in timers):
        return True
    if not rule.also_own_changes:
        return False
    for event, label in events:
        if event not in when.event:
            continue
        if not label or not when.label:
            return True
        names = [inquiry.book.canonical(name) for name in when.label]
        if any(like(label, name) or like(name, label) for name in names):
            return True
    return False


def knots(graph: dict[int, set[int]]) -> list[set[int]]:
    """The strongly connected parts that hold a cycle."""
    reach = {node: _reached(graph, node) for node in graph if graph[node]}
    found: list[set[int]] = []
    for node in reach:
        if node not in reach[node] or any(node in knot for knot in found):
            continue
        found.append({other for other in reach[node] if node in reach.get(other, ())})
    return found


def _reached(graph: dict[int, set[int]], start: int) -> set[int]:
    seen: set[int] = set()
    queue = list(graph[start])
    while queue:
        node = queue.pop()
        if node not in seen:
            seen.add(node)
            queue += graph.get(node, ())
    return seen


def _ask_knot(inquiry: Inquiry, knot: list[int]) -> None:
    rules = [inquiry.book.file.rules[index] for index in knot]
    parts = [replace(inquiry.slice(knot), timers_too=True, one_by_one=slowly) for slowly in (False, True)]
    for index in knot:
        for cone, happenings in groups(inquiry.book, rules, inquiry.occasions(index)):
            cases = Cases(cone, happenings, inquiry.budget)
            for case in cases:
                for part in parts:
                    if not goes_round(part.follow(case.world, case.setting, case.change)):
                        continue
                    if (chain := _really(inquiry, case, part)) is not None:
                        _tell(inquiry, case, chain)
                        return
            if not cases.complete and not cone.blurred:
                inquiry.budget.leave_out(f"whether {', '.join(rule.name for rule in rules)} ever rest")


def goes_round(chain: Chain) -> bool:
    """Whether the bot would never rest. A reminder that only comes again and again is meant so."""
    if chain.back_to is None:
        return False
    circle = chain.rounds[chain.back_to :]
    by_time = any(change.timer for one in circle for change in one.told)
    acts = any(done.words for one in circle for done in one.did)
    return acts and (changes_something(circle) or not by_time)


def _really(inquiry: Inquiry, case: Case, part: Follower) -> Chain | None:
    """The same under all the rules: another one may end it."""
    whole = replace(part, book=inquiry.book, theatre=inquiry.theatre)
    chain = whole.follow(case.world, case.setting, case.change)
    return chain if goes_round(chain) else None


def _tell(inquiry: Inquiry, case: Case, chain: Chain) -> None:
    assert chain.back_to is not None
    circle = chain.rounds[chain.back_to :]
    names = list(dict.fromkeys(done.step.rule for one in circle for done in one.did if done.words))
    order = {rule.name: index for index, rule in inquiry.rules}
    involved = sorted(order[name] for name in names if name in order)
    inquiry.looping.update(involved)
    story = story_of(inquiry, case, chain)
    said = " and ".join(inquiry.rule_words(index) for index in involved)
    verb = "never comes" if len(involved) == 1 else "never come"
    inquiry.find("loop", ("rules", involved[0]), f"{said} {verb} to rest", story, error=True)
