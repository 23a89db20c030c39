"""Approvals: a person stands by the verdict on a claim, so that it may be published."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from api.context import get_context
from api.fields import Id, Name, Posted, Text, Url
from api.identity import current_actor
from api.openapi import Responses, problems
from api.verdicts import Approval, show_approval
from store.approvals import NewApproval, approve, withdraw_approval

blueprint = APIBlueprint("approvals", __name__, tag="Approvals")

_PATH = "/v1/claims/<id:id>/approval"
_KNOWN: Responses = {200: {"description": "It was approved so already."}}


class ApprovalIn(Posted):
    """An approval. `reviewer` absent is whoever asks, `verdict` absent the verdict that stands."""

    reviewer: Name | None = None
    note: Text | None = None
    url: Url | None = None
    verdict: Id | None = None


@blueprint.post(_PATH)
@blueprint.input(ApprovalIn, arg_name="approval")
@blueprint.output(Approval, 201, description="Approved.")
@blueprint.doc(responses=_KNOWN | problems(400, 404, 409, 413, 415, 422, 503))
def post_approval(id: str, approval: ApprovalIn) -> ResponseReturnValue:
    """Approve the verdict that stands for a claim.

    The approval belongs to that verdict: when the verdict changes, the claim is no longer approved. Another approval
    takes the place of the first. `verdict` is the one that was looked at: where another stands by now, it is refused.
    """
    new = NewApproval(**approval.model_dump() | {"reviewer": approval.reviewer or current_actor()})
    with get_context().sessions.begin() as session:
        row, added = approve(session, id, new)
        return show_approval(row).model_dump(mode="json"), 201 if added else 200


@blueprint.delete(_PATH)
@blueprint.output(Approval, description="Withdrawn.")
@blueprint.doc(responses=problems(404, 503))
def delete_approval(id: str) -> Approval:
    """Withdraw the approval of the verdict that stands for a claim."""
    with get_context().sessions.begin() as session:
        return show_approval(withdraw_approval(session, id, by=current_actor()))
