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
    "bad-account": _("The account cannot be made or changed like this."),
    "bad-act": _("Something that this act must say is missing or cannot be so."),
    "bad-decision": _("The decision does not hold together."),
    "bad-grant": _("The role cannot be granted or ended like this."),
    "bad-records-request": _("Records cannot be asked for like this."),
    "bad-recusal": _("The recusal cannot be declared or ended like this."),
    "bad-register": _("The register cannot be used like this, so nothing was written."),
    "bad-subscription": _("This is no subscription as Mithaq writes them."),
    "bad-token": _("The token cannot be issued or revoked like this."),
    "busy": _("Somebody else acted on the case at the same moment. Nothing was changed; send it again."),
    "forbidden": _("None of your roles has the right to do this."),
    "four-eyes": _("You had a hand in what this would judge, so somebody else must do it."),
    "may-not-apply": _("The decision may not be applied now."),
    "not-authorised": _("No review is authorised in this case now, or its deadline has passed."),
    "not-in-charge": _("Another reviewer is in charge of this case."),
    "other-digest": _("The decision is no longer the one that you were shown. Read it again."),
    "overtaken": _("Another decision has taken the place of the one that this would follow."),
    "recused": _("You are recused from this case."),
    "run-waits": _("A run of the evidence waits or works already. Wait for its end."),
    "too-few-administrators": _("Two administrators must remain, so this one cannot go."),
    "unknown-subscription": _("The register has no such subscription at that moment."),
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
