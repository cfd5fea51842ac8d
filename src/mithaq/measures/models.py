"""Tables of measures.

`Errand` is what the worker works through, `StepRecord` how far each step has come: their rows change, each
time by an act. `Lease` is a worker's scratch pad, and `HeldSecret` what goes when a measure is lifted. All
other rows are only ever added.
"""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import Q

from mithaq.measures.errors import WorldMoved
from mithaq.measures.status import ErrandKind, ErrandState

_ACCOUNT = settings.AUTH_USER_MODEL


def _values(words: type[StrEnum]) -> list[str]:
    """Give plain strings: a migration keeps them whatever becomes of the enumeration."""
    return [word.value for word in words]


class StepState(StrEnum):
    """How far a step has come."""

    WAITING = "waiting"
    BEGUN = "begun"
    """Its intent is in the ledger; whether the target was changed is not known until its outcome is."""
    DONE = "done"
    GONE = "gone"
    """What the setting belongs to is not there any more: the customer has removed it."""
    MOVED = "moved"
    """The target was neither as before nor as decided, and was left alone."""


class ProbeStage(StrEnum):
    """When probes were made."""

    BEFORE = "before"
    """After the kit was made and before anything was restricted: shows what was open."""
    APPLIED = "applied"
    LIFTED = "lifted"


class MadePlan(models.Model):
    """A plan as it was made. `content` is canonical JSON."""

    key = models.CharField(max_length=32, unique=True)
    """`mp_` and 26 base32 characters, random."""
    case = models.CharField(max_length=32, db_index=True)
    target = models.CharField(max_length=32)
    content = models.TextField()
    digest = models.CharField(max_length=80, db_index=True)
    """What a decision names, and its approval covers."""
    made_at = models.DateTimeField()
    leaf_hash = models.BinaryField(unique=True)

    class Meta:
        """In the order made."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Name the plan."""
        return self.key


class AppliedMeasure(models.Model):
    """A decision as it is carried out on a target, from the asking on.

    Its status is what follows from the rows below; an amendment adds an errand with another plan.
    """

    key = models.CharField(max_length=32, unique=True)
    """`m_` and 26 base32 characters, random."""
    case = models.CharField(max_length=32, db_index=True)
    target = models.CharField(max_length=32)
    asked_at = models.DateTimeField()

    class Meta:
        """In the order asked for."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Name the measure."""
        return self.key


class Errand(models.Model):
    """Something that a worker is to carry out, and how far it has come."""

    key = models.CharField(max_length=32, unique=True)
    """`e_` and 26 base32 characters, random."""
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=16, default=ErrandState.WAITING.value)
    case = models.CharField(max_length=32, db_index=True)
    measure = models.ForeignKey(AppliedMeasure, on_delete=models.PROTECT, related_name="errands", null=True)
    plan = models.ForeignKey(MadePlan, on_delete=models.PROTECT, related_name="errands", null=True)
    """The plan that it carries out; of a `plan` errand, the plan that was made."""
    decision = models.CharField(max_length=32, blank=True)
    """The decision that it rests on; empty for plans, probes and roll-backs."""
    wanted = models.JSONField(default=dict)
    """Of a `plan` errand: what is to be planned."""
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+", null=True)
    """Null where the worker itself saw that it is due."""
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=64, blank=True)
    """Code of the error that ended it, or made it partial."""

    class Meta:
        """In the order asked for; one at a time per measure."""

        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=_values(ErrandKind)), name="errand_of_known_kind"),
            models.CheckConstraint(condition=Q(state__in=_values(ErrandState)), name="errand_of_known_state"),
            models.CheckConstraint(
                condition=Q(kind=ErrandKind.PLAN.value) | Q(measure__isnull=False),
                name="errand_has_a_measure",
            ),
            models.UniqueConstraint(
                fields=("measure",),
                condition=Q(state=ErrandState.WAITING.value),
                name="errand_one_at_a_time",
            ),
        )

    def __str__(self) -> str:
        """Name the errand."""
        return f"{self.key} {self.kind}"

    @property
    def about(self) -> AppliedMeasure:
        """Give the measure of an errand that has one, as all but plans do; raises WorldMoved."""
        if self.measure is None:
            raise WorldMoved("an errand names no measure", hint="Run `mithaq ledger fsck`.")
        return self.measure


class Lease(models.Model):
    """Which worker has an errand in hand and until when, how often it was tried, and when it is due."""

    errand = models.OneToOneField(Errand, on_delete=models.PROTECT, related_name="lease", primary_key=True)
    holder = models.CharField(max_length=32, blank=True)
    until = models.DateTimeField(null=True)
    due = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    """Times in a row that the target could not be reached."""

    def __str__(self) -> str:
        """Name the errand."""
        return f"lease of {self.errand_id}"


class StepRecord(models.Model):
    """One step of an errand. Values are canonical JSON; the key of the row names it at the target too."""

    errand = models.ForeignKey(Errand, on_delete=models.PROTECT, related_name="steps")
    measure = models.ForeignKey(AppliedMeasure, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    """From 1 within the errand, in the order in which steps are done."""
    part = models.CharField(max_length=8)
    account = models.CharField(max_length=1_000)
    """The account of the cut that it belongs to."""
    kind = models.CharField(max_length=32)
    owner = models.CharField(max_length=1_000)
    name = models.CharField(max_length=1_000, blank=True)
    before = models.TextField()
    after = models.TextField()
    origin = models.TextField()
    state = models.CharField(max_length=8, default=StepState.WAITING.value)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """In order."""

        ordering = ("errand_id", "number")
        constraints = (
            models.UniqueConstraint(fields=("errand", "number"), name="measure_step_numbered_once"),
            models.CheckConstraint(condition=Q(state__in=_values(StepState)), name="step_of_known_state"),
        )

    def __str__(self) -> str:
        """Name the step, not the setting."""
        return f"{self.errand_id} {self.number}"


class ProbeRecord(models.Model):
    """A matrix as it was seen."""

    measure = models.ForeignKey(AppliedMeasure, on_delete=models.PROTECT, related_name="probes")
    errand = models.ForeignKey(Errand, on_delete=models.PROTECT, related_name="probes")
    stage = models.CharField(max_length=8)
    at = models.DateTimeField()
    cells = models.JSONField()
    holds = models.BooleanField()
    digest = models.CharField(max_length=80)
    leaf_hash = models.BinaryField(unique=True)

    class Meta:
        """In the order made."""

        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(stage__in=_values(ProbeStage)), name="probe_of_known_stage"),
        )

    def __str__(self) -> str:
        """Name the measure."""
        return f"probes of {self.measure_id}"


class Drift(models.Model):
    """A setting that was found to be other than decided; `unplanned` is one that no step has touched yet."""

    measure = models.ForeignKey(AppliedMeasure, on_delete=models.PROTECT, related_name="drifts")
    at = models.DateTimeField()
    kind = models.CharField(max_length=32)
    owner = models.CharField(max_length=1_000)
    name = models.CharField(max_length=1_000, blank=True)
    unplanned = models.BooleanField()
    seen = models.TextField()
    """The value found, as canonical JSON."""
    leaf_hash = models.BinaryField()

    class Meta:
        """In the order seen."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Name the measure."""
        return f"drift of {self.measure_id}"


class Confirmation(models.Model):
    """A person's word that they have carried out what an errand handed over."""

    measure = models.ForeignKey(AppliedMeasure, on_delete=models.PROTECT, related_name="confirmations")
    errand = models.OneToOneField(Errand, on_delete=models.PROTECT, related_name="confirmation")
    at = models.DateTimeField()
    by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+")
    leaf_hash = models.BinaryField(unique=True)

    class Meta:
        """In the order given."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Name the measure."""
        return f"confirmation of {self.measure_id}"


class HeldSecret(models.Model):
    """What was handed out by a target before a measure, sealed; the row goes when the measure is lifted."""

    measure = models.ForeignKey(AppliedMeasure, on_delete=models.PROTECT, related_name="held")
    account = models.CharField(max_length=1_000)
    held_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        """One per account."""

        constraints = (models.UniqueConstraint(fields=("measure", "account"), name="held_once"),)

    def __str__(self) -> str:
        """Name the measure."""
        return f"held of {self.measure_id}"
