"""A pseudonym is opened by two approvers, in one case, with an entry before and after; never by one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client, override_settings
from tests.console.people import signed_in as browser_of
from tests.identity.unlocking import BARRED, CASE, NATIVE, NOW, World

from mithaq.identity import acts
from mithaq.identity.errors import (
    BadSharing,
    DoesNotOpen,
    NotTwoPeople,
    UnknownPseudonym,
    UnlockNotReady,
    UnlockOver,
)
from mithaq.identity.models import (
    HandedHalf,
    Part,
    PersonalKey,
    SealedResult,
    Session,
    UnlockEnd,
    UnlockRequest,
)
from mithaq.identity.queries import halves_of, state_of
from mithaq.identity.sealing import public_of
from mithaq.ledger.models import Entry, SealedValue
from mithaq.people import acts as people
from mithaq.people.errors import Forbidden, Recused
from mithaq.people.models import RoleGrant
from mithaq.people.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    with override_settings(
        UNLOCK_CASE_GATE="tests.identity.unlocking.gate", UNLOCK_SEALED_IDS="tests.identity.unlocking.sealed"
    ):
        made = World()
        made.deal()
        yield made
    BARRED.clear()


def kinds(case: str = CASE) -> list[str]:
    return list(Entry.objects.filter(case=case).order_by("pk").values_list("kind", flat=True))


def state(request: UnlockRequest, world: World) -> str:
    return state_of(UnlockRequest.objects.get(pk=request.pk), world.now)


def test_two_approvers_learn_whose_the_pseudonym_is_and_the_ledger_says_so_before_and_after(
    world: World,
) -> None:
    request = world.ask()
    world.approve("amal", request)
    world.approve("basim", request)
    assert kinds()[-1] == "identity:unlock:begun"
    world.open("basim", request, other="amal")
    assert world.read("amal", request) == world.read("basim", request) == NATIVE
    assert kinds() == [
        "identity:unlock:proposed",
        "identity:unlock:approved",
        "identity:unlock:approved",
        "identity:unlock:begun",
        "identity:unlock:ended",
        "identity:unlock:fetched",
        "identity:unlock:fetched",
    ]


def test_what_was_opened_stands_nowhere_in_the_database_in_clear(world: World) -> None:
    request = world.ask()
    world.approve("amal", request)
    world.approve("celine", request)
    world.open("celine", request, other="amal")
    leaves = [bytes(leaf) for leaf in Entry.objects.values_list("leaf", flat=True)]
    values = [value.encode() for value in SealedValue.objects.values_list("value", flat=True) if value]
    results = [bytes(one) for one in SealedResult.objects.values_list("sealed", flat=True)]
    assert len(results) == len({"amal", "celine"})
    assert not any(NATIVE.encode() in raw for raw in [*leaves, *values, *results])
    assert not any(world.pseudonym.encode() in leaf for leaf in leaves)


def test_the_secrets_of_a_request_are_gone_when_it_is_over_and_its_result_a_day_later(world: World) -> None:
    request = world.ask()
    world.approve("amal", request)
    assert Session.objects.exists()
    assert HandedHalf.objects.exists()
    world.approve("basim", request)
    world.open("basim", request, other="amal")
    assert not Session.objects.exists()
    assert not HandedHalf.objects.exists()
    world.later(hours=25)
    acts.end_overdue(clock=lambda: world.now, entropy=secrets.token_bytes)
    with pytest.raises(UnlockOver):
        world.read("amal", request)


def test_who_asked_does_not_approve_whatever_other_role_they_hold(world: World) -> None:
    world.grant("amal", Role.REVIEWER)
    request = world.ask("amal")
    with pytest.raises(NotTwoPeople):
        world.approve("amal", request)
    assert state(request, world) == "proposed"


def test_one_approver_does_not_approve_twice_nor_open_what_they_alone_approved(world: World) -> None:
    request = world.ask()
    world.approve("amal", request)
    with pytest.raises(NotTwoPeople):
        world.approve("amal", request)
    with pytest.raises(NotTwoPeople):
        world.open("amal", request, other="basim")
    assert state(request, world) == "half-approved"


def test_a_new_key_of_the_same_person_is_no_second_person(world: World) -> None:
    request = world.ask()
    world.approve("amal", request)
    world.private["amal"] = bytes(range(32))
    acts.register_key(world.who("amal"), public_of(world.private["amal"]))
    with pytest.raises(NotTwoPeople):
        acts.approve_unlock(world.who("amal"), request.name, {})


def test_one_key_is_never_registered_for_two_people(world: World) -> None:
    public = public_of(world.private["amal"])
    with pytest.raises(BadSharing):
        acts.register_key(world.who("basim"), public)


def test_an_approver_does_not_hand_in_halves_that_belong_to_another(world: World) -> None:
    request = world.ask()
    with pytest.raises(DoesNotOpen):
        acts.approve_unlock(world.who("amal"), request.name, world.handed("basim", request))


def test_halves_sealed_for_one_request_do_not_serve_for_the_next(world: World) -> None:
    first, second = world.ask(), world.ask("samir")
    with pytest.raises(DoesNotOpen):
        acts.approve_unlock(world.who("amal"), second.name, world.handed("amal", first))


def test_only_the_second_opens_and_a_third_fetches_nothing(world: World) -> None:
    request = world.ask()
    world.approve("amal", request)
    world.approve("basim", request)
    with pytest.raises(Forbidden):
        world.open("amal", request, other="basim")
    with pytest.raises(UnlockOver):
        world.approve("celine", request)
    world.open("basim", request, other="amal")
    for name in ("celine", "rima", "huda"):
        with pytest.raises(Forbidden):
            acts.fetch_result(world.who(name), request.name)


def test_an_opened_request_opens_nothing_a_second_time(world: World) -> None:
    request = world.ask()
    world.approve("amal", request)
    world.approve("basim", request)
    again = world.handed("basim", request)["p_amal"]
    world.open("basim", request, other="amal")
    with pytest.raises(UnlockOver):
        acts.open_unlock(world.who("basim"), request.name, again)


@pytest.mark.parametrize("barred", ["rima", "amal", "basim"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_whoever_is_recused_takes_no_part_even_if_they_took_it_before(
    world: World, barred: str, when: str
) -> None:
    if when == "before":
        BARRED.add(f"p_{barred}")

    def whole() -> None:
        request = world.ask()
        world.approve("amal", request)
        world.approve("basim", request)
        BARRED.add(f"p_{barred}")
        world.open("basim", request, other="amal")

    with pytest.raises(Recused):
        whole()
    assert not UnlockEnd.objects.exists()


@pytest.mark.parametrize("gone", ["rima", "amal"])
def test_the_part_of_a_person_who_has_left_counts_no_longer(world: World, gone: str) -> None:
    request = world.ask()
    world.approve("amal", request)
    world.leave(gone)
    with pytest.raises(Forbidden):
        world.approve("basim", request)


def test_a_role_that_has_ended_since_opens_nothing(world: World) -> None:
    request = world.ask()
    world.approve("amal", request)
    world.approve("basim", request)
    people.end_role(world.who("huda"), RoleGrant.objects.get(account=world.accounts["amal"]))
    with pytest.raises(Forbidden):
        world.open("basim", request, other="amal")


def test_an_administrator_alone_neither_asks_nor_approves_nor_opens(world: World) -> None:
    request = world.ask()
    with pytest.raises(Forbidden):
        world.ask("huda")
    with pytest.raises(Forbidden):
        acts.approve_unlock(world.who("huda"), request.name, {})
    with pytest.raises(Forbidden):
        acts.register_key(world.who("huda"), public_of(bytes(32)[:31] + b"\1"))


def test_a_request_waits_a_day_and_no_longer(world: World) -> None:
    request = world.ask()
    world.approve("amal", request)
    world.later(hours=24)
    with pytest.raises(UnlockOver):
        world.approve("basim", request)
    assert acts.end_overdue(clock=lambda: world.now, entropy=secrets.token_bytes) == 1
    assert state(request, world) == "expired"
    assert not Session.objects.exists()


def test_two_who_agreed_and_never_opened_leave_an_entry_that_says_nobody_knows(world: World) -> None:
    request = world.ask()
    world.approve("amal", request)
    world.approve("basim", request)
    world.later(hours=24)
    acts.end_overdue(clock=lambda: world.now, entropy=secrets.token_bytes)
    assert state(request, world) == "interrupted"
    assert kinds()[-1] == "identity:unlock:ended"


def test_a_pseudonym_that_the_lake_does_not_know_is_not_asked_for(world: World) -> None:
    with pytest.raises(UnknownPseudonym):
        acts.propose_unlock(world.who("rima"), case=CASE, pseudonym="s1_other", reason="Whose?")
    with pytest.raises(Recused):
        acts.propose_unlock(world.who("rima"), case="c_other", pseudonym=world.pseudonym, reason="Whose?")


def test_nothing_opens_until_every_holder_has_shown_that_their_halves_open(world: World) -> None:
    world.deal(2, confirm=False)
    world.confirm("amal", 2)
    assert world.ask().dealing.epoch == 1
    world.confirm("basim", 2)
    world.confirm("celine", 2)
    assert world.ask().dealing.epoch == len(("first", "second"))


def test_after_an_approver_leaves_the_key_is_split_anew_and_earlier_halves_open_nothing(world: World) -> None:
    earlier = world.ask()
    world.leave("celine")
    world.deal(2, holders=("amal", "basim"))
    with pytest.raises(UnlockOver):
        world.approve("amal", earlier)
    request = world.ask()
    world.approve("amal", request)
    world.approve("basim", request)
    world.open("basim", request, other="amal")
    assert world.read("amal", request) == NATIVE


def test_the_key_is_not_split_to_somebody_who_may_not_approve_or_has_left(world: World) -> None:
    world.leave("celine")
    with pytest.raises(BadSharing):
        world.deal(2)


def test_a_key_that_was_withdrawn_takes_part_in_nothing(world: World) -> None:
    request = world.ask()
    fingerprint = PersonalKey.objects.get(account=world.accounts["amal"]).fingerprint
    acts.withdraw_key(world.who("huda"), fingerprint)
    with pytest.raises(UnlockNotReady):
        acts.approve_unlock(world.who("amal"), request.name, {})


def test_an_approver_may_refuse_and_only_who_asked_takes_back(world: World) -> None:
    one, other = world.ask(), world.ask()
    with pytest.raises(Forbidden):
        acts.cancel_unlock(world.who("samir"), one.name)
    acts.cancel_unlock(world.who("rima"), one.name)
    acts.refuse_unlock(world.who("celine"), other.name)
    for request in (one, other):
        with pytest.raises(UnlockOver):
            world.approve("amal", request)


# What follows goes past the acts: the database refuses by itself.


def part(world: World, request: UnlockRequest, number: int, name: str, key_of: str | None = None) -> Part:
    key = PersonalKey.objects.get(account=world.accounts[key_of or name])
    with transaction.atomic():
        return Part.objects.create(
            request=request, number=number, account=world.accounts[name], key=key, at=NOW
        )


def test_the_database_refuses_a_part_of_one_person_for_two(world: World) -> None:
    world.grant("amal", Role.REVIEWER)
    request = world.ask("amal")
    for number, name, key_of in ((1, "amal", None), (1, "basim", "celine"), (2, "basim", None)):
        with pytest.raises(DatabaseError):
            part(world, request, number, name, key_of)
    part(world, request, 1, "basim")
    for number, name, key_of in ((2, "basim", None), (3, "celine", None), (2, "amal", "basim")):
        with pytest.raises(DatabaseError):
            part(world, request, number, name, key_of)
    part(world, request, 2, "celine")


@pytest.mark.parametrize("outcome", ["opened", "failed"])
def test_the_database_refuses_an_outcome_that_two_people_did_not_bring_about(
    world: World, outcome: str
) -> None:
    request = world.ask()
    part(world, request, 1, "amal")
    with pytest.raises(DatabaseError), transaction.atomic():
        UnlockEnd.objects.create(request=request, outcome=outcome, at=NOW)


def test_the_database_keeps_no_half_of_the_second_and_no_result_for_others(world: World) -> None:
    request = world.ask()
    first, second = part(world, request, 1, "amal"), part(world, request, 2, "basim")
    half = halves_of(request.dealing, second.key)["p_amal"]
    with pytest.raises(DatabaseError), transaction.atomic():
        HandedHalf.objects.create(request=request, half=half, sealed=b"x")
    other = world.ask()
    with pytest.raises(DatabaseError), transaction.atomic():
        SealedResult.objects.create(request=other, part=first, sealed=b"x")


def test_the_database_refuses_to_change_what_was_asked_or_approved(world: World) -> None:
    request = world.ask()
    part(world, request, 1, "amal")
    for change in (
        lambda: UnlockRequest.objects.update(pseudonym="s1_other"),
        lambda: Part.objects.update(account=world.accounts["celine"]),
        lambda: Part.objects.all().delete(),
        lambda: Session.objects.update(private=b"x"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# And through the API, as a client would.


def signed_in(world: World, name: str) -> Client:
    return browser_of(world.accounts[name])


def test_over_the_api_nobody_gets_past_a_role_that_does_not_hold_the_permission(world: World) -> None:
    request = world.ask()
    base = "/api/v1/unlock"
    assert Client().get(f"{base}/status").status_code == 401
    body: dict[str, dict[str, str]] = {"halves": {}}
    for name in ("rima", "huda"):
        for path in ("approve", "open", "result", "refuse"):
            sent = body if path == "approve" else {"half": ""}
            answer = signed_in(world, name).post(
                f"{base}/requests/{request.name}/{path}", sent, content_type="application/json"
            )
            assert answer.status_code == 403, (name, path, answer.content)
    assert state(request, world) == "proposed"


def test_over_the_api_a_request_names_the_case_the_pseudonym_and_never_the_key(world: World) -> None:
    asked = {"case": CASE, "pseudonym": world.pseudonym, "reason": "Whose is it?"}
    answer = signed_in(world, "rima").post("/api/v1/unlock/requests", asked, content_type="application/json")
    document = answer.json()
    assert answer.status_code == 200, document
    assert (document["case"], document["pseudonym"], document["state"]) == (CASE, world.pseudonym, "proposed")
    assert not [name for name in document if "private" in name]
    listed = signed_in(world, "amal").get(f"/api/v1/unlock/requests?case={CASE}").json()
    assert [one["request"] for one in listed] == [document["request"]]
