"""Opening a case writes fewer indices: subjects are found by the constraint that names each once."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index less on the subjects."""

    dependencies = (("intake", "0003_removals"),)

    operations = (
        migrations.SeparateDatabaseAndState(
            # By hand: on SQLite Django would write the whole table anew, and drop its triggers.
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS intake_subject_allegation_id_17ebb792",
                    "CREATE INDEX intake_subject_allegation_id_17ebb792 ON intake_subject (allegation_id)",
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    "subject",
                    "allegation",
                    models.ForeignKey(
                        "intake.allegation",
                        on_delete=models.PROTECT,
                        related_name="subjects",
                        db_index=False,
                    ),
                ),
            ],
        ),
    )
