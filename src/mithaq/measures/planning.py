"""From what is to be decided to a plan: which accounts, what is closed there, and how it is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, TypeAlias

from pydantic import JsonValue

from mithaq.measures.driver import Driver, Wide
from mithaq.measures.errors import BadPlan, SettingGone
from mithaq.measures.model import (
    CAP,
    MOST_STEPS,
    Capability,
    Closed,
    Cut,
    Effect,
    Obstacle,
    OnDrift,
    Operation,
    Part,
    Plan,
    Setting,
    Step,
)
from mithaq.measures.places import Targets
from mithaq.review.measures import EVERYWHERE, Measure
from mithaq.terms.labels import label
from mithaq.terms.text import COMMAS, LocalisedText
from mithaq.terms.vocabulary import KeptService, RestrictedOperation, RestrictedService

Origins: TypeAlias = Mapping[str, Mapping[Setting, JsonValue]]
"""By account: the values, from before any measure, of the settings that a standing measure holds."""

_WEAKEST_FIRST: Final = (Effect.NEW_ONLY, Effect.CONFIGURED, Effect.EVENTUAL, Effect.VERIFIED)

MOST_NOTICE: Final = 60 * 24
"""Hours between the statement of reasons and the first step, at most: sixty days."""

_CLOSES: Final[Mapping[RestrictedOperation, Operation]] = MappingProxyType(
    {
        RestrictedOperation.CREATE: Operation.WRITE,
        RestrictedOperation.PART: Operation.WRITE,
        RestrictedOperation.READ: Operation.READ,
        RestrictedOperation.LIST: Operation.LIST,
    }
)

_STAYS: Final[Mapping[Operation, LocalisedText]] = MappingProxyType(
    {
        Operation.READ: LocalisedText("Reading objects goes on.", "تستمرّ قراءة الكائنات."),
        Operation.WRITE: LocalisedText("Storing objects goes on.", "يستمرّ تخزين الكائنات."),
        Operation.DELETE: LocalisedText("Deleting one's own objects goes on.", "يستمرّ حذف المرء كائناته."),
        Operation.LIST: LocalisedText("Listing objects goes on.", "يستمرّ سرد الكائنات."),
    }
)
_NOTHING_DELETED: Final = LocalisedText(
    "No data of the customer is deleted, and no key of theirs is taken away.",
    "لا تُحذف أيّ من بيانات العميل، ولا يُسحب أيّ من مفاتيحه.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be planned. `only` narrows the measures to buckets of these names.

    `amends` is the standing measure that the plan changes, or empty.
    """

    measures: tuple[Measure, ...]
    keep: tuple[KeptService, ...]
    only: tuple[str, ...] = ()
    notice_hours: int = 0
    on_drift: OnDrift = OnDrift.REAPPLY
    amends: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known beside the target: the case, terms of contracts in the way, what stands already."""

    case: str
    nonce: str
    obstacles: tuple[Obstacle, ...] = ()
    origins: Origins = field(default_factory=dict)


def check_wanted(wanted: Wanted) -> None:
    """Refuse what no target could do; raises BadPlan."""
    if not wanted.measures:
        raise BadPlan("nothing is to be restricted", field="measures", hint="Name at least one measure.")
    touched = {measure.subscription for measure in wanted.measures}
    if len(touched) > CAP:
        raise BadPlan(
            f"{len(touched)} subscriptions are touched at once; at most {CAP} are",
            field="measures",
            hint="Let a second decision be made on the others.",
        )
    if not 0 <= wanted.notice_hours <= MOST_NOTICE:
        raise BadPlan("no period of notice", field="notice_hours", hint=f"From 0 to {MOST_NOTICE} hours.")
    if wanted.only and len(touched) > 1:
        raise BadPlan("buckets of several subscriptions", field="only", hint="Plan each by itself.")


def draft(wanted: Wanted, targets: Targets, known: Known) -> Plan:
    """Read the targets and make a plan; raises BadPlan, NoTarget, TargetRefuses, TargetUnreachable."""
    check_wanted(wanted)
    driver = _one_target(wanted, targets)
    cuts = _cuts(wanted, driver, known.case)
    steps = tuple(_steps(driver, cuts, known))
    if len(steps) > MOST_STEPS:
        raise BadPlan(f"{len(steps):,} steps", field="measures", hint=f"At most {MOST_STEPS:,}: narrow it.")
    rows = [row for cut in cuts for _where, row in _rows(driver, cut)]
    effects = {row.effect for row in rows}
    return Plan(
        case=known.case,
        target=driver.name,
        nonce=known.nonce,
        measures=wanted.measures,
        keep=wanted.keep,
        cuts=cuts,
        effect=next(each for each in _WEAKEST_FIRST if each in effects),
        steps=steps,
        cut=tuple(dict.fromkeys(_cut_words(driver, cuts))),
        stays=tuple(_stay_words(cuts, wanted.keep)),
        gaps=tuple(dict.fromkeys(gap for row in rows for gap in row.leaves_open)),
        obstacles=known.obstacles,
        notice_hours=wanted.notice_hours,
        on_drift=wanted.on_drift,
        amends=wanted.amends,
        by_hand=isinstance(driver, Wide) and driver.by_hand,
    )


def wanted_of(plan: Plan) -> Wanted:
    """Give what a plan was made of."""
    only = next((cut.only for cut in plan.cuts if cut.only), ())
    return Wanted(
        measures=plan.measures,
        keep=plan.keep,
        only=only,
        notice_hours=plan.notice_hours,
        on_drift=plan.on_drift,
        amends=plan.amends,
    )


def _one_target(wanted: Wanted, targets: Targets) -> Driver:
    drivers = {targets.serving(measure.subscription).name for measure in wanted.measures}
    if len(drivers) > 1:
        raise BadPlan(
            "the subscriptions live on several targets", field="measures", hint="Decide on each by itself."
        )
    return targets.named(drivers.pop())


def _cuts(wanted: Wanted, driver: Driver, case: str) -> tuple[Cut, ...]:
    found: dict[str, set[Closed]] = {}
    for measure in wanted.measures:
        closed = Closed(service=measure.service, operation=measure.operation, region=measure.region)
        _check_closed(closed, driver)
        found.setdefault(driver.account_of(measure.subscription), set()).add(closed)
    if not isinstance(driver, Wide):
        return tuple(
            replace(_cut(account, named, wanted.only), case=case) for account, named in sorted(found.items())
        )
    if wanted.only:
        raise BadPlan("the target knows no single buckets", field="only", hint="Leave it out.")
    return tuple(
        replace(_cut(account, named), closed=tuple(sorted(named)), keep=wanted.keep, case=case)
        for account, named in sorted(found.items())
    )


def _check_closed(closed: Closed, driver: Driver) -> None:
    """Refuse what the target cannot close; raises BadPlan."""
    if isinstance(driver, Wide):
        driver.capability(closed)
        return
    if closed.service is not RestrictedService.STORAGE:
        raise BadPlan(
            f"the target has no {closed.service}", field="measures", hint="It restricts storage only."
        )
    if closed.region != EVERYWHERE:
        raise BadPlan("the target knows no regions", field="measures", hint="Write the region as *.")


def _cut(account: str, wanted: set[Closed], only: tuple[str, ...] = ()) -> Cut:
    named = {each.operation for each in wanted if each.service is RestrictedService.STORAGE}
    if RestrictedOperation.INFER in named:
        raise BadPlan("storage does not infer", field="measures", hint="Name another operation.")
    if RestrictedOperation.PART in named and RestrictedOperation.CREATE not in named:
        raise BadPlan(
            "parts of objects cannot be stopped without whole ones",
            field="measures",
            hint="Name create as well, or leave part out.",
        )
    closed = {_CLOSES[operation] for operation in named}
    return Cut(account=account, operations=tuple(each for each in Operation if each in closed), only=only)


def _steps(driver: Driver, cuts: Sequence[Cut], known: Known) -> Iterator[Step]:
    covered: set[tuple[str, Setting]] = set()
    for cut in cuts:
        held = known.origins.get(cut.account, {})
        for step in driver.at(cut.account, known.nonce).steps(cut, held):
            covered.add((cut.account, step.setting))
            if step.setting not in held or step.before != step.after:
                yield step
    for account, settings in known.origins.items():
        for setting, origin in settings.items():
            if (account, setting) not in covered and not setting.kind.startswith("probe-"):
                yield from _returned(driver, account, setting, origin, known.nonce)


def _returned(
    driver: Driver, account: str, setting: Setting, origin: JsonValue, nonce: str
) -> Iterator[Step]:
    """Give the step by which an amendment lets go of a setting that it no longer needs."""
    try:
        before = driver.at(account, nonce).read(setting)
    except SettingGone:
        return
    if before != origin:
        words = LocalisedText(
            "What an older plan had set goes back.", "يُعاد ما ضبطته خطّة سابقة إلى ما كان عليه."
        )
        yield Step(
            part=Part.CUT,
            account=account,
            setting=setting,
            what=words,
            before=before,
            after=origin,
            origin=origin,
        )


def _rows(driver: Driver, cut: Cut) -> list[tuple[Sequence[str], Capability]]:
    """Give the rows of the target's table that a cut comes to, and where within the account each holds."""
    if not isinstance(driver, Wide):
        return [(cut.only, driver.capabilities[operation]) for operation in cut.operations]
    return [
        (() if each.region == EVERYWHERE else (each.region,), driver.capability(each)) for each in cut.closed
    ]


def _cut_words(driver: Driver, cuts: Sequence[Cut]) -> Iterator[LocalisedText]:
    for cut in cuts:
        for within, row in _rows(driver, cut):
            en, ar = (f" ({comma.join(within)})" if within else "" for comma in COMMAS.values())
            yield LocalisedText(f"{cut.account}{en}: {row.closes.en}", f"{cut.account}{ar}: {row.closes.ar}")


def _stay_words(cuts: Sequence[Cut], keep: Sequence[KeptService]) -> Iterator[LocalisedText]:
    for operation in Operation:
        if any(operation not in cut.operations or cut.only for cut in cuts):
            where = [cut.account for cut in cuts if operation not in cut.operations or cut.only]
            said = _STAYS[operation]
            yield LocalisedText(
                f"{COMMAS['en'].join(where)}: {said.en}", f"{COMMAS['ar'].join(where)}: {said.ar}"
            )
    for kept in keep:
        yield LocalisedText(label(kept, "en"), label(kept, "ar"))
    yield _NOTHING_DELETED
