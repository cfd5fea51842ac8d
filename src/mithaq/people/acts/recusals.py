"""Recusal: declared by the person or by an administrator, ended only by an administrator who is another."""

from __future__ import annotations

from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.errors import BadRecusal
from mithaq.people.models import Account, Recusal
from mithaq.people.permissions import Machine, Permission, Role

_VALUE_LIMIT = 200


@act
def declare_recusal(who: Acting, *, kind: Recusal.Kind, value: str, reason: str) -> Recusal:
    """Recuse oneself. Raises Forbidden, BadRecusal."""
    role = who.must(Permission.PEOPLE_RECUSE_SELF)
    return _declare(who, role, who.account, kind=kind, value=value, reason=reason)


@act
def recuse_account(who: Acting, account: Account, *, kind: Recusal.Kind, value: str, reason: str) -> Recusal:
    """Recuse a person as administrator. Raises Forbidden, BadRecusal."""
    role = who.must(Permission.PEOPLE_RECUSAL_MANAGE)
    return _declare(who, role, account, kind=kind, value=value, reason=reason)


@act
def end_recusal(who: Acting, recusal: Recusal, *, reason: str) -> Recusal:
    """End the recusal of another person as administrator. Raises Forbidden, BadRecusal."""
    role = who.must(Permission.PEOPLE_RECUSAL_MANAGE)
    recusal = Recusal.objects.select_for_update(of=("self",)).select_related("account").get(pk=recusal.pk)
    if recusal.account_id == who.account.pk:
        raise BadRecusal("nobody ends their own recusal", hint="Ask another administrator.")
    if recusal.ended_at is not None:
        raise BadRecusal("the recusal has ended already", hint="Nothing is left to do.")
    if not reason.strip():
        raise BadRecusal("why the recusal ends must be said", field="reason", hint="Give the reason.")
    recusal.ended_by, recusal.ended_at = who.account, who.now
    recusal.save(update_fields=["ended_by", "ended_at"])
    who.record(
        ActKind.PEOPLE_RECUSAL_ENDED,
        role,
        facts={"account": recusal.account.pseudonym, "recusal": recusal.pk},
        personal={"reason": reason},
    )
    return recusal


def _declare(
    who: Acting, role: Role | Machine, account: Account, *, kind: Recusal.Kind, value: str, reason: str
) -> Recusal:
    value = value.strip()
    if not value or len(value) > _VALUE_LIMIT:
        raise BadRecusal(
            "what the person is recused from must be named in at most 200 characters",
            field="value",
            hint="Give a customer, a region or a case.",
        )
    if not reason.strip():
        raise BadRecusal("why the person is recused must be said", field="reason", hint="Give the reason.")
    if Recusal.objects.filter(account=account, kind=kind, value=value, ended_at__isnull=True).exists():
        raise BadRecusal(
            "the person is recused from this already", field="value", hint="Nothing is left to do."
        )
    recusal = Recusal.objects.create(
        account=account, kind=kind, value=value, declared_by=who.account, declared_at=who.now
    )
    who.record(
        ActKind.PEOPLE_RECUSAL_DECLARED,
        role,
        facts={"account": account.pseudonym, "recusal": recusal.pk, "kind": kind.value},
        personal={"value": value, "reason": reason},
    )
    return recusal
