"""Documents that come with an allegation: kept as bytes, erased for good when they must go."""

from __future__ import annotations

import hashlib

from mithaq.intake.errors import BadAttachment
from mithaq.intake.media import MAX_PER_CASE, check_document
from mithaq.intake.models import Allegation, Attachment, AttachmentContent
from mithaq.intake.queries import access_attachment, access_case
from mithaq.kernel.ids import public_id
from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission


@act
def attach(acting: Acting, case: str, *, data: bytes, media_type: str, name: str) -> Attachment:
    """Add a document to a case; bytes that it holds already are refused. Raises Forbidden, BadAttachment."""
    role = acting.must(Permission.CASE_ATTACHMENT_ADD)
    allegation = access_case(acting, case)
    check_document(data, media_type, name)
    sha256 = hashlib.sha256(data).hexdigest()
    _check_room(allegation, sha256)
    attachment = Attachment.objects.create(
        attachment=public_id("f", acting.entropy),
        allegation=allegation,
        sha256=sha256,
        size=len(data),
        media_type=media_type,
        added_at=acting.now,
        added_by=acting.account,
    )
    AttachmentContent.objects.create(attachment=attachment, name=name, data=data)
    acting.record(
        ActKind.INTAKE_ATTACHMENT_ADDED,
        role,
        case=case,
        facts={"attachment": attachment.attachment, "bytes": len(data), "media_type": media_type},
        personal={"sha256": sha256, "name": name},
    )
    return attachment


@act
def erase_attachment(acting: Acting, case: str, attachment: str, *, reason: str) -> None:
    """Erase a document's bytes and name for good; that it was there stays. Raises UnknownAttachment."""
    role = acting.must(Permission.CASE_ATTACHMENT_ERASE)
    content = access_attachment(acting, case, attachment)
    content.delete()
    acting.record(
        ActKind.INTAKE_ATTACHMENT_ERASED,
        role,
        case=case,
        facts={"attachment": attachment},
        personal={"reason": reason},
    )


def _check_room(allegation: Allegation, sha256: str) -> None:
    held = list(allegation.attachments.values_list("sha256", flat=True))
    if sha256 in held:
        raise BadAttachment(
            "the case holds this document already", field="file", hint="Nothing is left to do."
        )
    if len(held) >= MAX_PER_CASE:
        raise BadAttachment(
            f"the case holds {len(held)} documents", field="file", hint=f"At most {MAX_PER_CASE} are kept."
        )
