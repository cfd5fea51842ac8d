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
    "bad-act": _("Something that this act must say is missing or cannot be so."),
    "bad-decision": _("The decision does not hold together."),
    "busy": _("Somebody else acted on the case at the same moment. Nothing was changed; send it again."),
    "forbidden": _("None of your roles has the right to do this."),
    "four-eyes": _("You had a hand in what this would judge, so somebody else must do it."),
    "may-not-apply": _("The decision may not be applied now."),
    "not-in-charge": _("Another reviewer is in charge of this case."),
    "other-digest": _("The decision is no longer the one that you were shown. Read it again."),
    "overtaken": _("Another decision has taken the place of the one that this would follow."),
    "recused": _("You are recused from this case."),
    "wrong-stage": _("The case is not at a stage at which this can be done."),
}
"""What the codes of refused acts say; a code that is not here is shown with the program's own words alone."""


def said(error: MithaqError) -> SafeString:
    """Give a refusal in the page's language, with the program's own words marked as English."""
    sentence = SENTENCES.get(error.code, _("This was refused, and nothing was changed."))
    words = " ".join(part for part in (f"{error.message}.", error.hint) if part)
    return format_html('{} <span class="aside" lang="en" dir="ltr">{}</span>', sentence, words)
