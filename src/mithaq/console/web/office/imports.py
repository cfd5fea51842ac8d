"""Importing the register from a CSV file: first what it would change, then the change itself."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.doing import DoingForm, do
from mithaq.console.web.office.customers import purpose_words
from mithaq.console.web.office.frame import ask
from mithaq.console.web.pages import FORM, ActingRequest, page
from mithaq.console.web.templatetags.mithaq import number
from mithaq.kernel.errors import InputError, StateError
from mithaq.people.permissions import Permission
from mithaq.register import acts
from mithaq.register.comparison import Comparison
from mithaq.register.reader import read_register
from mithaq.register.register import Entry, Register

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a file, as the API takes them."""

CARRIED: Final = 256 * 1024
"""Bytes up to which the page that shows the changes carries the file on; a larger one is chosen again."""

SHOWN: Final = 200
"""Rows of each kind that are shown; the counts are of all."""


@dataclass(frozen=True, slots=True)
class EntryShown:
    """What the books say of a subscription, with its purpose in words."""

    entry: Entry
    purpose: str


@dataclass(frozen=True, slots=True)
class ChangesShown:
    """What an import would change: the first rows of each kind, and the counts of all."""

    counts: dict[str, int]
    added: Sequence[EntryShown]
    changed: Sequence[tuple[EntryShown, EntryShown]]
    absent: Sequence[EntryShown]


class ImportForm(DoingForm):
    """A file, from when it holds, and the file as an earlier page carried it on."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    valid_from = forms.DateField(
        label=_("Holds from"),
        help_text=_(
            "Left empty: what is new holds as long as anything is known of it, changes hold from now."
        ),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    carried = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Give the file's bytes as `raw` and what messages call it as `shown`; raises ValidationError."""
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload is None and not cleaned.get("carried"):
            self.add_error("file", ValidationError(gettext("Choose a file."), code="required"))
            return cleaned
        if upload is not None and upload.size > LARGEST:
            self.add_error(
                "file",
                ValidationError(
                    gettext("The file is too large. Split it: rows that it lacks stay."), code="large"
                ),
            )
            return cleaned
        cleaned["raw"] = _carried(cleaned["carried"]) if upload is None else upload.read()
        cleaned["shown"] = (upload.name if upload is not None else cleaned.get("name")) or "register.csv"
        return cleaned


def _carried(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValidationError(gettext("Choose the file again."), code="carried") from error


def _from(given: Any) -> datetime | None:  # noqa: ANN401  # what the form has cleaned
    day = given.get("valid_from")
    return datetime.combine(day, time(), UTC) if day else None


def _books(given: Any) -> Register:  # noqa: ANN401  # as above
    return read_register(given["raw"], given["shown"])


def _shown(found: Comparison) -> ChangesShown:
    def words(entry: Entry) -> EntryShown:
        return EntryShown(entry, purpose_words(entry.declared_purpose or ""))

    return ChangesShown(
        counts={
            "added": len(found.added),
            "changed": len(found.changed),
            "absent": len(found.absent),
            "unchanged": found.unchanged,
        },
        added=[words(entry) for entry in found.added[:SHOWN]],
        changed=[(words(each.before), words(each.after)) for each in found.changed[:SHOWN]],
        absent=[words(entry) for entry in found.absent[:SHOWN]],
    )


def _said(found: Comparison) -> str:
    written = len(found.added) + len(found.changed)
    return ngettext(
        "The file was imported. %(written)s row was written.",
        "The file was imported. %(written)s rows were written.",
        written,
    ) % {"written": number(written)}


@page(Permission.REGISTER_WRITE, FORM)
def import_file(request: ActingRequest) -> HttpResponse:
    """Show what a file would change, and then import it."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and "look" in request.POST:
        return _look(request, form)
    form.to = reverse("customers")

    def act(given: Any) -> Comparison:  # noqa: ANN401  # what the form has cleaned
        digest = hashlib.sha256(given["raw"]).hexdigest()
        return acts.import_register(request.acting, _books(given), sha256=digest, valid_from=_from(given))

    return do(request, form, act, done=_said) or ask(request, "office/import.html", form)


def _look(request: ActingRequest, form: ImportForm) -> HttpResponse:
    """Write the page that says what an import would change, and change nothing."""
    if not form.is_valid():
        return ask(request, "office/import.html", form)
    given = form.cleaned_data
    try:
        found = acts.preview(request.acting, _books(given), valid_from=_from(given))
    except (InputError, StateError) as error:
        form.refuse(error)
        return ask(request, "office/import.html", form)
    raw = given["raw"]
    carries = len(raw) <= CARRIED
    again = ImportForm(
        initial={
            "valid_from": given.get("valid_from"),
            "name": given["shown"],
            "carried": base64.b64encode(raw).decode("ascii") if carries else "",
        }
    )
    context = {"changes": _shown(found), "carries": carries, "name": given["shown"]}
    return ask(request, "office/import_look.html", again, context)
