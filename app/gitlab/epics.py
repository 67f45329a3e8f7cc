"""Epics by GitLab's work item GraphQL: the REST epics are deprecated, and the epic GraphQL is being removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.errors import NotFound
from app.gitlab.markers import has_marker, search_word
from app.gitlab.transport import BotGitlab, graphql
from app.gitlab.views import EpicView
from app.gitlab.work_items import mutated, work_item_id

_TYPE = """
query epicType($path: ID!) {
  namespace(fullPath: $path) { workItemTypes(name: EPIC) { nodes { id name } } }
}
"""
_FIND = """
query markedEpics($path: ID!, $author: String!, $search: String) {
  group(fullPath: $path) {
    workItems(types: [EPIC], authorUsername: $author, search: $search, sort: CREATED_DESC, first: 100) {
      nodes { id iid title webUrl description author { username } }
    }
  }
}
"""
_TITLED = """
query titledEpics($path: ID!, $search: String!) {
  group(fullPath: $path) {
    workItems(types: [EPIC], search: $search, in: [TITLE], sort: CREATED_ASC, first: 100) {
      nodes { id iid title webUrl }
    }
  }
}
"""
_TEXT = """
query epicText($id: WorkItemID!) { workItem(id: $id) { id webUrl description } }
"""
_CREATE = """
mutation createEpic($input: WorkItemCreateInput!) {
  workItemCreate(input: $input) { workItem { id iid title webUrl } errors }
}
"""
_PARENT = """
mutation setParent($input: WorkItemUpdateInput!) {
  workItemUpdate(input: $input) { workItem { id description } errors }
}
"""


PAGE = 100


def epic_type(api: BotGitlab, group: str) -> str | None:
    """Global id of the work item type; None where this GitLab or tier has no epics."""
    namespace = graphql(api, _TYPE, {"path": group}).get("namespace") or {}
    nodes = (namespace.get("workItemTypes") or {}).get("nodes") or []
    return next((str(node["id"]) for node in nodes), None)


def find_epic(api: BotGitlab, group: str, *, marker: str, author: str) -> EpicView | None:
    """The author's epic of the group whose description carries the marker. GitLab searches only beyond a page."""
    newest = _epics(api, group, author, None)
    nodes = newest if len(newest) < PAGE else [*newest, *_epics(api, group, author, search_word(marker))]
    for node in nodes:
        by = (node.get("author") or {}).get("username")
        if by == author and has_marker(node.get("description") or "", marker):
            return _view(node)
    return None


def titled_epic(api: BotGitlab, group: str, titles: Sequence[str]) -> EpicView | None:
    """The group's oldest epic with one of the titles, whatever the case and whoever made it."""
    wanted = {title.casefold() for title in titles}
    for title in titles:
        found = graphql(api, _TITLED, {"path": group, "search": title}).get("group") or {}
        nodes = (found.get("workItems") or {}).get("nodes") or []
        if node := next((one for one in nodes if str(one["title"]).strip().casefold() in wanted), None):
            return _view(node)
    return None


def epic_text(api: BotGitlab, epic_id: str) -> tuple[str, str]:
    """Description and address of an epic. Raises NotFound."""
    found = graphql(api, _TEXT, {"id": epic_id}).get("workItem")
    if not found:
        raise NotFound("GitLab shows the bot no such epic.")
    return str(found.get("description") or ""), str(found["webUrl"])


def describe(api: BotGitlab, epic_id: str, text: str) -> str:
    """Give an epic this description; what GitLab made of it."""
    wanted = {"id": epic_id, "descriptionWidget": {"description": text}}
    return str(mutated(graphql(api, _PARENT, {"input": wanted}), "workItemUpdate").get("description") or "")


def _epics(api: BotGitlab, group: str, author: str, search: str | None) -> list[dict[str, Any]]:
    found = graphql(api, _FIND, {"path": group, "author": author, "search": search}).get("group") or {}
    return list((found.get("workItems") or {}).get("nodes") or [])


def create_epic(
    api: BotGitlab, group: str, *, type_id: str, title: str, description: str, label_ids: Sequence[int]
) -> EpicView:
    """A new epic. Raises Refused with GitLab's words."""
    wanted: dict[str, Any] = {
        "title": title,
        "namespacePath": group,
        "workItemTypeId": type_id,
        "descriptionWidget": {"description": description},
    }
    if label_ids:
        wanted["labelsWidget"] = {"labelIds": [f"gid://gitlab/Label/{number}" for number in label_ids]}
    item = mutated(graphql(api, _CREATE, {"input": wanted}), "workItemCreate")
    return _view(item)


def set_parent(api: BotGitlab, *, issue_id: int, parent_id: str) -> None:
    """Put an issue (by its global number) below an epic. Doing it again changes nothing."""
    wanted = {"id": work_item_id(issue_id), "hierarchyWidget": {"parentId": parent_id}}
    mutated(graphql(api, _PARENT, {"input": wanted}), "workItemUpdate")


def _view(node: dict[str, Any]) -> EpicView:
    return EpicView(str(node["id"]), int(node["iid"]), str(node["title"]), str(node["webUrl"]))
