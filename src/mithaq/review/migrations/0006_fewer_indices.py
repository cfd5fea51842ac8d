"""An act writes fewer indices: `waiting_newest` and `waiting_by_stage` find what two more found."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two indices less on the queue, which every act on a case writes."""

    dependencies = (("review", "0005_waiting_by_duty"),)

    operations = (
        migrations.SeparateDatabaseAndState(
            # By hand: on SQLite Django would write the whole table anew.
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS review_waiting_opened_at_3345c4cf",
                    "CREATE INDEX review_waiting_opened_at_3345c4cf ON review_waiting (opened_at)",
                ),
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS review_waiting_stage_6a7e9f48",
                    "CREATE INDEX review_waiting_stage_6a7e9f48 ON review_waiting (stage)",
                ),
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS review_waiting_stage_6a7e9f48_like", migrations.RunSQL.noop
                ),
            ],
            state_operations=[
                migrations.AlterField("waiting", "opened_at", models.DateTimeField()),
                migrations.AlterField("waiting", "stage", models.CharField(max_length=16)),
            ],
        ),
    )
