"""What the page of a run's evidence shows beside the document."""

import django.db.models.deletion
from django.db import migrations, models

from mithaq.ledger.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("runs", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Exhibits",
            fields=[
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="exhibits",
                        serialize=False,
                        to="runs.result",
                    ),
                ),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
            ],
        ),
        append_only("runs_exhibits"),
    ]
