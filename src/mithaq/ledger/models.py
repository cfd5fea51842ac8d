"""Tables of the ledger. Rows are only ever added; triggers in the migrations refuse anything else."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One leaf of the tree: `leaf` is its canonical JSON, whose hash the tree holds."""

    seq = models.BigIntegerField(primary_key=True)
    """Index of the leaf, from 0, without gaps."""
    leaf = models.BinaryField()
    leaf_hash = models.BinaryField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=64)
    case = models.CharField(max_length=64, blank=True, db_index=True)
    """The case an act belongs to; empty where it belongs to none."""

    class Meta:
        """Ordered as written."""

        ordering = ("seq",)

    def __str__(self) -> str:
        """Name the entry."""
        return f"{self.seq} {self.kind}"


class SealedValue(models.Model):
    """A personal value that an entry commits to. Deleting salt and value erases it; the proofs stay valid."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="sealed")
    field = models.CharField(max_length=64)
    salt = models.BinaryField(null=True)
    value = models.TextField(null=True)  # noqa: DJ001  # null is "erased", which is not the empty text

    class Meta:
        """One value per field of an entry."""

        constraints = (models.UniqueConstraint(fields=("entry", "field"), name="sealed_once"),)

    def __str__(self) -> str:
        """Name the field, never the value."""
        return f"{self.entry_id} {self.field}"
