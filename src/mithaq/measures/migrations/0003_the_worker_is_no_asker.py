from django.db import migrations

from mithaq.ledger.guards import refuse

_WORKER = "(SELECT w.id FROM people_account w WHERE w.pseudonym = 'worker')"


class Migration(migrations.Migration):
    """What the worker itself sees to be due is asked for by nobody."""

    dependencies = [("measures", "0002_append_only"), ("people", "0006_the_worker_is_nobody")]

    operations = [refuse("measures_errand", "the-worker-asks-for-nothing", f"NEW.asked_by_id = {_WORKER}")]
