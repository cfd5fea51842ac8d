"""What a refusal is called in the language of the page: by its code, which is the same in every language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mithaq.kernel.errors import MithaqError

SENTENCES: Final[Mapping[str, str | Promise]] = {
    "already-ruled": _("This proposal has been ruled on already."),
    "already-set-up": _("The first administrators have been made already."),
    "bad-account": _("The account cannot be made or changed like this."),
    "bad-act": _("Something that this act must say is missing or cannot be so."),
    "bad-allegation": _("The allegation cannot be used as it is written."),
    "bad-attachment": _("The document cannot be kept as it is."),
    "bad-break-glass": _("The glass in front of a case cannot be broken like this."),
    "bad-cursor": _("The address of this page of a list is not valid. Begin with the first page."),
    "bad-decision": _("The decision does not hold together."),
    "bad-document": _("The document cannot be used as it is written."),
    "bad-grant": _("The role cannot be granted or ended like this."),
    "bad-link": _("These two cases cannot be linked."),
    "bad-password": _("The password is too weak."),
    "bad-plan": _("The plan does not hold together."),
    "bad-policy": _("A policy of the gateway does not hold together."),
    "bad-records-request": _("Records cannot be asked for like this."),
    "bad-recusal": _("The recusal cannot be declared or ended like this."),
    "bad-register": _("The register cannot be used like this, so nothing was written."),
    "bad-subscription": _("This is no subscription as Mithaq writes them."),
    "bad-targets": _("The file of targets cannot be read."),
    "bad-terms-pack": _("The terms cannot be used as they are written."),
    "bad-token": _("The token cannot be issued or revoked like this."),
    "busy": _("Somebody else acted on the case at the same moment. Nothing was changed; send it again."),
    "csrf-failed": _("The form was too old. Load the page again and send it once more."),
    "errand-waits": _("A change of this measure has not come to its end yet."),
    "forbidden": _("None of your roles has the right to do this."),
    "four-eyes": _("You had a hand in what this would judge, so somebody else must do it."),
    "idempotency-key-reused": _("This was sent before with other content."),
    "lease-lost": _("Another worker has taken the run over."),
    "link-not-valid": _("The one-time link was used, has been replaced or is too old."),
    "may-not-apply": _("The decision may not be applied now."),
    "may-not-lift": _("The measure may not be lifted now."),
    "no-lake": _("This Mithaq has no usage metadata to look into."),
    "no-retention": _("Nobody has said how long rollups are kept, or too short a time was given."),
    "no-target": _("No target is set up for this subscription."),
    "no-words": _("The words of the allegation have been erased already."),
    "nothing-to-confirm": _("Nothing of this measure waits for a confirmation."),
    "nothing-to-probe": _("No request from here could show whether this measure holds."),
    "not-authorised": _("No review is authorised in this case now, or its deadline has passed."),
    "not-in-charge": _("Another reviewer is in charge of this case."),
    "not-signed-in": _("You are not signed in, or not with what your role requires."),
    "not-the-approved-plan": _("The plan is not the one that was approved."),
    "other-digest": _("The decision is no longer the one that you were shown. Read it again."),
    "overtaken": _("Another decision has taken the place of the one that this would follow."),
    "pinned-meanwhile": _("A case was opened, or rollups came in, meanwhile. Nothing was removed."),
    "recused": _("You are recused from this case, or the person whom you named is."),
    "run-waits": _("A run of the evidence waits or works already. Wait for its end."),
    "setting-gone": _("What the plan was to change is no longer there."),
    "shown-once": _("This was done already, and its secret was shown once."),
    "target-refuses": _("The target refused the change."),
    "target-unreachable": _("The target cannot be reached."),
    "too-few-administrators": _("Two administrators must remain, so this one cannot go."),
    "unknown-account": _("There is no such person, grant, recusal or token."),
    "unknown-attachment": _("The case has no such document, or it was erased."),
    "unknown-case": _("There is no such case."),
    "unknown-clause": _("The terms have no such clause."),
    "unknown-contract": _("The register has no such contract at that moment."),
    "unknown-customer": _("The register has no such customer."),
    "unknown-in-case": _("The case has no such decision or appeal."),
    "unknown-measure": _("There is no such measure."),
    "unknown-run": _("The case has no such run, evidence or request for records."),
    "unknown-subscription": _("The register has no such subscription at that moment."),
    "watch-ended": _("The watch of this case has ended already."),
    "world-moved": _("The target is no longer as it was when the plan was made. Make a new plan."),
    "wrong-stage": _("The case is not at a stage at which this can be done."),
}
"""What the codes of refused acts say; a code that is not here is shown with the program's own words alone."""


def said(error: MithaqError) -> SafeString:
    """Give a refusal in the page's language, with the program's own words marked as English."""
    sentence = SENTENCES.get(error.code, _("This was refused, and nothing was changed."))
    words = " ".join(part for part in (_place(error), f"{error.message}.", error.hint) if part)
    return format_html('{} <span class="aside" lang="en" dir="ltr">{}</span>', sentence, words)


def _place(error: MithaqError) -> str:
    """Name where in a file something is wrong; nothing where that is not known."""
    if error.line is None:
        return ""
    place = ":".join(part for part in (error.file, str(error.line)) if part)
    return f"{place} ({error.field})" if error.field else place
