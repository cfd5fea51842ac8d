"""Why a decision or an appeal was refused, in the language of the page: by the words of the check itself.

The checks of `review.measures` and the acts speak English; here each of their sentences has one that both
languages share. A test reads the checks and finds those that are missing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.refusals import said
from mithaq.kernel.errors import MithaqError

SENTENCES: Final[Mapping[str, str | Promise]] = {
    "facts are missing in a language": _("Write the facts in both languages."),
    "grounds are missing in a language": _("Write the grounds in both languages."),
    "not a whole second in UTC within ten years": _("Give a moment within the next ten years."),
    "it follows on no decision": _("Name the decision that it follows."),
    "too many measures": _("There are too many measures."),
    "no clause is named": _("Choose the clause that the measures rest on."),
    "a measure is named twice": _(
        "The same restriction of the same subscription is named twice. Remove one of the two."
    ),
    "nothing is kept": _("Choose what must go on."),
    "no region": _("This is no region. Write it such as eu-west-1, or leave it empty for every region."),
    "a measure has neither an end nor a review date": _(
        "Give an end, or a date on which it is looked at again: no restriction goes on unseen."
    ),
    "not a whole second in UTC": _("Give a moment in UTC."),
    "more than ten years ahead": _("This is more than ten years ahead. Choose an earlier moment."),
    "the end lies before the start": _(
        "This moment has passed, or lies before the start. Choose a later one."
    ),
    "the proportionality questions are open": _("Answer each of the proportionality questions."),
    "no milder option was considered": _("Name at least one milder option, and why it would not do."),
    "a proportionality question is open": _("This question must be answered."),
    "it ends a restriction and sets one": _("A lifting sets no restriction. Amend the decision instead."),
    "an interim measure without an end": _("Give every interim measure an end."),
    "an interim measure is never made longer": _(
        "An interim measure is never made longer. End it by then; a longer one needs the review's findings."
    ),
    "a subscription outside the review": _("Restrict only what was reviewed."),
    "measures rest on a clause that was not found violated": _(
        "Measures rest only on clauses that were found violated."
    ),
    "a clause outside the case": _("Choose clauses of this case."),
    "an appeal of the customer makes nothing harsher": _(
        "An appeal of the customer makes nothing harsher."
        " Restrict only what was restricted, and not for longer."
    ),
    "this must be said in words": _("This must be said in words."),
    "received before the decision, or in the future": _(
        "It cannot have come in before the decision, or in the future. Give the moment when it came in."
    ),
    "a decision stands in the case": _("A decision stands in the case: the new one must follow it."),
    "the stored content was altered": _(
        "The decision in the database is no longer the one that was proposed. Tell whoever runs Mithaq."
    ),
}
"""By the message of the error."""

BEGINNINGS: Final[Mapping[str, str | Promise]] = {
    "a decision of the kind ": _("Choose at least one measure."),
    "an interim measure of more than ": _(
        "An interim measure lasts seven days at most. End it earlier; a longer one needs a review's findings."
    ),
    "nobody proposes by the path ": _("A decision cannot be proposed in this way."),
}
"""By how the message begins, where figures or words follow."""

ENDINGS: Final[Mapping[str, str | Promise]] = {
    " is kept": _("A service that must go on would not work without this. Restrict something else."),
    " are missing in a language": _("Write this in both languages."),
}
"""By how it ends."""


def sentence_of(message: str) -> str | Promise | None:
    """Give what a check's message says on a page; None for a message that has no sentence here."""
    if message in SENTENCES:
        return SENTENCES[message]
    for beginning, sentence in BEGINNINGS.items():
        if message.startswith(beginning):
            return sentence
    for ending, sentence in ENDINGS.items():
        if message.endswith(ending):
            return sentence
    return None


def in_words(error: MithaqError) -> str:
    """Say why something was refused: in the page's language alone where the check is known."""
    sentence = sentence_of(error.message)
    return said(error) if sentence is None else str(sentence)
