"""What differs between two versions of a clause, or between two packs, word by word."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.pages import ActingRequest, page
from mithaq.console.web.terms import MeasureShown, clause_shown, page_locale
from mithaq.intake.places import terms_pack
from mithaq.people.permissions import Permission
from mithaq.terms import Clause, Pack, load_pack, packaged_packs

Change: TypeAlias = Literal["same", "gone", "new"]

_WORDS: Final = re.compile(r"\S+|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, went, or came."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one part of a clause: words of a text, or items of a list."""

    part: str | Promise
    pieces: Sequence[Piece]
    listed: bool


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """How a clause went from one version to the next; one of the two is None where it came or went."""

    id: str
    title: str
    before: Clause | None
    after: Clause | None
    differences: Sequence[Difference]


def words_changed(before: str, after: str) -> list[Piece]:
    """Give the second text with what went out of the first and what came into it, in reading order."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    return list(_pieces(old, new))


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for tag, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(new[k:m]))
            continue
        if j > i:
            yield Piece("gone", "".join(old[i:j]))
        if m > k:
            yield Piece("new", "".join(new[k:m]))


def items_changed(before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    """Give the items of both lists, each as one that stayed, went, or came."""
    gone = [Piece("gone", each) for each in before if each not in after]
    return [Piece("same" if each in before else "new", each) for each in after] + gone


def differences(before: Clause, after: Clause) -> list[Difference]:
    """Give what differs between two versions of a clause in the page's language, part by part."""
    old, new = clause_shown(before), clause_shown(after)
    texts = ((_("Title"), old.title, new.title), (_("Text"), old.text, new.text))
    lists = (
        (_("Claims that together indicate it"), old.needs, new.needs),
        (_("Innocent explanations that must be excluded"), old.innocent, new.innocent),
        (_("Measures that a decision may choose"), _measures(old.measures), _measures(new.measures)),
        (_("Services that go on in any case"), old.keep, new.keep),
    )
    found = [
        Difference(part, words_changed(was, now), listed=False) for part, was, now in texts if was != now
    ]
    found += [
        Difference(part, items_changed(was, now), listed=True) for part, was, now in lists if [*was] != [*now]
    ]
    return found


def _measures(shown: Sequence[MeasureShown]) -> list[str]:
    return [" · ".join((each.name, each.service, *each.operations, str(each.days))) for each in shown]


def _of(before: Clause | None, after: Clause | None) -> ClauseChange:
    named = after or before
    if named is None:
        raise Http404
    found = differences(before, after) if before and after else []
    return ClauseChange(named.id, named.title.in_(page_locale()), before, after, found)


def _versions(pack: Pack) -> list[ClauseChange]:
    """Give every step from one version of a clause to the next, in the order of the clauses."""
    return [_of(before, after) for versions in pack.versions.values() for before, after in pairwise(versions)]


def _between(old: Pack, new: Pack) -> list[ClauseChange]:
    """Give the clauses whose newest versions differ between two packs, and those that only one has."""
    ids = [*new.clauses, *(each for each in old.clauses if each not in new.clauses)]
    pairs = [(old.clauses.get(each), new.clauses.get(each)) for each in ids]
    return [_of(before, after) for before, after in pairs if before != after]


@cache
def _packaged(name: str) -> Pack:
    return load_pack(name)


def _packs() -> dict[str, Pack]:
    """Give the packs that can be compared, by digest: the one in force, and those that come with Mithaq."""
    here = terms_pack(os.environ)
    others = (_packaged(name) for name in packaged_packs())
    return {here.digest: here, **{pack.digest: pack for pack in others}}


@page(Permission.TERMS_READ)
def changes(request: ActingRequest) -> HttpResponse:
    """Show how clauses changed from version to version, and what differs between two packs."""
    packs = _packs()
    here = terms_pack(os.environ)
    old, new = packs.get(request.GET.get("from", "")), packs.get(request.GET.get("to", ""), here)
    context = {
        "pack": here,
        "versions": _versions(here),
        "packs": [
            (digest, pack.title.in_(page_locale()), digest == here.digest) for digest, pack in packs.items()
        ],
        "old": old,
        "new": new,
        "between": _between(old, new) if old is not None else None,
    }
    return render(request, "office/terms_changes.html", context)
