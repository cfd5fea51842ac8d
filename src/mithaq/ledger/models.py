"""Tables of the ledger. Rows are only ever added; triggers in the migrations refuse anything else.

act ─► Entry ─────────────► Position ─► Tile ─► Checkpoint
         └─► SealedValue     ▲
         └─► Outbox ─────────┘  (PostgreSQL: one sequencer; SQLite: at once, in the act's transaction)
"""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One act as a leaf: `leaf` is its canonical JSON, whose hash the tree holds."""

    leaf = models.BinaryField()
    leaf_hash = models.BinaryField(unique=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=64)
    case = models.CharField(max_length=64, blank=True, db_index=True)
    """The case an act belongs to; empty where it belongs to none."""

    class Meta:
        """Ordered as written; found by kind."""

        ordering = ("id",)
        indexes = (models.Index(fields=("kind", "id"), name="ledger_entry_by_kind"),)

    def __str__(self) -> str:
        """Name the entry."""
        return f"{self.pk} {self.kind}"


class Position(models.Model):
    """Where an entry stands in the tree. Its row exists from the moment at which that is settled."""

    seq = models.BigIntegerField(primary_key=True)
    """Index of the leaf, from 0, without gaps."""
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="position")

    class Meta:
        """Ordered as in the tree."""

        ordering = ("seq",)

    def __str__(self) -> str:
        """Name the position."""
        return str(self.seq)


class Outbox(models.Model):
    """An entry that waits for its position; a row goes when the sequencer has given it one."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="waiting", primary_key=True)

    def __str__(self) -> str:
        """Name the entry that waits."""
        return str(self.entry_id)


class Tile(models.Model):
    """A row of up to 256 hashes of the tree (tlog-tiles). The last tile of each level grows at its end."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        """One row per place."""

        constraints = (models.UniqueConstraint(fields=("level", "index"), name="tile_once"),)

    def __str__(self) -> str:
        """Name the tile."""
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A head of the tree that was signed, and given out or kept."""

    size = models.BigIntegerField(primary_key=True)
    note = models.BinaryField()
    """The signed note, byte for byte."""
    signed_at = models.DateTimeField()

    class Meta:
        """Ordered as signed."""

        ordering = ("size",)

    def __str__(self) -> str:
        """Name the checkpoint."""
        return str(self.size)


class SealedValue(models.Model):
    """A personal value that an entry commits to. Deleting salt and value erases it; the proofs stay valid."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="sealed", db_index=False)
    """Found by the index of `sealed_once`, which begins with it."""
    field = models.CharField(max_length=64)
    salt = models.BinaryField(null=True)
    value = models.TextField(null=True)  # noqa: DJ001  # null is "erased", which is not the empty text

    class Meta:
        """One value per field of an entry."""

        constraints = (models.UniqueConstraint(fields=("entry", "field"), name="sealed_once"),)

    def __str__(self) -> str:
        """Name the field, never the value."""
        return f"{self.entry_id} {self.field}"
