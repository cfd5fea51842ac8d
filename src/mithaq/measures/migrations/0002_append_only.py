from django.db import migrations

from mithaq.ledger.triggers import append_only


class Migration(migrations.Migration):
    """Errands and their steps go on, leases are scratch pads, and held secrets go; all else is kept."""

    dependencies = [("measures", "0001_initial")]

    operations = [
        append_only("measures_appliedmeasure"),
        append_only("measures_drift"),
        append_only("measures_madeplan"),
        append_only("measures_proberecord"),
    ]
