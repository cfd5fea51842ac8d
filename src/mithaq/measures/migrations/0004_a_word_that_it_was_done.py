import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from mithaq.ledger.guards import refuse
from mithaq.ledger.triggers import append_only

_WORKER = "(SELECT w.id FROM people_account w WHERE w.pseudonym = 'worker')"


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0003_the_worker_is_no_asker"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("leaf_hash", models.BinaryField(unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "errand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmation",
                        to="measures.errand",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="measures.appliedmeasure",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        append_only("measures_confirmation"),
        refuse("measures_confirmation", "the-worker-gives-no-word", f"NEW.by_id = {_WORKER}"),
    ]
