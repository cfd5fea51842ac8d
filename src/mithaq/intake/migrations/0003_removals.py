import django.db.models.deletion
from django.db import migrations, models

from mithaq.ledger.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0002_papers_and_watches"),
    ]

    operations = [
        migrations.CreateModel(
            name="Removal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("removal", models.CharField(max_length=32, unique=True)),
                ("begun_at", models.DateTimeField()),
                ("before", models.DateTimeField()),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="RemovalEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ended_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(choices=[("removed", "Removed"), ("nothing", "Nothing")], max_length=16),
                ),
                ("rows", models.BigIntegerField(null=True)),
                (
                    "removal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="end", to="intake.removal"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ("removed", "nothing"))),
                        name="removal_outcome_known",
                    )
                ],
            },
        ),
        append_only("intake_removal"),
        append_only("intake_removalend"),
    ]
