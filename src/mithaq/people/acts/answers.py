"""What a write answered under an idempotency key: no act, but kept in the transaction of one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from mithaq.people.errors import KeyReused
from mithaq.people.models import Account, KeptAnswer

KEPT_FOR: Final = timedelta(days=7)
"""How long a repeated request is answered from what was kept."""


def claim_key(account: Account, key: str, request: str, *, now: datetime) -> tuple[KeptAnswer, bool]:
    """Take a key for a request, or find what it answered; gives the row and whether it is new.

    `key` and `request` are hexadecimal SHA-256. Must be called in the transaction of the write: a second
    request with the key then waits for the first. Raises KeyReused.
    """
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(account=account, key=key, request=request, at=now), True
    except IntegrityError:
        kept = KeptAnswer.objects.get(account=account, key=key)
    if kept.request != request:
        raise KeyReused(
            "the idempotency key belongs to another request",
            field="Idempotency-Key",
            hint="Send a new key with a new request, and the old key only with the same bytes.",
        )
    return kept, False


def keep_answer(kept: KeptAnswer, *, status: int, body: bytes | None) -> None:
    """Keep what was answered; no body where it holds a secret."""
    kept.status, kept.body = status, body
    kept.save(update_fields=["status", "body"])


def forget_answers(*, now: datetime) -> int:
    """Forget answers older than a week; gives how many. The worker calls it."""
    forgotten, _by_model = KeptAnswer.objects.filter(at__lt=now - KEPT_FOR).delete()
    return forgotten
