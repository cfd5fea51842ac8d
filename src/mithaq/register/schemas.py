"""What the routes of the register take and answer."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Final, Self

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from mithaq.register.acts import ContractTerms, NegotiatedTerm
from mithaq.register.comparison import Comparison
from mithaq.register.models import ContractRecord, SubscriptionRecord
from mithaq.register.queries import AsOf
from mithaq.register.reader import UNFIT
from mithaq.register.register import Entry
from mithaq.terms import Purpose, read_subscription

SHOWN: Final = 200
"""Rows of a comparison that are shown one by one; its counts are of all of them."""

_PURPOSES: Final = {purpose.value: purpose for purpose in Purpose}

_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""Beyond these no contract holds, and some days later no database can tell a moment in UTC."""


def _one_line(text: str) -> str:
    if any(unicodedata.category(sign) in UNFIT for sign in text):
        raise ValueError("write it on one line, without control signs")
    return text


_OneLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_one_line)]
_Purpose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_one_line)]
_Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(_one_line)
]
_Reference = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_one_line)
]
_Subscription = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]


def _plausible(moment: datetime) -> datetime:
    if not _EARLIEST <= moment <= _LATEST:
        raise ValueError("name a moment between 1970 and 2200")
    return moment


_When = Annotated[AwareDatetime, Field(description="RFC 3339, 1970 to 2200."), AfterValidator(_plausible)]


class Moments(Schema):
    """`at`: the moment that is asked about; `known`: whose knowledge counts. Both are now if left out."""

    at: _When | None = None
    known: _When | None = None

    def as_of(self, now: datetime) -> AsOf:
        """Give both moments."""
        return AsOf(self.at or now, self.known or now)


class Importing(Schema):
    """From when an imported file holds; left out: what is new always did, what changed does from now."""

    valid_from: _When | None = None


class SubscriptionEntry(Schema):
    """What holds for a subscription from `valid_from` on."""

    customer: _Name
    subscription: _Subscription
    declared_purpose: _Purpose = ""
    home_region: _OneLine = ""
    tier: _OneLine = ""
    contract: _OneLine = ""
    valid_from: _When | None = None

    def entry(self) -> Entry:
        """Give it as the CSV reader would; raises SubscriptionError."""
        return Entry(
            customer=self.customer,
            subscription=read_subscription(self.subscription),
            declared_purpose=_PURPOSES.get(self.declared_purpose, self.declared_purpose) or None,
            home_region=self.home_region or None,
            tier=self.tier or None,
            contract=self.contract or None,
        )


class Ending(Schema):
    """A subscription that is no more from `valid_from` on."""

    subscription: _Subscription
    valid_from: _When | None = None


class EntryShown(Schema):
    """What the books say about a subscription."""

    customer: str
    subscription: str
    declared_purpose: str | None
    home_region: str | None
    tier: str | None
    contract: str | None

    @classmethod
    def of(cls, entry: Entry) -> EntryShown:
        """Show an entry."""
        return EntryShown(**asdict(entry))


class ChangeShown(Schema):
    """What a subscription's entry was, and what it is or would be."""

    before: EntryShown
    after: EntryShown


class Counts(Schema):
    """Subscriptions of a comparison, by what becomes of them."""

    added: int
    changed: int
    absent: int
    unchanged: int


class ComparisonShown(Schema):
    """What an import changes; each list holds the first 200, the counts all. Absent rows stay as they are."""

    counts: Counts
    added: list[EntryShown]
    changed: list[ChangeShown]
    absent: list[EntryShown]

    @classmethod
    def of(cls, found: Comparison) -> Self:
        """Show a comparison."""
        return cls(
            counts=Counts(
                added=len(found.added),
                changed=len(found.changed),
                absent=len(found.absent),
                unchanged=found.unchanged,
            ),
            added=[EntryShown.of(each) for each in found.added[:SHOWN]],
            changed=[
                ChangeShown(before=EntryShown.of(each.before), after=EntryShown.of(each.after))
                for each in found.changed[:SHOWN]
            ],
            absent=[EntryShown.of(each) for each in found.absent[:SHOWN]],
        )


class RecordShown(Schema):
    """A row of the register: what it says, from when it holds, when and by whom it was written down."""

    customer: str
    subscription: str
    declared_purpose: str
    home_region: str
    tier: str
    contract: str
    ended: bool
    valid_from: datetime
    recorded_at: datetime
    recorded_by: str

    @classmethod
    def of(cls, row: SubscriptionRecord) -> Self:
        """Show a row."""
        return cls(
            customer=row.customer.name,
            subscription=row.subscription,
            declared_purpose=row.declared_purpose,
            home_region=row.home_region,
            tier=row.tier,
            contract=row.contract,
            ended=row.ended,
            valid_from=row.valid_from,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by.pseudonym,
        )


class OverrideEntry(Schema):
    """A negotiated term: the clause it displaces or narrows, in the contract's own words and language."""

    clause: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9._-]{0,31}$")]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$")]


class ContractEntry(Schema):
    """What a contract says from `valid_from` on; `terms` names the version of the terms that binds."""

    reference: _Reference
    customer: _Name
    terms: _Reference
    declared_purpose: _Purpose = ""
    home_region: _OneLine = ""
    overrides: Annotated[list[OverrideEntry], Field(max_length=100, default_factory=list)]
    ended: bool = False
    valid_from: _When | None = None

    def terms_of_it(self) -> ContractTerms:
        """Give it as the act takes it."""
        return ContractTerms(
            reference=self.reference,
            customer=self.customer,
            terms=self.terms,
            declared_purpose=self.declared_purpose,
            home_region=self.home_region,
            overrides=tuple(NegotiatedTerm(each.clause, each.text, each.language) for each in self.overrides),
        )


class ContractShown(Schema):
    """What a contract says, or said."""

    reference: str
    customer: str
    terms: str
    declared_purpose: str
    home_region: str
    overrides: list[OverrideEntry]
    ended: bool
    valid_from: datetime
    recorded_at: datetime

    @classmethod
    def of(cls, row: ContractRecord) -> Self:
        """Show a contract."""
        return cls(
            reference=row.reference,
            customer=row.customer.name,
            terms=row.terms,
            declared_purpose=row.declared_purpose,
            home_region=row.home_region,
            overrides=[
                OverrideEntry(clause=each.clause, text=each.text, language=each.language)
                for each in row.overrides.all()
            ],
            ended=row.ended,
            valid_from=row.valid_from,
            recorded_at=row.recorded_at,
        )
