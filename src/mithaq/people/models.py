"""Accounts, role grants, recusals, tokens, links. Grants and recusals are added and ended, never edited.

What the acts refuse is refused here once more: by constraints, and by the triggers of the migrations.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from mithaq.people.permissions import DECIDING, Machine, Role

_ONE_IS_ENOUGH = sorted(set(Role) - DECIDING)


class People(BaseUserManager["Account"]):
    """Finds accounts of people. The worker's is none: nobody who looks for a person comes upon it."""

    def get_queryset(self) -> models.QuerySet[Account]:
        """Leave the worker's account out."""
        return super().get_queryset().exclude(pseudonym=Machine.WORKER.value)


class Account(AbstractBaseUser):
    """A person who signs in. `pseudonym` is what the ledger knows of them.

    One row is no person's: under the pseudonym `worker` stands what happens on a clock. It is disabled and
    has no password for ever, and triggers keep it from everything but that.
    """

    last_login = None  # when somebody came and went is nobody's business
    pseudonym = models.CharField(max_length=32, unique=True)
    """`p_` and 26 base32 characters, random."""
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    locale = models.CharField(max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = People()
    with_worker = models.Manager["Account"]()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    def __str__(self) -> str:
        """Name the account without naming the person."""
        return self.pseudonym


class RoleGrant(models.Model):
    """A role proposed for an account, and what came of it.

    A role that does not decide needs one administrator, who then stands as proposer and as approver. The
    two founders' grants, made by the first run, have neither.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32)
    founder = models.PositiveSmallIntegerField(null=True, unique=True)
    """1 and 2 for the grants of the first run, null for all others."""
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """No one has a hand in a grant to themselves, and the two who decide are two."""

        constraints = (
            models.CheckConstraint(condition=Q(role__in=sorted(Role)), name="grant_of_known_role"),
            models.CheckConstraint(
                condition=Q(founder__isnull=True, proposed_by__isnull=False)
                | Q(
                    founder__in=(1, 2),
                    role=Role.ADMINISTRATOR,
                    proposed_by__isnull=True,
                    approved_by__isnull=True,
                    approved_at__isnull=False,
                ),
                name="grant_proposed_or_founding",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True) | ~Q(proposed_by=F("account")),
                name="grant_not_proposed_by_grantee",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(role__in=_ONE_IS_ENOUGH)
                | ~Q(approved_by=F("proposed_by")),
                name="grant_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("account")),
                name="grant_not_approved_by_grantee",
            ),
            models.CheckConstraint(
                condition=Q(founder__isnull=False)
                | Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="grant_approved_by_someone_sometime",
            ),
            models.UniqueConstraint(
                fields=("account", "role"), condition=Q(ended_at__isnull=True), name="grant_open_once"
            ),
        )

    def __str__(self) -> str:
        """Name the grant."""
        return f"{self.role} of {self.account_id}"


class Recusal(models.Model):
    """What bars a person from cases: a customer, a region, or prior work (on a case or for a customer)."""

    class Kind(models.TextChoices):
        """What the recusal is about."""

        CUSTOMER = "customer"
        PRIOR_WORK = "prior-work"
        REGION = "region"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="recusals")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    value = models.CharField(max_length=200)
    """The customer, the region, or for prior work the case or customer."""
    declared_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody ends their own recusal."""

        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("customer", "prior-work", "region")), name="recusal_of_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | ~Q(ended_by=F("account")),
                name="recusal_not_ended_by_the_person",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | Q(ended_by__isnull=False, ended_at__isnull=False),
                name="recusal_ended_by_someone_sometime",
            ),
            models.UniqueConstraint(
                fields=("account", "kind", "value"),
                condition=Q(ended_at__isnull=True),
                name="recusal_open_once",
            ),
        )

    def __str__(self) -> str:
        """Name the recusal without its value."""
        return f"{self.kind} of {self.account_id}"


class BrokenGlass(models.Model):
    """That a person broke the glass in front of a case: whoever reads no cases reads this one for a day.

    How long it holds is a constant of `queries`, not a column: no row can stand for longer.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="broken_glass")
    case = models.CharField(max_length=32)
    """The case's id, which means nothing to this room."""
    at = models.DateTimeField()

    class Meta:
        """Found by who and when."""

        indexes = (models.Index(fields=("account", "case", "at"), name="glass_by_person_and_case"),)

    def __str__(self) -> str:
        """Name the case, which says nothing about anybody."""
        return f"glass before {self.case}"


class Token(models.Model):
    """A personal token: `digest` is the SHA-256 of its 32 random bytes' text, which nothing keeps."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    """Names of permissions; the token allows what is in them and in the roles of its owner."""
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """A token has an end."""

        constraints = (
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="token_expires_later"),
        )

    def __str__(self) -> str:
        """Name the token without its label."""
        return f"token {self.pk}"


class SignInLink(models.Model):
    """A link that sets a password, once: `digest` is the SHA-256 of its secret."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    """Null for the links of the first run."""
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    """When a newer link of the same account took its place."""

    class Meta:
        """A link leads to one end."""

        constraints = (
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="link_used_or_withdrawn",
            ),
        )

    def __str__(self) -> str:
        """Name the link."""
        return f"link {self.pk}"


class KeptAnswer(models.Model):
    """What a write answered under an idempotency key, kept with the write in one transaction."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    """SHA-256 of the key as sent."""
    request = models.CharField(max_length=64)
    """SHA-256 of method, path and body."""
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    """Null where the answer held a secret, which is shown once only."""

    class Meta:
        """One answer per key of an account."""

        constraints = (models.UniqueConstraint(fields=("account", "key"), name="answer_once_per_key"),)

    def __str__(self) -> str:
        """Name the answer."""
        return f"answer {self.pk}"
