"""Entries are found by their kind without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["kind", "id"], name="ledger_entry_by_kind"),
        ),
    ]
