"""Tables of the cases as they come in. Rows are only ever added; triggers refuse anything else."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Allegation(models.Model):
    """One allegation, which is one case.

    `document` is the canonical JSON of `allegation/v1` without the words of whoever made it (the claims'
    texts and the reference): those can name people, so they are values that the opening entry only commits
    to, and can be erased. The reader of `allegation/v1` reads `document` back.
    """

    case = models.CharField(max_length=32, unique=True)
    """`c_` and 26 base32 characters, random: what the ledger and every other room know of it."""
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField(db_index=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    source_kind = models.CharField(max_length=32)
    customer = models.CharField(max_length=500, blank=True)
    """The customer that the allegation names; empty where it names subscriptions."""
    period_from = models.DateTimeField()
    period_to = models.DateTimeField()
    clauses = models.JSONField()
    """Ids of the clauses to examine, in order: those named, or those that the pack has claims for."""
    document = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    """Of `document`."""
    terms = models.CharField(max_length=80)
    """Digest of the terms pack, `sha256:` and 64 hexadecimal digits."""

    class Meta:
        """In the order in which cases were opened."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Name the case."""
        return self.case


class Subject(models.Model):
    """A subscription that a case is about, and whose the register said it was when the case was opened."""

    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="subjects")
    subscription = models.CharField(max_length=1_000, db_index=True)
    """`<provider>:<native id>`, normalised."""
    customer = models.CharField(max_length=500, blank=True)
    home_region = models.CharField(max_length=200, blank=True)

    class Meta:
        """A case names each subscription once."""

        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("allegation", "subscription"), name="subject_named_once"),
        )

    def __str__(self) -> str:
        """Name the case, never the subscription."""
        return f"subject of allegation {self.allegation_id}"
