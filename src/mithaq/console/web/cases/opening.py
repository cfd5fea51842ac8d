"""Opening a case: by typing the allegation, or from an `allegation/v1` file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from mithaq.console.web.cases.allegation import titles_of
from mithaq.console.web.cases.typed import MOST_CLAIMS, OWN, Typed, place_of, typed_in
from mithaq.console.web.cases.words import spoken
from mithaq.console.web.pages import FORM, ActingRequest, page
from mithaq.console.web.refusals import said
from mithaq.console.web.templatetags.mithaq import apart
from mithaq.intake.arrivals import open_document
from mithaq.intake.places import terms_pack
from mithaq.kernel.errors import InputError, MithaqError, StateError
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.terms import (
    ClaimKind,
    DataKind,
    DocumentError,
    Processing,
    Rhythm,
    ScaleUnit,
    SourceKind,
    label,
)
from mithaq.terms.nodes import MAX_BYTES
from mithaq.terms.problems import Problem

_MISSING: Final = "is missing"


def _words(kind: Any) -> list[tuple[str, str]]:  # noqa: ANN401  # an enumeration of terms
    return [("", gettext("Choose")), *((word.value, label(word, spoken())) for word in kind)]


def _when() -> forms.TextInput:
    """Give the field in which browsers let people choose a moment; what they hold has no zone."""
    return forms.TextInput({"type": "datetime-local"})


_IN_UTC: Final = gettext_lazy("In UTC.")


class Head(forms.Form):
    """What an allegation says apart from its claims. The reader of the format says what is wrong."""

    source_kind = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        help_text=gettext_lazy("Where it came from: an address, a letter. It can be erased later."),
        required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    received = forms.CharField(
        label=gettext_lazy("Received"), help_text=_IN_UTC, required=False, widget=_when()
    )
    by = forms.ChoiceField(label=gettext_lazy("About whom"), required=False, widget=forms.RadioSelect)
    subscriptions = forms.CharField(
        label=gettext_lazy("Subscriptions"),
        help_text=gettext_lazy("One a line, such as aws:111122223333."),
        required=False,
        widget=forms.Textarea({"rows": 3, "dir": "ltr", "spellcheck": "false"}),
    )
    customer = forms.CharField(
        label=gettext_lazy("Customer"),
        help_text=gettext_lazy("As the register names it; all its subscriptions are examined together."),
        required=False,
        widget=forms.TextInput({"dir": "auto"}),
    )
    period_from = forms.CharField(
        label=gettext_lazy("Period from"), help_text=_IN_UTC, required=False, widget=_when()
    )
    period_to = forms.CharField(
        label=gettext_lazy("Period to"), help_text=_IN_UTC, required=False, widget=_when()
    )
    clauses = forms.MultipleChoiceField(
        label=gettext_lazy("Clauses"),
        help_text=gettext_lazy("None chosen: every clause for which the claims suffice."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, typed: Typed) -> None:
        data = {**typed.head, "clauses": list(typed.clauses)}
        super().__init__(data, label_suffix="")
        pack = terms_pack(os.environ)
        choices = [(each, f"{apart(each)} · {title}") for each, title in titles_of(pack, list(pack.clauses))]
        subject = [("subscriptions", gettext("named subscriptions")), ("customer", gettext("a customer"))]
        for name, options in (
            ("source_kind", _words(SourceKind)),
            ("by", subject),
            ("clauses", choices),
        ):
            chosen = self.fields[name]
            if isinstance(chosen, forms.ChoiceField):
                chosen.choices = options


_VOCABULARIES: Final = {"what": DataKind, "is": Rhythm, "with": Processing, "unit": ScaleUnit}


class ClaimFields(forms.Form):
    """The fields of one claim, as its kind has them."""

    def __init__(self, number: int, claim: Any) -> None:  # noqa: ANN401  # what stands in its fields
        prefix = f"claim-{number}"
        super().__init__(
            {f"{prefix}-{name}": text for name, text in claim.items()}, prefix=prefix, label_suffix=""
        )
        self.kind = ClaimKind(claim["kind"])
        self.number = number
        self.title = label(self.kind, spoken())
        self.fields["kind"] = forms.CharField(widget=forms.HiddenInput, required=False)
        for name in OWN[self.kind]:
            self.fields[name] = _own_field(name, self.kind)
        for name, text in (
            ("text_en", gettext("In the words of whoever made it, in English")),
            ("text_ar", gettext("In the words of whoever made it, in Arabic")),
        ):
            language, direction = ("ar", "rtl") if name == "text_ar" else ("en", "ltr")
            widget = forms.Textarea({"rows": 2, "lang": language, "dir": direction})
            self.fields[name] = forms.CharField(label=text, required=False, widget=widget)


def _own_field(name: str, kind: ClaimKind) -> forms.Field:
    labels = {
        "what": gettext("What is stored"),
        "is": gettext("Whose rhythm the writes follow"),
        "with": gettext("Which service works on it"),
        "unit": gettext("Counted in"),
        "in": gettext("Regions"),
        "within_days": gettext("Within days"),
        "at_least": gettext("At least, in bytes") if kind is ClaimKind.MOVES_OUT else gettext("At least"),
    }
    if name in _VOCABULARIES:
        return forms.ChoiceField(label=labels[name], choices=_words(_VOCABULARIES[name]), required=False)
    hints = {
        "in": gettext("As the provider names them, with blanks between, such as eu-west-1."),
        "at_least": gettext("A number, such as 100000 or 8e12."),
    }
    widget = forms.TextInput({"dir": "ltr", **({} if name == "in" else {"inputmode": "decimal"})})
    return forms.CharField(label=labels[name], help_text=hints.get(name, ""), required=False, widget=widget)


def _told(problem: Problem) -> SafeString:
    """Say a problem in the page's language, with the reader's own words, which are English, beside it."""
    sentence = (
        gettext("This is missing.")
        if problem.message.endswith(_MISSING)
        else gettext("This cannot be used as it stands.")
    )
    return format_html(
        '{} <span class="aside" lang="en" dir="ltr">{}. {}</span>', sentence, problem.message, problem.hint
    )


def _refused(head: Head, claims: Sequence[ClaimFields], error: MithaqError) -> None:
    """Put what was refused at the fields that it is about."""
    if not isinstance(error, DocumentError):
        _claim, name = place_of(error.field)
        head.add_error(name or None, said(error))
        return
    for problem in error.problems:
        number, name = place_of(problem.field)
        form = head if number is None or number >= len(claims) else claims[number]
        form.add_error(name if name in form.fields else None, _told(problem))


def _try(request: ActingRequest, raw: bytes, *, file: str | None = None) -> HttpResponse | MithaqError:
    """Open a case for a document; gives the way to it, or why there is none."""
    try:
        case = open_document(request.acting, raw, environment=os.environ, file=file)
    except (InputError, StateError) as error:
        return error
    messages.success(request, gettext("The case is open."))
    return HttpResponseRedirect(reverse("case", kwargs={"case": case.case}), status=HTTPStatus.SEE_OTHER)


def _begun(who: Acting) -> Typed:
    return Typed({"by": "subscriptions", "received": f"{who.now:%Y-%m-%dT%H:%M}"}).with_claim(
        ClaimKind.STORES
    )


def _changed(request: HttpRequest, typed: Typed) -> Typed | None:
    """Add or take away a claim if the button for it was pressed; None for the button that opens the case."""
    if "add" in request.POST:
        kind = request.POST.get("new_kind", "")
        return typed.with_claim(ClaimKind(kind)) if kind in set(ClaimKind) else typed
    removed = request.POST.get("remove", "")
    return typed.without_claim(int(removed)) if removed.isdecimal() else None


@page(Permission.CASE_ALLEGATION_OPEN, FORM)
def type_allegation(request: ActingRequest) -> HttpResponse:
    """Let somebody type an allegation, claim by claim, and open a case for it."""
    sent = request.method == "POST"
    typed = typed_in(request.POST) if sent else _begun(request.acting)
    changed = _changed(request, typed) if sent else typed
    answer = _try(request, typed.document()) if changed is None else None
    if isinstance(answer, HttpResponse):
        return answer
    shown = changed or typed
    head = Head(shown)
    claims = [ClaimFields(number, claim) for number, claim in enumerate(shown.claims)]
    if answer is not None:
        _refused(head, claims, answer)
    context = {
        "head": head,
        "claims": claims,
        "kinds": _words(ClaimKind)[1:],
        "full": len(claims) >= MOST_CLAIMS,
        "wrong": answer is not None,
        "added": len(claims) - 1 if sent and "add" in request.POST else None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if answer is not None else HTTPStatus.OK
    return render(request, "cases/open.html", context, status=status)


class FileForm(forms.Form):
    """A file, or its text: what was sent stays to be mended."""

    file = forms.FileField(label=gettext_lazy("File"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 18, "dir": "ltr", "spellcheck": "false", "class": "id"}),
    )


@dataclass(frozen=True, slots=True)
class Mistake:
    """A problem of a document as the page lists it."""

    problem: Problem
    missing: bool


@page(Permission.CASE_ALLEGATION_OPEN, FORM)
def open_from_file(request: ActingRequest) -> HttpResponse:
    """Take an `allegation/v1` file; where it has mistakes, list each with line and field."""
    context: dict[str, Any] = {"form": FileForm(label_suffix="")}
    if request.method != "POST":
        return render(request, "cases/open_file.html", context)
    file = request.FILES.get("file")
    raw = file.read(MAX_BYTES + 1) if file else request.POST.get("text", "").encode()
    answer = _try(request, raw, file=file.name if file else None)
    if isinstance(answer, HttpResponse):
        return answer
    text = raw.decode("utf-8", "replace") if len(raw) <= MAX_BYTES else ""
    problems = answer.problems if isinstance(answer, DocumentError) else ()
    context = {
        "form": FileForm(initial={"text": text}, label_suffix=""),
        "error": answer,
        "file": file.name if file else "",
        "mistakes": [Mistake(each, each.message.endswith(_MISSING)) for each in problems],
    }
    return render(request, "cases/open_file.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
