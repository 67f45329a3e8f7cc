"""The pages: what they show, what a drag does, and what they never do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import httpx
import pytest

from app.sandbox.acts.planning import add_cadence, iterations_of
from app.sandbox.pages.markdown import markdown
from app.sandbox.state import Cadence, Happening, Issue, Note
from app.sandbox.whole import Sandbox, whole_sandbox
from tests.sandbox.small_world import (
    ANA,
    BOARD,
    CALCULATOR,
    DISCOVERY,
    DISCOVERY_LIST,
    GUEST,
    PLAN,
    PS,
    TA,
    TOP,
    WRITING,
    WRITING_LIST,
    put_issue,
    small_world,
)

pytestmark = pytest.mark.anyio
HTML = {"Accept": "text/html"}


@pytest.fixture
def sandbox() -> Sandbox:
    return whole_sandbox(small_world())


@pytest.fixture
def told(sandbox: Sandbox) -> list[Happening]:
    told: list[Happening] = []
    sandbox.world.listeners.append(told.append)
    return told


@pytest.fixture
async def web(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox", headers=HTML) as client:
        yield client


async def drag(web: httpx.AsyncClient, issue: Issue, start: int | str, end: int | str) -> httpx.Response:
    move = {"issue": issue.id, "from_list": str(start), "to_list": str(end)}
    return await web.post(f"/boards/{BOARD}/move", json=move, headers={"Accept": "*/*"})


def board_card(sandbox: Sandbox, *labels: int) -> Issue:
    return put_issue(sandbox.world, labels=(CALCULATOR, *labels))


async def test_a_drag_swaps_the_lists_labels_in_one_update_as_the_acting_person(
    web: httpx.AsyncClient, sandbox: Sandbox, told: list[Happening]
) -> None:
    issue = board_card(sandbox, DISCOVERY, TA)
    web.cookies.set("sandbox_person", str(ANA))
    assert (await drag(web, issue, DISCOVERY_LIST, WRITING_LIST)).status_code == 200
    (happening,) = told
    assert (happening.action, happening.actor.id) == ("update", ANA)
    assert set(issue.label_ids) == {CALCULATOR, TA, WRITING}
    assert set(happening.changes["labels"][0]) == {CALCULATOR, TA, DISCOVERY}


async def test_dragging_to_open_takes_every_list_label(web: httpx.AsyncClient, sandbox: Sandbox) -> None:
    issue = board_card(sandbox, DISCOVERY, WRITING)
    await drag(web, issue, WRITING_LIST, "open")
    assert issue.label_ids == [CALCULATOR]


async def test_dragging_to_closed_closes_and_back_reopens_with_the_label(
    web: httpx.AsyncClient, sandbox: Sandbox, told: list[Happening]
) -> None:
    issue = board_card(sandbox, DISCOVERY)
    await drag(web, issue, DISCOVERY_LIST, "closed")
    assert (issue.state, issue.label_ids) == ("closed", [CALCULATOR, DISCOVERY])
    await drag(web, issue, "closed", WRITING_LIST)
    assert issue.state == "opened"
    assert WRITING in issue.label_ids
    assert [happening.action for happening in told] == ["close", "reopen", "update"]


async def test_somebody_who_may_not_move_a_card_is_told_so(web: httpx.AsyncClient, sandbox: Sandbox) -> None:
    issue = board_card(sandbox, DISCOVERY)
    web.cookies.set("sandbox_person", str(GUEST))
    for target in (WRITING_LIST, "closed"):
        answer = await drag(web, issue, DISCOVERY_LIST, target)
        assert answer.status_code == 403
        assert "Gus Guest may not" in answer.json()["message"]
    assert (issue.state, issue.label_ids) == ("opened", [CALCULATOR, DISCOVERY])


async def test_a_form_from_another_site_is_refused(web: httpx.AsyncClient, sandbox: Sandbox) -> None:
    issue = board_card(sandbox, DISCOVERY)
    answer = await web.post(
        f"/-/issues/{issue.id}/state", data={"event": "close"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert issue.state == "opened"


async def test_the_board_shows_each_card_in_its_column(web: httpx.AsyncClient, sandbox: Sandbox) -> None:
    put_issue(sandbox.world, labels=(CALCULATOR, DISCOVERY), title="<b>Deal</b>")
    put_issue(sandbox.world, title="Not on the board")
    page = await web.get(f"/boards/{BOARD}")
    column = page.text.split(f'data-list="{DISCOVERY_LIST}"')[1].split("data-list")[0]
    assert "&lt;b&gt;Deal&lt;/b&gt;" in column
    assert "Not on the board" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert (await web.get("/")).headers["Location"] == f"/boards/{BOARD}"


async def test_no_page_holds_inline_script_or_style(web: httpx.AsyncClient, sandbox: Sandbox) -> None:
    issue = board_card(sandbox, DISCOVERY)
    for path in (f"/boards/{BOARD}", f"/acme/ps/ps-plan/-/issues/{issue.iid}", "/acme/ps", "/slack", "/-/explore"):
        page = (await web.get(path)).text
        assert "style=" not in page
        assert "<style" not in page
        assert page.count("<script") == page.count('<script src="/-/static/')


async def test_an_issue_page_marks_internal_notes_and_hides_markers(web: httpx.AsyncClient, sandbox: Sandbox) -> None:
    world, issue = sandbox.world, board_card(sandbox)
    now = world.now()
    world.notes[900] = Note(900, issue.id, "<!-- bot: marker -->\n**Bold** https://x.test/a", ANA, now, now)
    world.notes[901] = Note(901, issue.id, "Between us", ANA, now, now, internal=True)
    page = (await web.get(f"/acme/ps/ps-plan/-/issues/{issue.iid}")).text
    assert "marker" not in page
    assert '<strong>Bold</strong> <a href="https://x.test/a">' in page
    assert "Internal note</span>" in page
    web.cookies.set("sandbox_person", str(GUEST))
    assert "Between us" not in (await web.get(f"/acme/ps/ps-plan/-/issues/{issue.iid}")).text


async def test_the_issue_page_comments_labels_and_closes(
    web: httpx.AsyncClient, sandbox: Sandbox, told: list[Happening]
) -> None:
    issue = board_card(sandbox)
    forms = f"/-/issues/{issue.id}"
    assert (await web.post(f"{forms}/notes", data={"body": "Hi", "internal": "1"})).status_code == 303
    await web.post(f"{forms}/labels", data={"add": "TA::Needs-Review"})
    await web.post(f"{forms}/labels", data={"remove": "Services Calculator"})
    await web.post(f"{forms}/state", data={"event": "close"})
    assert [(each.kind, each.action) for each in told] == [
        ("note", "create"),
        ("issue", "update"),
        ("issue", "update"),
        ("issue", "close"),
    ]
    assert told[0].note is not None
    assert told[0].note.internal
    assert issue.label_ids == [TA]


async def test_a_guest_writes_no_internal_notes(web: httpx.AsyncClient, sandbox: Sandbox) -> None:
    issue = board_card(sandbox)
    web.cookies.set("sandbox_person", str(GUEST))
    answer = await web.post(f"/-/issues/{issue.id}/notes", data={"body": "Hi", "internal": "1"})
    assert answer.status_code == 403
    assert not sandbox.world.notes


async def test_a_new_scoping_issue_is_on_the_board_with_open_questions(
    web: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    form = {"customer": "Tanuki Freight", "work": "Migration", "opportunity": "https://crm.test/1"}
    answer = await web.post("/-/new-scoping-issue", data=form)
    assert answer.status_code == 303
    (issue,) = sandbox.world.issues.values()
    assert issue.title == "Tanuki Freight - Scope Issue and Write SOW"
    assert issue.label_ids == [CALCULATOR]
    assert "| **Total users** | to-do |" in (issue.description or "")
    assert (await web.post("/-/new-scoping-issue", data={"customer": " "})).status_code == 422


async def test_people_are_switched_by_cookie_and_led_back_to_this_site_only(web: httpx.AsyncClient) -> None:
    answer = await web.post("/-/act-as", data={"person": str(GUEST), "next": "//evil.test/x"})
    assert answer.headers["Location"] == "/x"
    assert f'<option value="{GUEST}" selected>' in (await web.get(f"/boards/{BOARD}")).text


async def test_groups_projects_files_and_epics_have_pages(web: httpx.AsyncClient, sandbox: Sandbox) -> None:
    epic = put_issue(sandbox.world, title="The customer's epic")
    epic.project_id, epic.group_id, epic.item_type = None, PS, "Epic"
    issue = put_issue(sandbox.world, title="A task")
    issue.parent_id = epic.id
    assert "acme/ps</a>" in (await web.get("/acme")).text
    group = (await web.get("/groups/acme/ps")).text
    assert "acme/ps/ps-plan</a>" in group
    assert "The customer&#39;s epic" in group
    project = (await web.get("/acme/ps/ps-plan")).text
    assert "A task" in project
    assert "<h1>Read me</h1>" in project
    assert "&lt;plain&gt;" in (await web.get("/acme/ps/ps-plan/-/blob/main/src/a.txt")).text
    assert "A task" in (await web.get(f"/groups/acme/ps/-/epics/{epic.iid}")).text
    assert (await web.get(f"/groups/acme/-/boards/{BOARD}")).headers["Location"] == f"/boards/{BOARD}"
    assert (await web.get("/nowhere")).status_code == 404
    assert (await web.get("/api/v4/nowhere")).json() == {"error": "404 Not Found"}
    assert sandbox.world.groups[TOP].full_path == "acme"
    assert sandbox.world.projects[PLAN].name in project


async def test_pages_show_iterations(web: httpx.AsyncClient, sandbox: Sandbox) -> None:
    world = sandbox.world
    starts = world.now().date()
    cadence = add_cadence(world, world.groups[PS], title="SOW-7", weeks=2, start_date=starts, ahead=1)
    assert isinstance(cadence, Cadence)
    issue = put_issue(world, title="Planning")
    page = f"/acme/ps/ps-plan/-/issues/{issue.iid}"
    assert "Iteration" not in (await web.get(page)).text
    issue.iteration_id = iterations_of(world, [cadence])[0].id
    assert f"<h2>Iteration</h2><p>{starts} to " in (await web.get(page)).text
    assert "SOW-7" in (await web.get("/groups/acme/ps")).text


async def test_the_event_stream_tells_of_changes_and_ends_when_closed(sandbox: Sandbox) -> None:
    seen: list[int] = []
    issue = board_card(sandbox)
    with anyio.fail_after(5):
        async for version in sandbox.live.versions():
            seen.append(version)
            if version == 0:
                sandbox.world.announce(Happening("issue", "update", sandbox.world.users[ANA], issue))
            else:
                sandbox.live.close()
    assert seen == [0, 1]


async def test_label_colours_come_as_a_style_sheet_that_cannot_be_broken_out_of(
    web: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.world.labels[TA].color = "red}body{display:none"
    css = (await web.get("/-/labels.css")).text
    assert "display" not in css
    assert f".label-{DISCOVERY}{{--colour:#6699cc" in css


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<sub>small</sub> <sub x=1>", "<p><sub>small</sub> &lt;sub x=1&gt;</p>"),
        ("<code>@group</code> <code x>", "<p><code>@group</code> &lt;code x&gt;</p>"),
        ('set ~"TA::A" now', '<p>set <span class="named-label">TA::A</span> now</p>'),
        ("<!-- hidden -->", ""),
        ("a <!-- hidden --> b", "<p>a  b</p>"),
        ("<!-- never closed\nmore", ""),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("![p](https://x.test/p.png)", "<p>🖼 p</p>"),
        ('<b onclick="x">b</b>', "<p>&lt;b onclick=&quot;x&quot;&gt;b&lt;/b&gt;</p>"),
        (
            "https://x.test/a_b?c=1&d=2.",
            '<p><a href="https://x.test/a_b?c=1&amp;d=2">https://x.test/a_b?c=1&amp;d=2</a>.</p>',
        ),
    ],
)
async def test_markdown_is_shown_safely(text: str, html: str) -> None:
    assert str(markdown(text)).strip() == html
