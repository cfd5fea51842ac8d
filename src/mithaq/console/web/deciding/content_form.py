"""The form of a decision's content. It only maps: what is read and what is refused is the review's own.

Fields bear the names that the parser and the checks give to what they speak of (`facts.en`,
`measures[0].until`), so that each refusal finds its field. Rows are added and removed without script: a
button sends the form, and it comes back with one row more or less and all that was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as NotRead

from mithaq.console.web.cases.words import LEVELS, spoken
from mithaq.console.web.deciding.basis import Basis
from mithaq.console.web.deciding.fields import Moment, OneOf, Words
from mithaq.console.web.deciding.measure_rows import (
    MeasuresForm,
    blank_row,
    field_of_kept,
    fields_of_rows,
    kept_in,
    measures_in,
    rows_of_fields,
)
from mithaq.console.web.deciding.refusals import in_words
from mithaq.console.web.deciding.typed import (
    MEASURES,
    OPTIONS,
    OVERRIDES,
    PARTS,
    Typed,
    first_words,
    instant,
    rows_in,
)
from mithaq.console.web.templatetags.mithaq import apart, ident
from mithaq.kernel.errors import InputError, MithaqError, NotFound, StateError
from mithaq.measures.model import read_plan
from mithaq.review.content import canonical, digest_of
from mithaq.review.measures import Content, Level
from mithaq.review.schemas import ContentIn

_MEASURE: Final = re.compile(r"measures\[(\d+)\](?:\.(\w+))?")
_STANDS_FOR: Final = {
    "operation": "measure",
    "service": "measure",
    "proportionality": "proportionality.legality",
}

Check: TypeAlias = Callable[[Content, Typed], Content]
"""Asks the act whether it would refuse a content; gives the content that would be kept. Raises as the act."""


class ContentForm(MeasuresForm):
    """What a decision says. `content` is it, once read and let pass by the act's own checks."""

    digest = forms.CharField(required=False, widget=forms.HiddenInput)
    """Of the content that was shown before sending; empty while nothing was shown."""

    def __init__(
        self,
        basis: Basis,
        check: Check,
        data: QueryDict | None = None,
        *,
        now: datetime,
        initial: Typed | None = None,
    ) -> None:
        self.basis, self.check, self.now = basis, check, now
        self.content: Content | None = None
        self.restrictive = self.restrictive or basis.restricts or bool(basis.previous)
        self.rows: list[int] = []
        """The row of the form from which each measure of the content came."""
        typed = data if data is not None else initial or first_words(basis, now)
        super().__init__(data, seen=basis.seen, initial=typed if data is None else None)
        if "acts" in typed and data is None:
            self.initial["acts"] = typed["acts"]  # what came in meanwhile is told when it is sent, not here
        if basis.restricts:
            self._restrict(rows_in(typed, MEASURES))
        self._say_why()
        if basis.restricts:
            self._weigh(rows_in(typed, OPTIONS))

    def _say_why(self) -> None:
        clauses = [(key, clause.title.in_(spoken())) for key, clause in self.basis.clauses.items()]
        self.fields["clauses"] = forms.MultipleChoiceField(
            label=_("Clauses that the decision rests on"),
            required=False,
            choices=[(key, format_html("{} {}", ident(key), title)) for key, title in clauses],
            widget=forms.CheckboxSelectMultiple,
        )
        for name, title in (
            ("facts.en", _("Facts, in English")),
            ("facts.ar", _("Facts, in Arabic")),
            ("grounds.en", _("Grounds, in English")),
            ("grounds.ar", _("Grounds, in Arabic")),
        ):
            self.fields[name] = Words(label=title, lang=name[-2:])

    def _restrict(self, number: int) -> None:
        self.fields |= dict(fields_of_rows(self.basis, number))
        self.fields["keep"] = field_of_kept(self.basis)
        if self.basis.plans:
            offered = [(each.digest, apart(each.key)) for each in self.basis.plans]
            self.fields["plan"] = OneOf(
                label=_("The plan that carries it out"),
                help_text=_("Approving the decision approves the plan. Without one it cannot be applied."),
                choices=[("", _("none yet")), *offered],
            )
        self.fields["starts_at"] = Moment(
            label=_("Not before (UTC)"), help_text=_("Empty: as soon as the reasons have been issued.")
        )

    def _weigh(self, number: int) -> None:
        ask = "proportionality"
        self.fields[f"{ask}.legality"] = Words(label=_("Which rule allows the restriction?"), rows=3)
        self.fields[f"{ask}.aim"] = Words(label=_("What is it to achieve?"), rows=3)
        self.fields[OPTIONS] = forms.CharField(widget=forms.HiddenInput, required=False)
        for n in range(number):
            self.fields[f"{OPTIONS}[{n}].option"] = forms.CharField(
                label=_("A milder option"),
                required=False,
                max_length=2_000,
                widget=forms.TextInput(attrs={"dir": "auto"}),
            )
            self.fields[f"{OPTIONS}[{n}].why_not"] = Words(label=_("Why it would not do"), rows=2)
        levels = [("", _("Choose")), *((each.value, LEVELS[each]) for each in Level)]
        for name, title in (
            ("scale", _("How grave is the harm to each person?")),
            ("scope", _("How many people does it reach?")),
            ("irremediability", _("How hard is it to make good?")),
        ):
            self.fields[f"{ask}.severity.{name}"] = OneOf(label=title, choices=levels)
        self.fields[f"{ask}.severity.why"] = Words(label=_("What shows that?"), rows=3)
        for n, _each in enumerate(self.basis.overrides):
            self.fields[f"{OVERRIDES}[{n}].answer"] = Words(
                label=_("What this term means for the measures"), rows=3
            )

    def clean(self) -> dict[str, Any]:
        """Read the content and ask the act whether it would be refused; raises ValidationError."""
        cleaned = super().clean()
        self._blanks(cleaned)
        content = None if self.errors else self._read(cleaned)
        if content is None:
            return cleaned
        try:
            self.content = self.check(content, cleaned)
        except NotFound:
            raise
        except (InputError, StateError) as error:
            self.refuse(error)
        return cleaned

    def check_shown(self) -> bool:
        """Say whether the content is the very one that was shown, and if not, that it is not."""
        shown = self.cleaned_data.get("digest")
        if self.content is not None and shown == digest_of(canonical(self.content)):
            return True
        self.add_error(None, _("What would be sent is no longer what you were shown. Look at it again."))
        return False

    def _blanks(self, cleaned: Typed) -> None:
        """Tell of everything that was left empty at once: the act's own check names one fault at a time.

        A further row in which nothing was chosen would else be lost without a word.
        """
        for name, field in self.fields.items():
            if name in self.errors or str(cleaned.get(name, "")).strip():
                continue
            if isinstance(field, Words) or name.endswith(".option"):
                self.add_error(name, _("This must be said in words."))
            elif ".severity." in name:
                self.add_error(name, _("Choose one of the answers."))
            elif name.endswith(".measure"):
                self.add_error(name, blank_row(name))

    def _read(self, cleaned: Typed) -> Content | None:
        try:
            given = ContentIn.model_validate(self._document(cleaned))
        except NotRead as error:
            for each in error.errors(include_url=False, include_input=False):
                self._blame(_name(each["loc"]), each["type"])
            return None
        content = given.content(self.seen.case.case)
        if content.plan_digest and not self._is_planned(content):
            other = _("This plan restricts or keeps something else. Choose another, or ask for a new one.")
            self.add_error("plan", ValidationError(other, code="other-plan"))
            return None
        return content

    def _is_planned(self, content: Content) -> bool:
        made = next(each for each in self.basis.plans if each.digest == content.plan_digest)
        plan = read_plan(made.content)
        return (content.measures, content.keep) == (plan.measures, plan.keep)

    def _document(self, cleaned: Typed) -> dict[str, Any]:
        """Give what was typed as the document that the parser of decisions reads."""
        clauses = [self.basis.clauses[key] for key in cleaned.get("clauses", ())]
        document: dict[str, Any] = {
            "kind": self.basis.kind,
            "path": self.basis.path,
            "previous": self.basis.previous,
            "clauses": [
                {"id": each.id, "version": each.version, "title": {"en": each.title.en, "ar": each.title.ar}}
                for each in clauses
            ],
            "evidence": [self.basis.evidence[each.id] for each in clauses if each.id in self.basis.evidence],
            **{
                name: {language: cleaned.get(f"{name}.{language}", "") for language in ("en", "ar")}
                for name in ("facts", "grounds")
            },
        }
        if self.basis.restricts:
            rows = list(measures_in(self.basis, cleaned))
            self.rows = [n for n, _measure in rows]
            document |= {
                "measures": [measure for _n, measure in rows],
                "keep": kept_in(self.basis, cleaned),
                "plan_digest": cleaned.get("plan", ""),
                "starts_at": instant(cleaned.get("starts_at", "")),
                "proportionality": self._proportionality(cleaned),
            }
        return document

    def _proportionality(self, cleaned: Typed) -> dict[str, Any]:
        def said(name: str) -> str:
            return str(cleaned.get(f"proportionality.{name}", ""))

        options = [
            {part: cleaned.get(f"{OPTIONS}[{n}].{part}", "") for part in PARTS[OPTIONS]}
            for n in range(rows_in(cleaned, OPTIONS))
        ]
        severity = {part: said(f"severity.{part}") for part in ("scale", "scope", "irremediability", "why")}
        return {
            "legality": said("legality"),
            "aim": said("aim"),
            "milder_options": options,
            "severity": severity,
            "contract_overrides": [
                {
                    "contract": each.contract,
                    "term": each.text,
                    "answer": cleaned.get(f"{OVERRIDES}[{n}].answer", ""),
                }
                for n, each in enumerate(self.basis.overrides)
            ],
        }

    def refuse(self, error: MithaqError) -> None:
        """Say why the content was refused, at the field that the refusal speaks of."""
        self.add_error(self._field(error.field or ""), ValidationError(in_words(error), code=error.code))

    def _blame(self, name: str, kind: str) -> None:
        sentence = _("Choose one of the answers.") if kind == "enum" else _("This cannot be read.")
        if kind.startswith(("datetime", "timezone")):
            sentence = _("This is no moment: give a day and a time.")
        self.add_error(self._field(name), ValidationError(sentence, code=kind))

    def _field(self, name: str) -> str | None:
        """Give the field nearest to what a refusal names; None for the whole form."""
        if (place := _MEASURE.fullmatch(name)) and int(place[1]) < len(self.rows):
            part = _STANDS_FOR.get(place[2] or "service", place[2] or "")
            name = f"{MEASURES}[{self.rows[int(place[1])]}].{part}"
        first = (f"{name}[0].measure", f"{name}[0].option")
        names = (name, _STANDS_FOR.get(name, name), self._unsaid(name), *first, name.rpartition(".")[0])
        seen = (each for each in names if each in self.fields and not self.fields[each].widget.is_hidden)
        return next(seen, None)

    def _unsaid(self, name: str) -> str:
        """Give the language in which something is missing."""
        english = self.cleaned_data.get(f"{name}.en", "")
        return f"{name}.ar" if english.strip() else f"{name}.en"

    # What the page lays out.

    @property
    def why(self) -> list[list[BoundField]]:
        """Give facts and grounds, each in both languages side by side."""
        return [[self[f"{name}.{language}"] for language in ("en", "ar")] for name in ("facts", "grounds")]

    @property
    def answers(self) -> list[BoundField]:
        """Give what else is said beside the content; nothing here."""
        return []

    @property
    def options_count(self) -> BoundField:
        """Give the hidden field that tells how many milder options there are."""
        return self[OPTIONS]

    @property
    def option_rows(self) -> list[list[BoundField]]:
        """Give the rows of milder options."""
        return rows_of_fields(self, OPTIONS)

    @property
    def questions(self) -> list[BoundField]:
        """Give the two questions before the milder options."""
        return [self["proportionality.legality"], self["proportionality.aim"]]

    @property
    def severity(self) -> list[BoundField]:
        """Give the questions about how grave the harm is."""
        parts = ("scale", "scope", "irremediability", "why")
        return [self[f"proportionality.severity.{part}"] for part in parts]

    @property
    def contract_terms(self) -> list[tuple[Any, BoundField]]:
        """Give each contract term in the way, with the field that answers it."""
        return [(each, self[f"{OVERRIDES}[{n}].answer"]) for n, each in enumerate(self.basis.overrides)]

    @property
    def carried(self) -> list[SafeString]:
        """Give what was typed as hidden fields, to be sent with what is shown of it."""
        return [self[name].as_hidden() for name in self.fields if name != "digest"]


def _name(place: Sequence[int | str]) -> str:
    """Write where the parser stopped as the checks write it: `measures[0].until`."""
    name = ""
    for part in place:
        name += f"[{part}]" if isinstance(part, int) else f".{part}"
    return name.removeprefix(".")
