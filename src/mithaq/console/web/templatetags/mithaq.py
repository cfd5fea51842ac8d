"""How templates write numbers, moments and ids: by the page's language, each isolated from its neighbours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi

from mithaq.console.web import style
from mithaq.console.web.refusals import said
from mithaq.evidence.report.locales import LOCALES, Language, Locale
from mithaq.kernel.clock import format_instant
from mithaq.kernel.errors import MithaqError
from mithaq.people.acting import Acting
from mithaq.people.models import Account
from mithaq.people.permissions import Permission

register = template.Library()

_SHORT: Final = 32
"""Letters of an id that fit on a line of a narrow window."""


def locale() -> Locale:
    """Give the locale of the page being written."""
    code = (get_language() or "en").partition("-")[0]
    return LOCALES[Language(code) if code in set(Language) else Language.EN]


@register.simple_tag
def direction() -> str:
    """Give the base direction of the page: `ltr` or `rtl`."""
    return locale().direction


@register.simple_tag
def stylesheet() -> str:
    """Give the address of the style sheet."""
    return style.address()


@register.filter
def number(value: float) -> str:
    """Write a number in the page's digits, with grouped thousands."""
    return locale().measure(value)


@register.filter
def moment(value: datetime | None) -> SafeString:
    """Write a moment as the language does, readable for programs too; nothing for None."""
    if value is None:
        return SafeString("")
    value = value.astimezone(UTC)
    return format_html(
        '<time class="when" datetime="{}">{}</time>', format_instant(value), locale().exact(value)
    )


@register.filter
def day(value: date | datetime | None) -> SafeString:
    """Write a calendar day (of a moment: its day in UTC) as the language does."""
    if value is None:
        return SafeString("")
    of = value.astimezone(UTC).date() if isinstance(value, datetime) else value
    return format_html('<time class="when" datetime="{}">{}</time>', of.isoformat(), locale().day(of))


@register.filter
def ident(value: object) -> SafeString:
    """Write an id, always from left to right, whatever stands beside it.

    A short one is never broken: a region's name would break at its hyphens.
    """
    kind = "id short" if len(str(value)) <= _SHORT else "id"
    return format_html('<bdi class="{}" dir="ltr" translate="no">{}</bdi>', kind, value)


@register.filter
def ours(value: object) -> SafeString:
    """Write a sentence of the program's in the page's direction, though it may begin with somebody's id."""
    return format_html('<bdi dir="{}">{}</bdi>', "rtl" if get_language_bidi() else "ltr", value)


@register.filter
def foreign(value: object) -> SafeString:
    """Write somebody else's words (a name, a label) in their own direction."""
    return format_html("<bdi>{}</bdi>", value)


def apart(value: str) -> str:
    """Give somebody else's words isolated where markup cannot stand: in a choice of a list."""
    return f"\u2068{value}\u2069"


@register.filter
def size(value: float) -> str:
    """Write a number of bytes in the unit that keeps it short."""
    return locale().byte_count(value)


@register.filter
def refused(error: MithaqError) -> SafeString:
    """Write a refusal in the page's language, with the program's own words marked as English."""
    return said(error)


@register.simple_tag(takes_context=True)
def person(context: Context, who: Account | str) -> SafeString:
    """Write a person, given as account or pseudonym: by name to who may read people, else by pseudonym.

    Pointing at the name shows the pseudonym, which is what the ledger says.
    """
    reader = context.get("who")
    pseudonym = who if isinstance(who, str) else who.pseudonym
    if not (isinstance(reader, Acting) and reader.may(Permission.PEOPLE_READ)):
        return ident(pseudonym)
    account = Account.objects.filter(pseudonym=who).first() if isinstance(who, str) else who
    if account is None:
        return ident(pseudonym)
    return format_html('<bdi class="name" title="{}">{}</bdi>', pseudonym, account.name)
