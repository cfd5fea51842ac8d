"""An act writes fewer indices: sealed values are found by the constraint that names each once."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index less on what each act writes three of."""

    dependencies = (("ledger", "0002_by_kind"),)

    operations = (
        migrations.SeparateDatabaseAndState(
            # By hand: on SQLite Django would write the whole table anew, and drop its triggers.
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS ledger_sealedvalue_entry_id_e00e7e81",
                    "CREATE INDEX ledger_sealedvalue_entry_id_e00e7e81 ON ledger_sealedvalue (entry_id)",
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    "sealedvalue",
                    "entry",
                    models.ForeignKey(
                        "ledger.entry", on_delete=models.PROTECT, related_name="sealed", db_index=False
                    ),
                ),
            ],
        ),
    )
