"""Tables of the evidence runs. All but `Lease` are only ever added to; a lease is a worker's scratch pad."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from mithaq.intake.models import Allegation, Attachment
from mithaq.review.models import Authorisation


class Run(models.Model):
    """A run of the evidence that somebody asked for, within an authorisation's bounds and no wider."""

    run = models.CharField(max_length=32, unique=True)
    """`r_` and 26 base32 characters, random."""
    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="runs")
    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="runs")
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """In the order asked for."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Name the run."""
        return self.run


class Lease(models.Model):
    """Which worker has a run in hand, until when, and how far it has come."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="lease", primary_key=True)
    holder = models.CharField(max_length=32, blank=True)
    """Random name of the worker's attempt; empty before the first."""
    until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=32, blank=True)
    """The step that began last."""
    steps = models.PositiveSmallIntegerField(default=0)
    """Steps of this attempt that have begun."""

    def __str__(self) -> str:
        """Name the run."""
        return f"lease of {self.run_id}"


class Result(models.Model):
    """The end of a run: the evidence that it attached, or why there is none."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="result")
    ended_at = models.DateTimeField()
    document = models.BinaryField(null=True)
    """`review/v1` as canonical JSON."""
    sha256 = models.CharField(max_length=64, blank=True)
    """Of `document`."""
    failure = models.CharField(max_length=64, blank=True)
    """Code of the error that ended it."""

    class Meta:
        """Evidence, or a failure."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(document__isnull=False, failure="")
                | models.Q(document__isnull=True, sha256="") & ~models.Q(failure=""),
                name="result_is_evidence_or_failure",
            ),
        )

    def __str__(self) -> str:
        """Name the run."""
        return f"result of {self.run_id}"


class Exhibits(models.Model):
    """What the page of a run's evidence shows beside the document: its sentences, series and drawings."""

    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="exhibits", primary_key=True)
    content = models.BinaryField()
    """`review-exhibits/v1` as canonical JSON, compressed by gzip."""
    sha256 = models.CharField(max_length=64)
    """Of the JSON."""

    def __str__(self) -> str:
        """Name the run."""
        return f"exhibits of {self.result_id}"


class RecordsRequest(models.Model):
    """A request for records that would settle a claim which a run has left undetermined."""

    request = models.CharField(max_length=32, unique=True)
    """`q_` and 26 base32 characters, random."""
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="requests")
    claim = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    addressee = models.CharField(max_length=500)
    question = models.TextField()
    due = models.DateTimeField(db_index=True)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """In the order asked."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Name the request."""
        return self.request


class RecordsAnswer(models.Model):
    """The document with which a request was answered; a request may be answered in several."""

    request = models.ForeignKey(RecordsRequest, on_delete=models.PROTECT, related_name="answers")
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """In the order in which they came."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Name the request."""
        return f"answer to {self.request_id}"
