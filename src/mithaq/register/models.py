"""Tables of the register: every row says what holds from a moment on, and when that was written down.

Nothing is edited. What held at one moment, as far as it was known at another, is a query (`queries.py`);
of two rows with the same `valid_from`, the later one corrects the earlier.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Customer(models.Model):
    """Whoever has contracts and subscriptions."""

    name = models.CharField(max_length=500, unique=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        """Name the row, not the customer."""
        return f"customer {self.pk}"


class SubscriptionRecord(models.Model):
    """What the books say about a subscription from `valid_from` on; `ended` says that it is no more."""

    subscription = models.CharField(max_length=1_000)
    """`<provider>:<native id>`, normalised."""
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="records")
    declared_purpose = models.CharField(max_length=500, blank=True)
    home_region = models.CharField(max_length=200, blank=True)
    tier = models.CharField(max_length=200, blank=True)
    contract = models.CharField(max_length=200, blank=True, db_index=True)
    """Reference of the contract it belongs to."""
    ended = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """In the order in which they were written down."""

        ordering = ("id",)
        indexes = (models.Index(fields=("subscription", "valid_from"), name="register_subscription_at"),)

    def __str__(self) -> str:
        """Name the row, not the subscription."""
        return f"subscription record {self.pk}"


class ContractRecord(models.Model):
    """What a contract says from `valid_from` on."""

    reference = models.CharField(max_length=200)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contracts")
    terms = models.CharField(max_length=200)
    """The version of the terms that binds: a pack's digest, or the provider's own name of it."""
    declared_purpose = models.CharField(max_length=500, blank=True)
    home_region = models.CharField(max_length=200, blank=True)
    ended = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """In the order in which they were written down."""

        ordering = ("id",)
        indexes = (models.Index(fields=("reference", "valid_from"), name="register_contract_at"),)

    def __str__(self) -> str:
        """Name the row, not the contract."""
        return f"contract record {self.pk}"


class ContractOverride(models.Model):
    """A negotiated term that stands in the way of a clause or a measure, in the contract's own words."""

    contract = models.ForeignKey(ContractRecord, on_delete=models.PROTECT, related_name="overrides")
    clause = models.CharField(max_length=32)
    """The clause of the terms that it displaces or narrows."""
    text = models.TextField()
    language = models.CharField(max_length=35)
    """BCP 47 tag of the language that the text is in."""

    class Meta:
        """In the order given."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Name the clause, not the contract."""
        return f"override of {self.clause}"
