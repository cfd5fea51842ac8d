"""Accounts, role grants, tokens, recusals. Grants and recusals are added and ended, never edited."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q


class Account(AbstractBaseUser):
    """A person who signs in. `pseudonym` is what the ledger knows of them."""

    pseudonym = models.CharField(max_length=32, unique=True)
    """`p_` and 26 base32 characters, random."""
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    locale = models.CharField(max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = BaseUserManager["Account"]()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    def __str__(self) -> str:
        """Name the account without naming the person."""
        return self.pseudonym


class RoleGrant(models.Model):
    """A role proposed for an account, and what came of it."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """No one has a hand in a grant to themselves, and the two who decide are two."""

        constraints = (
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="grant_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("account")),
                name="grant_not_approved_by_grantee",
            ),
        )

    def __str__(self) -> str:
        """Name the grant."""
        return f"{self.role} of {self.account_id}"
