"""The statement of reasons, in English and Arabic, composed from a decision's own fields and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from string import Template
from typing import Final

from mithaq.evidence.report.locales import LOCALES, Language
from mithaq.review.measures import EVERYWHERE, Content, DecisionKind, Measure, Path
from mithaq.terms.labels import label
from mithaq.terms.text import COMMAS, Locale, LocalisedText

_WORDS: Final[Mapping[str, LocalisedText]] = {
    "title": LocalisedText("Statement of reasons", "بيان الأسباب"),
    "decision": LocalisedText(
        "Decision $decision in case $case, issued $issued.",
        "القرار $decision في القضية $case، صدر في $issued.",
    ),
    "follows": LocalisedText("It takes the place of decision $previous.", "يحلّ محلّ القرار $previous."),
    "measures": LocalisedText("We restrict part of your use.", "نقيّد جزءًا من استخدامكم."),
    "warning": LocalisedText("We warn you; nothing is restricted.", "نوجّه إليكم إنذارًا، ولا نقيّد شيئًا."),
    "no-action": LocalisedText("Nothing is restricted.", "لا نقيّد شيئًا."),
    "interim": LocalisedText(
        "This is an interim measure. It ends by itself unless another decision is made.",
        "هذا تدبير مؤقّت ينتهي من تلقاء نفسه ما لم يصدر قرار آخر.",
    ),
    "restricted": LocalisedText("Restricted:", "ما يُقيَّد:"),
    "measure": LocalisedText(
        "- $subscription: $service, $operation, $region, $time",
        "- $subscription: $service، $operation، $region، $time",
    ),
    "everywhere": LocalisedText("in every region", "في كل المناطق"),
    "region": LocalisedText("in $region", "في $region"),
    "until": LocalisedText("until $until", "حتى $until"),
    "review": LocalisedText("looked at again on $review", "يُعاد النظر فيه في $review"),
    "starts": LocalisedText("From: $starts.", "ابتداءً من: $starts."),
    "kept": LocalisedText(
        "These services go on: $kept. No data of yours is deleted.",
        "تستمرّ هذه الخدمات: $kept. ولا تُحذف أيّ من بياناتكم.",
    ),
    "facts": LocalisedText("Facts: $facts", "الوقائع: $facts"),
    "clauses": LocalisedText("Clauses: $clauses", "البنود: $clauses"),
    "grounds": LocalisedText("Grounds: $grounds", "الأسباب: $grounds"),
    "automation": LocalisedText(
        "Evidence was computed from usage metadata, never from content. People made this decision: one"
        " proposed it, another approved it or decided the appeal.",
        "حُسبت الأدلّة من بيانات الاستخدام الوصفية، لا من المحتوى أبدًا. واتّخذ القرارَ أشخاص: اقترحه أحدهم،"
        " ووافق عليه آخر أو بتّ في التظلّم.",
    ),
    "ended": LocalisedText(
        "The end that two people had decided has come; nobody decided anew.",
        "حلّ الموعد الذي قرّره شخصان من قبل، ولم يُتّخذ قرار جديد.",
    ),
    "appeal": LocalisedText(
        "You may appeal, free of charge, until $until at least. Write to the provider and name the decision;"
        " people who had no part in it will decide, with reasons.",
        "يحقّ لكم التظلّم مجّانًا حتى $until على الأقل. اكتبوا إلى المزوّد واذكروا رقم القرار، وسيبتّ فيه معلِّلًا"
        " أشخاص لم يشاركوا فيه.",
    ),
}
"""Each sentence whole, never put together from pieces; what a decision says is filled in."""


def compose(decision: str, content: Content, *, issued: datetime, appeal_until: datetime) -> LocalisedText:
    """Compose the reasons: what is restricted and kept, why, until when, and how to appeal."""
    texts = (
        _in("en", decision, content, issued, appeal_until),
        _in("ar", decision, content, issued, appeal_until),
    )
    return LocalisedText(*texts)


def _say(key: str, locale: Locale, **values: str) -> str:
    return Template(_WORDS[key].in_(locale)).substitute(values)


def _moment(value: datetime, locale: Locale) -> str:
    """Write a moment in UTC as people of the language read it; the machine's form is in the decision."""
    return LOCALES[Language(locale)].exact(value)


def _in(locale: Locale, decision: str, content: Content, issued: datetime, appeal_until: datetime) -> str:
    comma = COMMAS[locale]
    lines = [
        _say("title", locale),
        _say("decision", locale, decision=decision, case=content.case, issued=_moment(issued, locale)),
    ]
    if content.previous:
        lines.append(_say("follows", locale, previous=content.previous))
    lines.append(_say(content.kind.value, locale))
    if content.path is Path.INTERIM:
        lines.append(_say("interim", locale))
    if content.kind is DecisionKind.MEASURES:
        lines.append(_say("restricted", locale))
        lines += [_measure(measure, locale) for measure in content.measures]
        kept = comma.join(label(word, locale) for word in content.keep)
        lines.append(_say("kept", locale, kept=kept))
    if content.starts_at is not None:
        lines.append(_say("starts", locale, starts=_moment(content.starts_at, locale)))
    clauses = comma.join(f"{each.version} ({each.title.in_(locale)})" for each in content.clauses)
    lines += [
        _say("facts", locale, facts=content.facts.in_(locale)),
        *([_say("clauses", locale, clauses=clauses)] if clauses else []),
        _say("grounds", locale, grounds=content.grounds.in_(locale)),
        _say("ended" if content.path is Path.EXPIRE else "automation", locale),
        _say("appeal", locale, until=_moment(appeal_until, locale)),
    ]
    return "\n".join(lines) + "\n"


def _measure(measure: Measure, locale: Locale) -> str:
    where = "everywhere" if measure.region == EVERYWHERE else "region"
    times = []
    if measure.until is not None:
        times.append(_say("until", locale, until=_moment(measure.until, locale)))
    if measure.review_on is not None:
        times.append(_say("review", locale, review=_moment(measure.review_on, locale)))
    return _say(
        "measure",
        locale,
        subscription=measure.subscription,
        service=label(measure.service, locale),
        operation=label(measure.operation, locale),
        region=_say(where, locale, region=measure.region),
        time=COMMAS[locale].join(times),
    )
