"""Commands as handlers carry them out: what is answered, where, and only once."""

from __future__ import annotations

from dataclasses import replace

from app.domain.change import Change, Comment, Kind
from app.domain.decision import Decision, Mode, Outcome, Result, Source, Step, write_of
from app.domain.item import Memory, Person
from app.handler import SNOOZE, Context, Earlier
from handlers import by_name
from tests.handlers.scene import NOW, Scene

ANN = Person("ann", 40)


def asked(words: str, *, internal: bool = False, name: str = "d9") -> Scene:
    comment = Comment(7, f"@sowbot {words}", internal)
    return Scene(change=Change(name, f"m-{name}", Kind.COMMENTED, "Note Hook", actor=ANN, at=NOW, comment=comment))


def carry_out(scene: Scene, action: str, rule: str, **params: object) -> Outcome:
    context = scene.context(action, params, key=f"{rule}.0.{scene.change.meaning}")
    return _run(context, action, rule, params)


def _run(context: Context, action: str, rule: str, params: dict[str, object]) -> Outcome:
    handler = by_name()[action]
    return handler.run(replace(context, step=replace(context.step, rule=rule)), handler.parse(params))


def bodies(scene: Scene) -> list[str]:
    return [body for _, body, _ in scene.gitlab.notes.get(scene.key, [])]


def did(scene: Scene, action: str, params: dict[str, object], end: Outcome, *, rule: str = "ta-gate") -> Step:
    """The bot did this before, in answer to somebody."""
    step = Step(f"{rule}.0.m1", action, params, rule, Source("label_rules.yaml", 1), Mode.LIVE)
    change = Change("d1", "m1", Kind.EDITED, "Issue Hook", actor=Person("em", 7), at=NOW, added=("X",))
    decision = Decision("d1", NOW, "It was so.", memory=Memory())
    scene.records.past.append(Earlier(change, decision, ((step, end),)))
    return step


def test_a_reminder_is_set_for_whoever_asked_and_confirmed_by_an_emoji() -> None:
    scene = asked("remind me in 3 days to call the customer")
    for _ in range(2):
        carry_out(scene, "remind_me", "remind-me")
    (name,) = scene.timers.by_name
    assert name.startswith("asked/ann/")
    assert scene.timers.by_name[name].data == {"who": "@ann", "says": "call the customer"}
    assert scene.gitlab.reactions == [(7, "alarm_clock")]
    assert bodies(scene) == []


def test_a_reminder_that_was_asked_for_internally_comes_internally() -> None:
    scene = asked("remind me in 3 days", internal=True)
    carry_out(scene, "remind_me", "remind-me")
    (timer,) = scene.timers.by_name.values()
    assert timer.data["internal"] == "yes"
    due = Scene(change=Change("t", "t", Kind.TIMER, "timer", at=NOW, timer=timer.name, extra=dict(timer.data)))
    carry_out(due, "comment", "reminders", template="reminder_due")
    assert [internal for _, _, internal in due.gitlab.notes[due.key]] == [True]


def test_what_is_asked_internally_is_answered_internally_and_other_comments_are_not() -> None:
    scene = asked("help", internal=True)
    carry_out(scene, "help", "help")
    carry_out(scene, "comment", "ta-gate", template="estimate_total_missing")
    assert [internal for _, _, internal in scene.gitlab.notes[scene.key]] == [True, False]


def test_the_words_of_a_reminder_can_mention_nobody_and_run_nothing() -> None:
    scene = asked("remind me in 3 days to ask @all and /close")
    carry_out(scene, "remind_me", "remind-me")
    (timer,) = scene.timers.by_name.values()
    due = Scene(change=Change("t", "t", Kind.TIMER, "timer", at=NOW, timer=timer.name, extra=dict(timer.data)))
    carry_out(due, "comment", "reminders", template="reminder_due")
    (body,) = bodies(due)
    assert "\\@all" in body
    assert "@ann: ask" in body


def test_a_snooze_can_be_ended() -> None:
    scene = asked("snooze 2 weeks")
    carry_out(scene, "snooze", "snooze")
    assert SNOOZE in scene.timers.by_name
    scene.change = asked("snooze off").change
    assert carry_out(scene, "snooze", "snooze").result is Result.APPLIED
    assert scene.timers.by_name == {}


def test_undo_leaves_what_somebody_has_changed_since() -> None:
    scene = asked("undo")
    scene.gitlab.items[scene.key] = replace(scene.item, labels=("Services Calculator", "TA::Needs-Review", "keep"))
    data: dict[str, object] = {"added": ["TA::Needs-Review", "gone"], "removed": ["old"]}
    step = did(scene, "label", {"add": ["TA::Needs-Review"]}, Outcome(Result.APPLIED, "Done.", data=data))
    carry_out(scene, "undo", "undo")
    assert set(scene.item.labels) == {"Services Calculator", "keep", "old"}
    assert "gone: taken off already" in bodies(scene)[0]
    (taken,) = scene.records.taken
    assert (taken.rule, taken.write, taken.by) == ("ta-gate", write_of(step), "ann")


def test_undo_gives_no_approval_back_and_moves_no_card_that_was_moved_on() -> None:
    scene = asked("undo")
    scene.gitlab.items[scene.key] = replace(scene.item, labels=("Services Calculator", "proposal::closed_lost"))
    data: dict[str, object] = {"added": ["proposal::closed_won"], "removed": ["proposal::Approved", "TA::Approved"]}
    did(scene, "move", {"to": "proposal::closed_won"}, Outcome(Result.APPLIED, "Done.", data=data))
    carry_out(scene, "undo", "undo")
    assert scene.item.labels == ("Services Calculator", "proposal::closed_lost")
    (body,) = bodies(scene)
    assert "means an approval, so only a person puts it back" in body
    assert "The card is in closed lost by now" in body


def test_undo_takes_people_off_opens_again_folds_the_comment_and_says_what_stays() -> None:
    scene = asked("undo")
    scene.gitlab.items[scene.key] = replace(scene.item, assignees=(Person("em"), Person("other")), state="closed")
    note = scene.gitlab.ensure_note(scene.key, marker="m", body="Welcome.")
    for action, end in (
        ("assign", Outcome(Result.APPLIED, "x", data={"assigned": ["em"]})),
        ("close", Outcome(Result.APPLIED, "x", data={"state_before": "opened"})),
        ("comment", note),
        ("notify", Outcome(Result.APPLIED, "x")),
    ):
        did(scene, action, {"template": action}, end)
        carry_out(scene, "undo", "undo")
        scene.change = asked("undo", name=f"d-{action}").change
    assert ([one.username for one in scene.item.assignees], scene.item.state) == (["other"], "opened")
    assert bodies(scene)[0].startswith("**Taken back** at the wish of @ann")
    assert "Welcome." in bodies(scene)[0]
    assert {taken.rule for taken in scene.records.taken} == {"ta-gate"}


def test_undo_of_a_card_that_was_put_back_leaves_the_judging_to_the_board() -> None:
    scene = asked("undo")
    end = Outcome(Result.APPLIED, "x", data={"added": ["proposal::SOW_WIP"], "removed": ["proposal::Approved"]})
    did(scene, "restore_stage", {"to": "proposal::SOW_WIP"}, end, rule="board.moves")
    carry_out(scene, "undo", "undo")
    assert scene.item.labels == ("Services Calculator",)
    assert "the board looks at that move anew" in bodies(scene)[0]


def test_an_undo_that_was_carried_out_before_a_crash_takes_nothing_more_back() -> None:
    scene = asked("undo")
    did(scene, "close", {}, Outcome(Result.APPLIED, "x", data={"state_before": "opened"}), rule="lost")
    did(scene, "close", {"again": 1}, Outcome(Result.APPLIED, "x", data={"state_before": "opened"}), rule="won")
    carry_out(scene, "undo", "undo")
    remembered = replace(scene.item.memory, taken_back=tuple(scene.records.taken))
    scene.gitlab.items[scene.key] = replace(scene.item, memory=remembered)
    assert carry_out(scene, "undo", "undo").result is Result.ALREADY_SO
    assert [taken.rule for taken in scene.records.taken] == ["won"]


def test_an_approval_by_word_sets_no_label_and_is_written_down_once() -> None:
    scene = asked("approve")
    for _ in range(2):
        carry_out(scene, "record_approval", "approve-estimate", approval="TA::Approved")
    (said,) = scene.records.said
    assert (said.by, said.how, said.label) == ("ann", "command", "TA::Approved")
    assert said.of["estimate_total"] is not None
    assert scene.item.labels == ("Services Calculator",)
    assert len(bodies(scene)) == 1
    assert "set the label" in bodies(scene)[0]


def test_changes_that_are_wanted_take_the_same_persons_approval_back() -> None:
    scene = asked("approve")
    carry_out(scene, "record_approval", "approve-sow", approval="proposal::Approved")
    scene.change = asked("request changes the price", name="d10").change
    carry_out(scene, "record_approval", "request-changes-to-sow", approval="proposal::Approved", verdict="changes")
    assert [(one.verdict, bool(one.void)) for one in scene.records.said] == [("approved", True), ("changes", False)]


def test_whoever_filed_the_issue_does_not_approve_it_where_that_is_so_set() -> None:
    scene = asked("approve")
    scene.rules = scene.rules.model_copy(
        update={"approvals": [one.model_copy(update={"not_by_author": True}) for one in scene.rules.approvals]}
    )
    scene.gitlab.items[scene.key] = replace(scene.item, author=ANN)
    carry_out(scene, "record_approval", "approve-sow", approval="proposal::Approved")
    assert scene.records.said == []
    assert "somebody else has to approve it" in bodies(scene)[0]


def test_nor_does_whoever_asked_for_it_through_the_calculator() -> None:
    scene = asked("approve")
    scene.rules = scene.rules.model_copy(
        update={"approvals": [one.model_copy(update={"not_by_author": True}) for one in scene.rules.approvals]}
    )
    scene.gitlab.items[scene.key] = replace(scene.item, description="Requested by: @Ann")
    carry_out(scene, "record_approval", "approve-sow", approval="proposal::Approved")
    assert scene.records.said == []


def test_of_a_quorum_the_note_says_how_many_there_are() -> None:
    scene = asked("approve")
    scene.rules = scene.rules.model_copy(
        update={"approvals": [one.model_copy(update={"quorum": 3}) for one in scene.rules.approvals]}
    )
    carry_out(scene, "record_approval", "approve-sow", approval="proposal::Approved")
    assert "1 of 3" in bodies(scene)[0]


def test_a_void_approval_is_told_to_those_who_gave_it_with_what_changed() -> None:
    scene = asked("approve")
    carry_out(scene, "record_approval", "approve-estimate", approval="TA::Approved")
    given = scene.records.said[0]
    scene.records.said = [replace(given, of={"estimate_total": {"amount": 1, "currency": "USD", "text": "1"}})]
    scene.change = Change("d11", "m11", Kind.EDITED, "Issue Hook", actor=Person("em", 7), at=NOW)
    context = replace(scene.context("void_approvals", {}), step=replace(scene.context("x", {}).step, key="void.0.m11"))
    _run(context, "void_approvals", "estimate-approval-void", {"approval": "TA::Approved"})
    assert scene.records.said[0].void
    assert "@ann" in bodies(scene)[1]
    assert "the estimate total is not the one that was approved any more" in bodies(scene)[1]
