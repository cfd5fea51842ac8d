"""Tables of casework. Rows are only ever added; triggers refuse anything else, and whatever breaks a rule.

`CaseAct` is the spine: one row per act, numbered within its case, from which the state is added up. The
other tables hold what an act says in full; each row names its act. `Waiting` and `Expected` alone are
projections: where cases stand and what they wait for, rebuilt from the acts.
"""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mithaq.review.casefile import AppealOutcome, Appellant, Outcome
from mithaq.review.measures import DecisionKind, Path
from mithaq.terms.vocabulary import Assessment

_ACCOUNT = settings.AUTH_USER_MODEL


class RulingOutcome(StrEnum):
    """What becomes of a proposal."""

    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    """The end that was decided has come: nobody approves anew."""
    SET_ASIDE = "set-aside"
    """An appeal was granted: the appeal's decider ends what two others decided."""


IN_FORCE = (RulingOutcome.APPROVED.value, RulingOutcome.EXPIRED.value, RulingOutcome.SET_ASIDE.value)
"""Outcomes by which a decision comes into force."""


def _values(words: type[StrEnum]) -> list[str]:
    """Give plain strings: a migration keeps them whatever becomes of the enumeration."""
    return [word.value for word in words]


class CaseAct(models.Model):
    """One act of a case. The numbering lets two people act on a case one after the other only."""

    case = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    """From 1, without gaps."""
    kind = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=32)
    about = models.CharField(max_length=64, blank=True)
    """What it was done to: the id of a decision or an appeal, a clause, or nothing but the case."""
    facts = models.JSONField()
    leaf_hash = models.BinaryField(unique=True)
    """Hash of the act's ledger entry: 32 bytes."""

    class Meta:
        """In the order in which they happened."""

        ordering = ("case", "number")
        constraints = (
            models.UniqueConstraint(fields=("case", "number"), name="act_numbered_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="act_numbered_from_one"),
        )

    def __str__(self) -> str:
        """Name the act."""
        return f"{self.case} {self.number} {self.kind}"


class Authorisation(models.Model):
    """A review, authorised for named subscriptions, clauses and a period, by a deadline."""

    act = models.OneToOneField(CaseAct, on_delete=models.PROTECT, related_name="authorisation")
    case = models.CharField(max_length=32, db_index=True)
    reviewer = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+")
    authorised_by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+")
    subscriptions = models.JSONField()
    clauses = models.JSONField()
    period_from = models.DateTimeField()
    period_to = models.DateTimeField()
    deadline = models.DateTimeField()

    class Meta:
        """Two people."""

        constraints = (
            models.CheckConstraint(
                condition=~Q(reviewer=F("authorised_by")), name="review_authorised_by_another"
            ),
            models.CheckConstraint(condition=Q(period_from__lt=F("period_to")), name="review_has_a_period"),
        )

    def __str__(self) -> str:
        """Name the review."""
        return f"review of {self.case}"


_AGREES = (
    Q(assessment=Assessment.INDICATED.value, outcome=Outcome.VIOLATED.value)
    | Q(assessment=Assessment.NOT_INDICATED.value, outcome=Outcome.NOT_VIOLATED.value)
    | Q(assessment=Assessment.UNDETERMINED.value, outcome=Outcome.INCONCLUSIVE.value)
)


class Finding(models.Model):
    """What a reviewer found about a clause, beside what was computed; a newer one leaves it where it is."""

    act = models.OneToOneField(CaseAct, on_delete=models.PROTECT, related_name="finding")
    case = models.CharField(max_length=32, db_index=True)
    clause = models.CharField(max_length=32)
    outcome = models.CharField(max_length=16)
    assessment = models.CharField(max_length=16)
    """The computed verdict; undetermined where nothing was computed."""
    departs = models.BooleanField()
    reasons = models.TextField(blank=True)
    evidence = models.CharField(max_length=80, blank=True)
    """Digest of the evidence that it rests on."""

    class Meta:
        """Whoever departs from the computed verdict says why."""

        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=_values(Outcome)), name="finding_of_known_outcome"
            ),
            models.CheckConstraint(
                condition=Q(departs=False) & _AGREES | Q(departs=True) & ~_AGREES,
                name="finding_says_whether_it_departs",
            ),
            models.CheckConstraint(
                condition=Q(departs=False) | ~Q(reasons=""), name="finding_that_departs_has_reasons"
            ),
        )

    def __str__(self) -> str:
        """Name the finding."""
        return f"{self.clause} {self.outcome}"


class Appeal(models.Model):
    """A request to change a decision."""

    key = models.CharField(max_length=32, primary_key=True)
    """`a_` and 26 base32 characters, random."""
    act = models.OneToOneField(CaseAct, on_delete=models.PROTECT, related_name="appeal")
    case = models.CharField(max_length=32, db_index=True)
    decision = models.ForeignKey("Decision", on_delete=models.PROTECT, related_name="appeals")
    appellant = models.CharField(max_length=16)
    grounds = models.TextField()
    received_at = models.DateTimeField()
    entered_by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """By the customer or the reporter."""

        constraints = (
            models.CheckConstraint(
                condition=Q(appellant__in=_values(Appellant)), name="appeal_by_known_side"
            ),
            models.CheckConstraint(condition=~Q(grounds=""), name="appeal_has_grounds"),
        )

    def __str__(self) -> str:
        """Name the appeal."""
        return self.key


class Decision(models.Model):
    """A decision as it was proposed. `content` is canonical JSON; the other columns repeat parts of it."""

    key = models.CharField(max_length=32, primary_key=True)
    """`d_` and 26 base32 characters, random."""
    act = models.OneToOneField(CaseAct, on_delete=models.PROTECT, related_name="decision")
    case = models.CharField(max_length=32, db_index=True)
    path = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    restricts = models.BooleanField()
    interim = models.BooleanField()
    """An interim measure, or what follows on one without deciding the case."""
    ends_at = models.DateTimeField(null=True)
    """When the last of its measures ends; null if it sets none, or one without an end."""
    previous = models.ForeignKey("self", on_delete=models.PROTECT, related_name="later", null=True)
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="answers", null=True)
    content = models.TextField()
    digest = models.CharField(max_length=80)
    plan_digest = models.CharField(max_length=80, blank=True)
    """What the approval also covers, and only whoever plans measures can read."""
    proposed_by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta:
        """What holds within one row; what holds between rows stands in the triggers."""

        indexes = (
            models.Index(fields=("ends_at",), condition=Q(restricts=True), name="decision_by_its_end"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(path__in=_values(Path)), name="decision_of_known_path"),
            models.CheckConstraint(
                condition=Q(kind__in=_values(DecisionKind)), name="decision_of_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(restricts=True, kind=DecisionKind.MEASURES.value)
                | Q(restricts=False) & ~Q(kind=DecisionKind.MEASURES.value),
                name="decision_restricts_by_measures_only",
            ),
            models.CheckConstraint(
                condition=Q(restricts=False) | ~Q(path__in=[Path.EXPIRE.value, Path.LIFT.value]),
                name="decision_that_ends_sets_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(path=Path.INTERIM.value)
                | Q(restricts=True, interim=True, ends_at__isnull=False),
                name="decision_interim_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(path__in=[Path.MAIN.value, Path.INTERIM.value]) | Q(previous__isnull=False),
                name="decision_follows_on_another",
            ),
            models.CheckConstraint(
                condition=Q(path=Path.APPEAL.value, appeal__isnull=False)
                | ~Q(path=Path.APPEAL.value) & Q(appeal__isnull=True),
                name="decision_names_its_appeal",
            ),
        )

    def __str__(self) -> str:
        """Name the decision."""
        return self.key


class Ruling(models.Model):
    """What became of a proposal, once and for all. `case`, `path` and `previous` repeat it."""

    act = models.OneToOneField(CaseAct, on_delete=models.PROTECT, related_name="ruling")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="ruling")
    case = models.CharField(max_length=32, db_index=True)
    path = models.CharField(max_length=16)
    previous = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", null=True)
    outcome = models.CharField(max_length=16)
    digest = models.CharField(max_length=80)
    """Of the content that was ruled on."""
    reasons = models.TextField(blank=True)
    ruled_by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField()

    class Meta:
        """A chain never forks; a case is decided first once, and has one interim measure at most."""

        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=_values(RulingOutcome)), name="ruling_of_known_outcome"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=RulingOutcome.REFUSED.value) | ~Q(reasons=""),
                name="ruling_that_refuses_has_reasons",
            ),
            models.UniqueConstraint(
                fields=("previous",),
                condition=Q(outcome__in=IN_FORCE),
                name="ruling_one_follows_another",
            ),
            models.UniqueConstraint(
                fields=("case",),
                condition=Q(
                    outcome=RulingOutcome.APPROVED.value, path=Path.MAIN.value, previous__isnull=True
                ),
                name="ruling_first_once",
            ),
            models.UniqueConstraint(
                fields=("case",),
                condition=Q(outcome=RulingOutcome.APPROVED.value, path=Path.INTERIM.value),
                name="ruling_interim_once",
            ),
        )

    def __str__(self) -> str:
        """Name the ruling."""
        return f"{self.decision_id} {self.outcome}"


class Statement(models.Model):
    """The reasons of a decision as they were issued, in both languages."""

    act = models.OneToOneField(CaseAct, on_delete=models.PROTECT, related_name="statement")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="statement")
    case = models.CharField(max_length=32, db_index=True)
    decision_digest = models.CharField(max_length=80)
    en = models.TextField()
    ar = models.TextField()
    digest = models.CharField(max_length=80)
    """Over the English text, a zero character and the Arabic text."""
    issued_by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    appeal_until = models.DateTimeField()
    """Until then at least an appeal is open."""

    class Meta:
        """Both languages, or none."""

        constraints = (
            models.CheckConstraint(condition=~Q(en="") & ~Q(ar=""), name="statement_in_both_languages"),
        )

    def __str__(self) -> str:
        """Name the statement."""
        return f"reasons of {self.decision_id}"


class AppealRuling(models.Model):
    """What became of an appeal. A change that is refused leaves it open for another answer."""

    act = models.OneToOneField(CaseAct, on_delete=models.PROTECT, related_name="appeal_ruling")
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="rulings")
    number = models.PositiveSmallIntegerField()
    """From 1: the answers to one appeal."""
    case = models.CharField(max_length=32, db_index=True)
    outcome = models.CharField(max_length=16)
    reasons_en = models.TextField()
    reasons_ar = models.TextField()
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="+", null=True)
    """The decision that changes or ends the old one; null if it was upheld."""
    decided_by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        """Reasoned in both languages."""

        constraints = (
            models.UniqueConstraint(fields=("appeal", "number"), name="appeal_answer_numbered_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=_values(AppealOutcome)), name="appeal_of_known_outcome"
            ),
            models.CheckConstraint(
                condition=~Q(reasons_en="") & ~Q(reasons_ar=""), name="appeal_answer_is_reasoned"
            ),
            models.CheckConstraint(
                condition=Q(outcome=AppealOutcome.UPHELD.value, decision__isnull=True)
                | ~Q(outcome=AppealOutcome.UPHELD.value) & Q(decision__isnull=False),
                name="appeal_answer_changes_by_decision",
            ),
        )

    def __str__(self) -> str:
        """Name the answer."""
        return f"{self.appeal_id} {self.outcome}"


class DutyDays(models.Model):
    """How many days a duty has, from when on; the newest row of a duty counts."""

    duty = models.CharField(max_length=32)
    days = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(_ACCOUNT, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    leaf_hash = models.BinaryField(unique=True)

    class Meta:
        """At most a year."""

        constraints = (
            models.CheckConstraint(condition=Q(days__gte=0, days__lte=366), name="duty_days_within_a_year"),
        )

    def __str__(self) -> str:
        """Name the duty."""
        return f"{self.duty}: {self.days}"


class Waiting(models.Model):
    """Projection: where a case stands. Rebuilt from its acts; `queries.check_projection` compares."""

    case = models.CharField(max_length=32, primary_key=True)
    acts = models.PositiveIntegerField()
    """How many acts it was made from."""
    opened_at = models.DateTimeField()
    stage = models.CharField(max_length=16)
    held = models.BooleanField()
    in_charge = models.CharField(max_length=32, blank=True)
    due = models.DateTimeField(null=True, db_index=True)
    """Of the most pressing duty; null if nothing waits, or nothing that runs on while on hold."""
    duty = models.CharField(max_length=32, blank=True)

    class Meta:
        """Found by stage, the newest first."""

        indexes = (
            models.Index(fields=("stage", "-opened_at", "-case"), name="waiting_by_stage"),
            models.Index(fields=("in_charge", "-opened_at", "-case"), name="waiting_by_reviewer"),
            models.Index(fields=("-opened_at", "-case"), name="waiting_newest"),
            models.Index(fields=("duty", "due"), name="waiting_by_duty"),
        )

    def __str__(self) -> str:
        """Name the case."""
        return self.case


class Expected(models.Model):
    """Projection: one thing that a case waits for, of whom, by when.

    What a hold pauses has no row until the hold ends. Rebuilt with every act of the case;
    `queries.check_projection` compares.
    """

    case = models.CharField(max_length=32, db_index=True)
    duty = models.CharField(max_length=32)
    about = models.CharField(max_length=64, blank=True)
    """The decision or the appeal that it is about; empty: the case."""
    role = models.CharField(max_length=32)
    person = models.CharField(max_length=32, blank=True)
    """Pseudonym of the one person who is to do it; empty: anybody in the role who is not kept apart."""
    apart = models.TextField(blank=True)
    """Pseudonyms of the people who must not do it, with a space on either side of each."""
    since = models.DateTimeField()
    start = models.DateTimeField()
    """From when its days count, moved on by the holds that paused it."""
    limit = models.DateTimeField(null=True)
    """By when at the latest, whatever its days are: the deadline of a review."""
    due = models.DateTimeField()

    class Meta:
        """Found by who is to do it, the most pressing first."""

        indexes = (
            models.Index(fields=("role", "person", "due"), name="expected_of_whom"),
            models.Index(fields=("due",), name="expected_by_when"),
        )

    def __str__(self) -> str:
        """Name the case and the duty."""
        return f"{self.case} {self.duty}"
