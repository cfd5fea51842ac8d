"""Counting cases by what they wait for looks at an index alone."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index more on the queue."""

    dependencies = (("review", "0004_expected"),)

    operations = (
        migrations.AddIndex("waiting", models.Index(fields=["duty", "due"], name="waiting_by_duty")),
    )
