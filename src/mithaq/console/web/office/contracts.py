"""Writing down what a contract says from a day on, its negotiated terms in their own words included."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.doing import DoingForm, do
from mithaq.console.web.office.customers import purpose_words
from mithaq.console.web.office.frame import ask
from mithaq.console.web.pages import FORM, ActingRequest, page
from mithaq.console.web.templatetags.mithaq import foreign
from mithaq.intake.places import terms_pack
from mithaq.people.permissions import Permission
from mithaq.register import acts
from mithaq.register.acts import ContractTerms, NegotiatedTerm
from mithaq.register.models import ContractRecord, Customer
from mithaq.register.queries import customers_named
from mithaq.terms import Purpose

_MOST: Final = 100
"""Negotiated terms of one contract, as the API takes them."""

_OWN_WORDS: Final = forms.TextInput(attrs={"dir": "auto"})


def _purposes() -> list[tuple[str, str]]:
    return [("", gettext("none declared")), *((each.value, purpose_words(each.value)) for each in Purpose)]


class ContractForm(DoingForm):
    """What a contract says; `new` says that a customer of this name is to be added."""

    customer = forms.CharField(label=_("Customer"), max_length=500, widget=_OWN_WORDS)
    new = forms.BooleanField(
        label=_("This customer is new"),
        help_text=_("Tick it only if the register does not have the customer yet."),
        required=False,
    )
    reference = forms.CharField(label=_("Reference of the contract"), max_length=200, widget=_OWN_WORDS)
    terms = forms.CharField(
        label=_("Version of the terms that binds"),
        help_text=_("The fingerprint of a terms pack, or your own name of the version."),
        max_length=200,
        widget=_OWN_WORDS,
    )
    declared_purpose = forms.ChoiceField(label=_("Declared purpose"), choices=_purposes, required=False)
    home_region = forms.CharField(label=_("Home region"), max_length=200, required=False, widget=_OWN_WORDS)
    valid_from = forms.DateField(
        label=_("Holds from"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("From midnight on, in universal time."),
    )
    ended = forms.BooleanField(label=_("The contract ends on that day"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a name that the register does not have, unless it is said to be new."""
        cleaned = super().clean() or {}
        name = (cleaned.get("customer") or "").strip()
        if name and not cleaned.get("new") and not Customer.objects.filter(name=name).exists():
            near = customers_named(name).first()
            said = (
                format_html(
                    gettext("The register has no customer of this name. It has {name}."),
                    name=foreign(near.name),
                )
                if near
                else gettext(
                    "The register has no customer of this name. Tick the box below if it is a new one."
                )
            )
            self.add_error("customer", ValidationError(said, code="unknown"))
        return cleaned


class TermForm(forms.Form):
    """One negotiated term; a row left empty is left out."""

    clause = forms.CharField(
        label=_("Clause"),
        required=False,
        validators=[
            RegexValidator(
                r"^[A-Za-z][A-Za-z0-9._-]{0,31}$", _("Write the sign of the clause as the terms do.")
            )
        ],
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    text = forms.CharField(
        label=_("In the contract's own words"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    language = forms.CharField(
        label=_("Language of these words"),
        required=False,
        initial="en",
        validators=[
            RegexValidator(r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$", _("This is no code of a language."))
        ],
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a row that is filled in by halves."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("clause")) != bool(cleaned.get("text")):
            raise ValidationError(
                gettext("Fill in both the clause and the words, or neither."), code="halves"
            )
        return cleaned

    def term(self) -> NegotiatedTerm | None:
        """Give the term, None for an empty row."""
        given = self.cleaned_data
        if not given.get("clause"):
            return None
        return NegotiatedTerm(given["clause"], given["text"], given.get("language") or "en")


Terms = formset_factory(TermForm, extra=2, max_num=_MOST, absolute_max=_MOST)


def _first(request: ActingRequest) -> Mapping[str, object]:
    """Give what the form begins with: the customer that the address names, and today."""
    given: dict[str, object] = {"valid_from": request.acting.now.date()}
    wanted = request.GET.get("customer", "")
    if wanted.isdecimal() and len(wanted) < 19:  # noqa: PLR2004  # digits of 2^63
        given["customer"] = get_object_or_404(Customer, pk=int(wanted)).name
    return given


@page(Permission.REGISTER_WRITE, FORM)
def record(request: ActingRequest) -> HttpResponse:
    """Write down what a contract says from a day on."""
    sent = request.method == "POST"
    terms: BaseFormSet[TermForm] = Terms(
        _with_room(request) if sent else None, prefix="terms", form_kwargs={"label_suffix": ""}
    )
    more = sent and "more" in request.POST
    form = ContractForm(
        request.POST if sent and not more else None,
        initial=request.POST.dict() if more else _first(request),
    )
    whole = sent and not more and terms.is_valid()

    def act(given: Any) -> ContractRecord:  # noqa: ANN401  # what the form has cleaned
        said = tuple(term for term in (each.term() for each in terms.forms) if term is not None)
        contract = ContractTerms(
            reference=given["reference"],
            customer=given["customer"],
            terms=given["terms"],
            declared_purpose=given["declared_purpose"],
            home_region=given["home_region"],
            overrides=said,
        )
        start = datetime.combine(given["valid_from"], time(), UTC)
        made = acts.record_contract(request.acting, contract, valid_from=start, ended=given["ended"])
        form.to = reverse("customer", kwargs={"customer": made.customer_id})
        return made

    gone = do(request, form, act, done=_("The contract was recorded.")) if whole else None
    context = {"terms": terms, "digest": terms_pack(os.environ).digest}
    return gone or ask(
        request, "office/contract_new.html", form, context, wrong=sent and not more and not whole
    )


def _with_room(request: ActingRequest) -> QueryDict:
    """Give what was sent, with three more rows where they were asked for."""
    sent = request.POST.copy()
    rows = sent.get("terms-TOTAL_FORMS", "")
    if "more" in sent and rows.isdecimal():
        sent["terms-TOTAL_FORMS"] = str(min(int(rows[:4]) + 3, _MOST))
    return sent
