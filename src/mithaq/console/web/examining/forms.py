"""Forms of the examination: what is asked for, of whom and until when; what answers it; what is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.cases.forms import ActForm
from mithaq.console.web.templatetags.mithaq import apart, locale
from mithaq.intake.models import Attachment
from mithaq.review.acts.findings import departs_from
from mithaq.review.casefile import Outcome
from mithaq.review.queries import Seen
from mithaq.review.runs.acts import RecordsKind
from mithaq.terms import Locale, label
from mithaq.terms.vocabulary import Assessment

_LAST: Final = time(23, 59, 59, tzinfo=UTC)
"""A request is due by the end of its day."""
MOST_TEXT: Final = 4_000


def spoken() -> Locale:
    """Give the language of the page, as the vocabularies know it."""
    return "ar" if locale().language.value == "ar" else "en"


def offer(form: forms.Form, field: str, choices: Iterable[tuple[str, str]]) -> None:
    """Give a form's field what there is to choose from."""
    cast("forms.ChoiceField", form.fields[field]).choices = list(choices)


class RecordsForm(ActForm):
    """Asks somebody for records."""

    kind = forms.ChoiceField(label=_("What kind of records"))
    addressee = forms.CharField(
        label=_("Of whom"),
        max_length=500,
        help_text=_("A person or a team of the provider. The ledger only commits to it."),
    )
    question = forms.CharField(
        label=_("What they are asked for"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Ask for records about the use, never for the customer’s content."),
    )
    due = forms.DateField(
        label=_("Due by the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text=_("A day in UTC."),
    )

    def __init__(
        self, data: QueryDict | None = None, *, seen: Seen, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, seen=seen, initial=initial)
        offer(self, "kind", [(kind.value, label(kind, spoken())) for kind in RecordsKind])

    @staticmethod
    def due_at(day: date) -> datetime:
        """Give the last moment of the day that was chosen."""
        return datetime.combine(day, _LAST)


class AnswerForm(ActForm):
    """Attaches a document as the answer to a request: a new one, or one that the case has."""

    file = forms.FileField(
        label=_("A document that answers it"),
        required=False,
        help_text=_("A text, a table, an e-mail or a picture. It is kept as it is and not opened."),
    )
    attachment = forms.ChoiceField(label=_("Or one that the case has already"), required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        seen: Seen,
        files: MultiValueDict[str, Any] | None = None,
        held: Mapping[str, str],
    ) -> None:
        super().__init__(data, seen=seen, files=files)
        if held:
            offer(self, "attachment", [("", "—"), *held.items()])
        else:
            del self.fields["attachment"]

    def clean(self) -> dict[str, Any]:
        """Refuse none and both; raises ValidationError."""
        cleaned = super().clean()
        given = [name for name in ("file", "attachment") if cleaned.get(name)]
        if len(given) != 1 and not self.errors:
            self.add_error("file", ValidationError(_("Give one document."), code="one"))
        return cleaned


class FindingForm(ActForm):
    """What a reviewer finds about a clause."""

    outcome = forms.ChoiceField(label=_("Finding"), widget=forms.RadioSelect)
    reasons = forms.CharField(
        label=_("Reasons"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("A finding that departs from the computed assessment must give them."),
    )

    def __init__(self, data: QueryDict | None = None, *, seen: Seen, assessment: Assessment) -> None:
        self.assessment = assessment
        super().__init__(data, seen=seen)
        offer(self, "outcome", [(each.value, label(each, spoken())) for each in Outcome])

    def clean(self) -> dict[str, Any]:
        """Ask for reasons where the finding departs from what was computed; raises ValidationError."""
        cleaned = super().clean()
        outcome = cleaned.get("outcome")
        if (
            outcome
            and departs_from(Outcome(outcome), self.assessment)
            and not cleaned.get("reasons", "").strip()
        ):
            self.add_error(
                "reasons",
                ValidationError(_("This departs from the computed assessment, so say why."), code="departs"),
            )
        return cleaned


def names_of(attachments: list[Attachment]) -> dict[str, str]:
    """Name documents for a list to choose from; one whose name was erased is not offered."""
    return {
        each.attachment: apart(each.content.name)
        for each in attachments
        if getattr(each, "content", None) is not None
    }
