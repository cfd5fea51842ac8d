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

    allegation = models.ForeignKey(
        Allegation, on_delete=models.PROTECT, related_name="subjects", db_index=False
    )
    """Found by the index of `subject_named_once`, which begins with it."""
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


class Attachment(models.Model):
    """A document that somebody added to a case. Mithaq keeps its bytes; it neither opens nor renders them."""

    attachment = models.CharField(max_length=32, unique=True)
    """`f_` and 26 base32 characters, random."""
    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="attachments")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    """Bytes."""
    media_type = models.CharField(max_length=100)
    """As declared and, as far as its first bytes tell, true."""
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A case holds the same bytes once."""

        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("allegation", "sha256"), name="attachment_held_once"),)

    def __str__(self) -> str:
        """Name the attachment, not its file."""
        return self.attachment


class AttachmentContent(models.Model):
    """Name and bytes of an attachment, apart from its row so that they can be erased and it can stay."""

    attachment = models.OneToOneField(
        Attachment, on_delete=models.PROTECT, related_name="content", primary_key=True
    )
    name = models.CharField(max_length=255)
    data = models.BinaryField()

    def __str__(self) -> str:
        """Name the attachment, not its file."""
        return f"content of {self.attachment_id}"


class CaseLink(models.Model):
    """Two cases that somebody found to be about the same; neither is changed by it."""

    first = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Two cases are linked once, the older first."""

        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("first", "second"), name="cases_linked_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="older_case_first"),
        )

    def __str__(self) -> str:
        """Name the link."""
        return f"{self.first_id} and {self.second_id}"


class Watch(models.Model):
    """A subject's rollups are kept, and its outgoing bytes are watched, from the opening of its case on."""

    allegation = models.OneToOneField(Allegation, on_delete=models.PROTECT, related_name="watch")
    keep_from = models.DateTimeField()
    """Rollups from this hour on are pinned: no retention may remove them."""
    since = models.DateTimeField()
    """From when on outgoing bytes are compared with the weeks before."""

    class Meta:
        """In the order in which cases were opened."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Name the watch."""
        return f"watch of {self.allegation_id}"


class WatchEnd(models.Model):
    """The end of a watch: retention may take its course again."""

    watch = models.OneToOneField(Watch, on_delete=models.PROTECT, related_name="end")
    ended_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        """Name the watch."""
        return f"end of {self.watch_id}"


class FlightSighting(models.Model):
    """The watch saw far more leave than in the weeks before."""

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="sightings")
    seen_at = models.DateTimeField()
    busiest_before = models.BigIntegerField()
    busiest_since = models.BigIntegerField()
    """Bytes out in the busiest window of `hours` hours, before and since the opening."""
    hours = models.PositiveSmallIntegerField()

    class Meta:
        """In the order seen."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Name the watch."""
        return f"sighting of {self.watch_id}"


class Removal(models.Model):
    """Rollups older than their retention are about to be removed from the lake: what is meant, beforehand."""

    removal = models.CharField(max_length=32, unique=True)
    """`v_` and 26 base32 characters, random: also the name of the run in the lake."""
    begun_at = models.DateTimeField()
    before = models.DateTimeField()
    """Rollups from before this moment are to go, but those of pinned subjects."""

    class Meta:
        """In the order begun."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Name the removal."""
        return self.removal


class RemovalEnd(models.Model):
    """What came of a removal."""

    class Outcome(models.TextChoices):
        """How a removal ends."""

        REMOVED = "removed"
        NOTHING = "nothing"
        """It was called off, or interrupted before anything was removed."""

    removal = models.OneToOneField(Removal, on_delete=models.PROTECT, related_name="end")
    ended_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    rows = models.BigIntegerField(null=True)
    """Rows that were removed; null where it was interrupted after it had removed them."""

    class Meta:
        """One of the known outcomes."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(outcome__in=("removed", "nothing")), name="removal_outcome_known"
            ),
        )

    def __str__(self) -> str:
        """Name the removal."""
        return f"end of {self.removal_id}"
