"""Files of a project's default branch. Commits are not kept: only what is there now."""

from __future__ import annotations

import base64
import binascii
from hashlib import sha1, sha256

from fastapi.responses import JSONResponse, PlainTextResponse

from app.sandbox.acts.access import DEVELOPER, find_project
from app.sandbox.http import problems
from app.sandbox.http.api import Api, Call
from app.sandbox.http.paging import page
from app.sandbox.shapes.basics import Json
from app.sandbox.state import Project

api = Api()

_FILE = "/projects/{id}/repository/files/{path}"


@api.get("/projects/{id}/repository/tree")
def list_files(call: Call) -> JSONResponse:
    """Files as blobs, all folders through (``recursive``)."""
    project = find_project(call.world, call.user, call.path("id"))
    folder = (call.params.text("path") or "").strip("/")
    paths = [path for path in sorted(project.files) if not folder or path.startswith(f"{folder}/")]
    return page(call, paths, lambda path: _blob(project, path))


@api.get(_FILE)
def get_file(call: Call) -> Json:
    """A file with its content in base64."""
    project = find_project(call.world, call.user, call.path("id"))
    path, content = _found(call, project)
    encoded = content.encode()
    return {
        "file_name": path.rpartition("/")[2],
        "file_path": path,
        "size": len(encoded),
        "encoding": "base64",
        "content": base64.b64encode(encoded).decode(),
        "content_sha256": sha256(encoded).hexdigest(),
        "ref": call.params.text("ref") or project.default_branch,
        "blob_id": _sha(content),
        "commit_id": _sha(f"commit {content}"),
        "last_commit_id": _sha(f"commit {content}"),
        "execute_filemode": False,
    }


@api.get(f"{_FILE}/raw")
def get_raw(call: Call) -> PlainTextResponse:
    """A file's content."""
    project = find_project(call.world, call.user, call.path("id"))
    return PlainTextResponse(_found(call, project)[1])


@api.post(_FILE)
def create_file(call: Call) -> Json:
    """A new file; 400 when there is one."""
    project = _written(call)
    if call.path("path") in project.files:
        raise problems.bad_request("A file with this name already exists")
    return _store(call, project)


@api.put(_FILE)
def update_file(call: Call) -> Json:
    """Other content for a file that is there."""
    project = _written(call)
    if call.path("path") not in project.files:
        raise problems.bad_request("A file with this name doesn't exist")
    return _store(call, project)


@api.delete(_FILE)
def delete_file(call: Call) -> None:
    """Remove a file."""
    project = _written(call)
    if project.files.pop(call.path("path"), None) is None:
        raise problems.bad_request("A file with this name doesn't exist")


def _written(call: Call) -> Project:
    project = find_project(call.world, call.user, call.path("id"), at_least=DEVELOPER)
    call.params.required("branch")
    call.params.required("commit_message")
    if project.archived:
        raise problems.forbidden()
    return project


def _store(call: Call, project: Project) -> Json:
    content = call.params.required("content")
    if call.params.text("encoding") == "base64":
        try:
            content = base64.b64decode(content, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise problems.bad_parameter("content is invalid") from None
    project.files[call.path("path")] = content
    project.last_activity_at = call.world.now()
    return {"file_path": call.path("path"), "branch": call.params.required("branch")}


def _found(call: Call, project: Project) -> tuple[str, str]:
    path, ref = call.path("path"), call.params.text("ref") or "HEAD"
    if ref not in {"HEAD", project.default_branch}:
        raise problems.not_found("Commit")
    if path not in project.files:
        raise problems.not_found("File")
    return path, project.files[path]


def _blob(project: Project, path: str) -> Json:
    name = path.rpartition("/")[2]
    return {"id": _sha(project.files[path]), "name": name, "type": "blob", "path": path, "mode": "100644"}


def _sha(text: str) -> str:
    return sha1(text.encode(), usedforsecurity=False).hexdigest()
