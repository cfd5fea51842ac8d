"""The part of a form that says what stops and what goes on: of a decision, and of a plan before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.cases.forms import ActForm
from mithaq.console.web.cases.words import spoken
from mithaq.console.web.deciding.basis import Basis
from mithaq.console.web.deciding.fields import Moment, Names, OneOf
from mithaq.console.web.deciding.typed import MEASURES, MOST_ROWS, PARTS, Typed, instant, rows_in
from mithaq.review.measures import EVERYWHERE
from mithaq.terms import label
from mithaq.terms.vocabulary import KeptService


def fields_of_rows(basis: Basis, number: int) -> Iterator[tuple[str, forms.Field]]:
    """Give the fields of so many rows of measures, and before them the hidden one that counts them."""
    yield MEASURES, forms.CharField(widget=forms.HiddenInput, required=False)
    offered = [("", _("Choose")), *((key, each.words) for key, each in basis.restrictions.items())]
    subjects: list[tuple[str, str | Promise]] = [(each, each) for each in basis.subscriptions]
    if len(subjects) > 1:
        subjects.insert(0, ("", _("Choose")))
    for n in range(number):
        row = f"{MEASURES}[{n}]"
        yield f"{row}.subscription", OneOf(label=_("Subscription"), choices=subjects, widget=Names)
        yield f"{row}.measure", OneOf(label=_("What stops"), choices=offered)
        yield (
            f"{row}.region",
            forms.CharField(
                label=_("Region"),
                help_text=_("Empty: in every region."),
                required=False,
                max_length=60,
                widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
            ),
        )
        yield f"{row}.until", Moment(label=_("Until (UTC)"))
        yield f"{row}.review_on", Moment(label=_("Looked at again on (UTC)"))


def field_of_kept(basis: Basis) -> forms.MultipleChoiceField:
    """Give the field for services that go on beside those that the terms keep."""
    more = [each for each in KeptService if each not in basis.keep]
    return forms.MultipleChoiceField(
        label=_("What must also go on"),
        required=False,
        choices=[(each.value, label(each, spoken())) for each in more],
        widget=forms.CheckboxSelectMultiple,
    )


def measures_in(basis: Basis, cleaned: Typed) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give one measure per operation with its row, as parsers read it; a row with nothing chosen is none."""
    for n in range(rows_in(cleaned, MEASURES)):
        row = f"{MEASURES}[{n}]"
        chosen = basis.restrictions.get(cleaned.get(f"{row}.measure", ""))
        for operation in chosen.operations if chosen is not None else ():
            yield (
                n,
                {
                    "subscription": cleaned.get(f"{row}.subscription", ""),
                    "service": chosen.service if chosen else "",
                    "operation": operation,
                    "region": cleaned.get(f"{row}.region") or EVERYWHERE,
                    "until": instant(cleaned.get(f"{row}.until", "")),
                    "review_on": instant(cleaned.get(f"{row}.review_on", "")),
                },
            )


def kept_in(basis: Basis, cleaned: Typed) -> list[str]:
    """Give what goes on: by the terms, and by what was chosen beside it."""
    chosen = {*(each.value for each in basis.keep), *cleaned.get("keep", ())}
    return [each.value for each in KeptService if each.value in chosen]


def blank_row(name: str) -> ValidationError:
    """Say what is missing in a row in which nothing was chosen to stop."""
    if name == f"{MEASURES}[0].measure":
        return ValidationError(_("Choose at least one measure."), code="required")
    return ValidationError(_("Choose what stops, or remove this row."), code="required")


def rows_of_fields(form: forms.Form, group: str = MEASURES) -> list[list[BoundField]]:
    """Give the rows of a group as a page lays them out."""
    shown = [n for n in range(MOST_ROWS) if f"{group}[{n}].{PARTS[group][0]}" in form.fields]
    return [[form[f"{group}[{n}].{part}"] for part in PARTS[group]] for n in shown]


class MeasuresForm(ActForm):
    """A form with rows of measures and what goes on beside them, as both pages lay them out."""

    basis: Basis

    @property
    def measure_rows(self) -> list[list[BoundField]]:
        """Give the rows of measures."""
        return rows_of_fields(self)

    @property
    def kept(self) -> list[str]:
        """Name the services that the terms keep in any case."""
        return [label(each, spoken()) for each in self.basis.keep]

    @property
    def faults(self) -> list[BoundField]:
        """Give the fields at which something is wrong, in their order."""
        return [self[name] for name in self.fields if name in self.errors and not self[name].is_hidden]
