"""Who broke the glass in front of a case: rows are only added, and only those that the act would add."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from mithaq.ledger.guards import refuse
from mithaq.ledger.triggers import append_only

_NO_ADMINISTRATOR = """NOT EXISTS (
    SELECT 1 FROM people_rolegrant held JOIN people_account who ON who.id = held.account_id
    WHERE held.account_id = NEW.account_id AND held.role = 'administrator' AND who.is_active
      AND held.approved_at IS NOT NULL AND held.ended_at IS NULL)"""

_RECUSED = """EXISTS (
    SELECT 1 FROM people_recusal barred
    WHERE barred.account_id = NEW.account_id AND barred.ended_at IS NULL
      AND barred.kind = 'prior-work' AND barred.value = NEW."case")"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="BrokenGlass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case", models.CharField(max_length=32)),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="broken_glass",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "case", "at"], name="glass_by_person_and_case")],
            },
        ),
        append_only("people_brokenglass"),
        refuse("people_brokenglass", "only-an-administrator-breaks-glass", _NO_ADMINISTRATOR),
        refuse("people_brokenglass", "a-recused-person-breaks-no-glass", _RECUSED),
    ]
