"""``POST /api/graphql``. Answers 200 also to what it can't do: clients have to look at ``errors``.

Understood are queries of ``currentUser``, ``namespace``, ``group`` and ``project`` (``fullPath``: ``labels``,
``workItemTypes``, ``workItems``, ``workItem``) and ``workItem(id)``, with a work item's ``widgets``; and the mutations
``workItemCreate``, ``workItemUpdate``, ``workItemDelete`` and ``iterationCadenceCreate``. In tiers that have them
(``World.iterations``), a group has ``iterationCadences`` and ``iterations``, and an issue a widget for its iteration.
Fields, aliases, fragments and variables are free.
Without the tier's epics (``World.epics``) the type EPIC is not in the list, and no epic can be made.
"""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse

from app.sandbox.graphql.choose import choose
from app.sandbox.graphql.language import GraphQLError, read
from app.sandbox.graphql.mutations import mutation_root
from app.sandbox.graphql.queries import query_root
from app.sandbox.http.api import Api, Call
from app.sandbox.http.auth import require_scope

api = Api(prefix="/api")


@api.post("/graphql", reads_only=True)
def graphql(call: Call) -> JSONResponse:
    """Run one operation."""
    variables = call.params.get("variables")
    try:
        operation = read(
            call.params.text("query") or "",
            variables if isinstance(variables, dict) else {},
            call.params.text("operationName"),
        )
        if operation.kind == "mutation":
            require_scope(call.token, writes=True)
            root = mutation_root(call.world, call.user, event_uuid=call.event_uuid)
        else:
            root = query_root(call.world, call.user)
        answer: dict[str, Any] = {"data": choose(root, operation.selection)}
    except GraphQLError as error:
        answer = {"data": None, "errors": [{"message": str(error)}]}
    return JSONResponse(answer)
