"""Tables of the two-person unlock. What has happened is only ever added; only secrets are deleted.

Three tables hold something for a while and are emptied when a request is over: `Session`, `HandedHalf`,
`SealedResult`. Never do they hold both halves of a pair in a form that the database alone could open.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class PersonalKey(models.Model):
    """The public half of a person's key, for ever theirs; the private half never leaves their machine."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    public = models.BinaryField()
    fingerprint = models.CharField(max_length=32, unique=True)
    """`fingerprint_of(public)`; unique for ever, so that one key never stands for two people."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the key."""
        return self.fingerprint


class PersonalKeyEnd(models.Model):
    """A personal key is no longer to be used: replaced, lost, or its holder has left."""

    key = models.OneToOneField(PersonalKey, on_delete=models.PROTECT, related_name="end")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the key."""
        return f"end of {self.key_id}"


class Dealing(models.Model):
    """The unlock key as split in one epoch. In force once every holder has opened their halves."""

    epoch = models.PositiveIntegerField(unique=True)
    """From 1, without gaps; the newest that is in force is the only one that opens anything."""
    unlock_public = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the epoch."""
        return f"epoch {self.epoch}"


class Half(models.Model):
    """One half of one pair's key, sealed to its holder."""

    dealing = models.ForeignKey(Dealing, on_delete=models.PROTECT, related_name="halves")
    holder = models.ForeignKey(PersonalKey, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(PersonalKey, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    check_digest = models.CharField(max_length=64)

    class Meta:
        """Each ordered pair of two different keys once; a trigger sees that they are of different people."""

        constraints = (
            models.UniqueConstraint(fields=("dealing", "holder", "partner"), name="half_dealt_once"),
            models.CheckConstraint(condition=~Q(holder=F("partner")), name="half_is_of_two_keys"),
        )

    def __str__(self) -> str:
        """Name the pair."""
        return f"{self.holder_id} with {self.partner_id}"


class Confirmation(models.Model):
    """A holder has shown that all halves sealed to them open."""

    dealing = models.ForeignKey(Dealing, on_delete=models.PROTECT, related_name="confirmations")
    key = models.ForeignKey(PersonalKey, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Once per holder."""

        constraints = (models.UniqueConstraint(fields=("dealing", "key"), name="dealing_confirmed_once"),)

    def __str__(self) -> str:
        """Name the holder's key."""
        return f"{self.dealing_id} by {self.key_id}"


class UnlockRequest(models.Model):
    """One person asks that one pseudonym be opened in one case. `session_public` is its one-time key."""

    name = models.CharField(max_length=32, unique=True)
    """`u_` and 26 base32 characters, random."""
    case = models.CharField(max_length=64, db_index=True)
    pseudonym = models.CharField(max_length=64)
    reason = models.TextField()
    dealing = models.ForeignKey(Dealing, on_delete=models.PROTECT, related_name="requests")
    session_public = models.BinaryField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        """Bound to a case and a pseudonym, and with an end."""

        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=~Q(case=""), name="unlock_is_bound_to_a_case"),
            models.CheckConstraint(condition=~Q(pseudonym=""), name="unlock_is_of_one_pseudonym"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("proposed_at")), name="unlock_expires"),
        )

    def __str__(self) -> str:
        """Name the request."""
        return self.name


class Part(models.Model):
    """An approver has handed in their halves: the first, and with the second the opening begins.

    The database refuses one person twice, the one who asked, and whoever is no longer an approver.
    """

    request = models.ForeignKey(UnlockRequest, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(PersonalKey, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Two parts, by two people, with two keys."""

        ordering = ("number",)
        constraints = (
            models.CheckConstraint(condition=Q(number__in=(1, 2)), name="unlock_has_two_parts"),
            models.UniqueConstraint(fields=("request", "number"), name="part_taken_once"),
            models.UniqueConstraint(fields=("request", "account"), name="part_of_another_person"),
            models.UniqueConstraint(fields=("request", "key"), name="part_with_another_key"),
        )

    def __str__(self) -> str:
        """Name the request and the part."""
        return f"part {self.number} of {self.request_id}"


class UnlockEnd(models.Model):
    """What came of a request."""

    class Outcome(models.TextChoices):
        """How a request ends."""

        CANCELLED = "cancelled"
        EXPIRED = "expired"
        FAILED = "failed"
        """Two people had agreed, and it did not open."""
        INTERRUPTED = "interrupted"
        """Two people had agreed, and nobody knows what became of it: the process ended in between."""
        OPENED = "opened"

    request = models.OneToOneField(UnlockRequest, on_delete=models.PROTECT, related_name="end")
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    at = models.DateTimeField()

    class Meta:
        """One of the known outcomes."""

        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=("cancelled", "expired", "failed", "interrupted", "opened")),
                name="unlock_outcome_known",
            ),
        )

    def __str__(self) -> str:
        """Name the outcome."""
        return self.outcome


class Session(models.Model):
    """The private half of a request's one-time key; deleted when the request is over."""

    request = models.OneToOneField(UnlockRequest, on_delete=models.PROTECT, related_name="session")
    private = models.BinaryField()

    def __str__(self) -> str:
        """Name the request."""
        return f"session of {self.request_id}"


class HandedHalf(models.Model):
    """A half of the first approver, sealed to the one-time key; deleted when the request is over.

    The second approver's half is never stored: with it the key would lie in the database.
    """

    request = models.ForeignKey(UnlockRequest, on_delete=models.PROTECT, related_name="handed")
    half = models.ForeignKey(Half, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        """Each half once."""

        constraints = (models.UniqueConstraint(fields=("request", "half"), name="half_handed_in_once"),)

    def __str__(self) -> str:
        """Name the request."""
        return f"half for {self.request_id}"


class SealedResult(models.Model):
    """The opened subscription, sealed to one of the two; deleted a while after."""

    request = models.ForeignKey(UnlockRequest, on_delete=models.PROTECT, related_name="results")
    part = models.OneToOneField(Part, on_delete=models.PROTECT, related_name="result")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        """Name the request."""
        return f"result of {self.request_id}"
