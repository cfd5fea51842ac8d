"""Asking for a plan: the form that says what is to stop, before anybody decides on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as NotRead

from mithaq.console.web.cases.frame import CaseRequest, case_page, do, show
from mithaq.console.web.deciding.basis import Basis, basis_of, review_after
from mithaq.console.web.deciding.composing import redrawn
from mithaq.console.web.deciding.fields import OneOf
from mithaq.console.web.deciding.measure_rows import (
    MeasuresForm,
    blank_row,
    field_of_kept,
    fields_of_rows,
    kept_in,
    measures_in,
)
from mithaq.console.web.deciding.typed import MEASURES, Typed, local, rows_in, typed_in
from mithaq.console.web.measuring.words import ON_DRIFT
from mithaq.console.web.pages import FORM
from mithaq.measures import acts
from mithaq.measures.model import OnDrift
from mithaq.measures.models import AppliedMeasure, Errand
from mithaq.measures.planning import MOST_NOTICE, Wanted
from mithaq.measures.queries import measures_of, standing
from mithaq.measures.schemas import WantedIn
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.review.casefile import Outcome
from mithaq.review.measures import DecisionKind, Path
from mithaq.review.queries import Seen


class PlanForm(MeasuresForm):
    """What is to be planned. `wanted` is it, once read."""

    def __init__(
        self,
        basis: Basis,
        amendable: list[AppliedMeasure],
        data: QueryDict | None = None,
        *,
        seen: Seen,
        initial: Typed,
    ) -> None:
        self.basis = basis
        self.wanted: Wanted | None = None
        super().__init__(data, seen=seen, initial=initial)
        typed = data if data is not None else initial
        self.fields |= dict(fields_of_rows(basis, rows_in(typed, MEASURES)))
        self.fields["keep"] = field_of_kept(basis)
        self.fields["only"] = forms.CharField(
            label=_("Only these buckets"),
            help_text=_("One a line. Empty: the whole subscription. For one subscription alone."),
            required=False,
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "spellcheck": "false"}),
        )
        self.fields["notice_hours"] = forms.IntegerField(
            label=_("Hours of notice"),
            help_text=_("From the statement of reasons to the first step; 0: at once."),
            min_value=0,
            max_value=MOST_NOTICE,
        )
        self.fields["on_drift"] = OneOf(
            label=_("If a setting is found changed"),
            choices=[(each.value, ON_DRIFT[each]) for each in OnDrift],
        )
        if amendable:
            none = ("", _("none: a measure of its own"))
            self.fields["amends"] = OneOf(
                label=_("The standing measure that it changes"),
                choices=[none, *((each.key, each.key) for each in amendable)],
            )

    def clean(self) -> dict[str, Any]:
        """Read what is wanted; raises ValidationError."""
        cleaned = super().clean()
        for n in range(rows_in(cleaned, MEASURES)):
            for part in ("measure", "subscription"):
                name = f"{MEASURES}[{n}].{part}"
                if not cleaned.get(name) and name not in self.errors:
                    missing = ValidationError(_("Choose one of those offered."), code="required")
                    self.add_error(name, blank_row(name) if part == "measure" else missing)
        if not self.errors:
            self._read(cleaned)
        return cleaned

    def _read(self, cleaned: Typed) -> None:
        rows = list(measures_in(self.basis, cleaned))
        document = {
            "measures": [measure for _n, measure in rows],
            "keep": kept_in(self.basis, cleaned),
            "only": str(cleaned["only"]).split(),
            "notice_hours": cleaned["notice_hours"],
            "on_drift": cleaned["on_drift"] or OnDrift.REAPPLY,
            "amends": cleaned.get("amends", ""),
        }
        try:
            self.wanted = WantedIn.model_validate(document).wanted()
        except NotRead as error:
            for each in error.errors(include_url=False, include_input=False):
                place = each["loc"]
                if place == (MEASURES,):
                    continue  # only tells that a measure of which something else is told is none
                row, part = rows[int(place[1])][0] if place[0] == MEASURES else 0, str(place[-1])
                name = f"{MEASURES}[{row}].{part}" if place[0] == MEASURES else str(place[0])
                sentence = ValidationError(_("This cannot be read."), code=each["type"])
                self.add_error(name if name in self.fields else None, sentence)

    # What the page lays out.

    @property
    def rest(self) -> list[BoundField]:
        """Give what is asked beside what stops and what goes on."""
        names = ("only", "notice_hours", "on_drift", "amends")
        return [self[name] for name in names if name in self.fields]


@case_page(Permission.MEASURE_PLAN, FORM)
def ask_plan(request: CaseRequest, case: str) -> HttpResponse:
    """Ask the worker for a plan of what may be restricted in the case."""
    who, seen = request.acting, request.seen
    basis = _basis(seen, who)
    amendable = [each for each, _stands in standing(measures_of(who, case))]
    first = {
        MEASURES: 1,
        f"{MEASURES}[0].review_on": local(review_after(basis, who.now)),
        "notice_hours": 0,
        "on_drift": OnDrift.REAPPLY.value,
    }
    posted = request.POST if request.method == "POST" else None
    again = redrawn(posted["step"], typed_in(posted)) if posted and "step" in posted else None
    if again is not None:
        posted = None
    form = PlanForm(basis, amendable, posted, seen=seen, initial=again or first)
    form.to = reverse("measures", kwargs={"case": case})

    def asked(_said: Mapping[str, Any]) -> Errand | None:
        return acts.ask_plan(who, case, form.wanted) if form.wanted is not None else None

    if again is None and (answer := do(request, form, asked, done=_("The worker makes the plan."))):
        return answer
    context = {"form": form, "group": MEASURES, "nothing_to_choose": not basis.restrictions}
    return show(request, "measuring/new_plan.html", context)


def _basis(seen: Seen, who: Acting) -> Basis:
    """Give what the decision to come may choose from: by the findings if a clause was found violated."""
    found = any(outcome == Outcome.VIOLATED for outcome in seen.state.findings.values())
    return basis_of(seen, Path.MAIN if found else Path.INTERIM, DecisionKind.MEASURES, "", who=who)
