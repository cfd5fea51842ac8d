from datetime import timedelta

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mithaq.review.guards import setting_up, taking_down


def set_up(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in (*taking_down(editor.connection.vendor), *setting_up(editor.connection.vendor)):
        editor.execute(statement)


def enqueue(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put cases into the queue that were opened before opening did so."""
    del editor
    waiting = apps.get_model("review", "Waiting")
    changed = apps.get_model("review", "DutyDays").objects.filter(duty="authorise").order_by("pk").last()
    days = timedelta(days=changed.days if changed else 3)
    known = waiting.objects.values("case")
    for case in apps.get_model("intake", "Allegation").objects.exclude(case__in=known).iterator():
        waiting.objects.create(
            case=case.case,
            acts=0,
            opened_at=case.opened_at,
            stage="opened",
            held=False,
            due=case.opened_at + days,
            duty="authorise",
        )


def take_down(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in taking_down(editor.connection.vendor):
        editor.execute(statement)


class Migration(migrations.Migration):
    """What the conditions of `guards.sql` read, and the tables that they stand before, must be there first."""

    dependencies = [
        ("identity", "0001_initial"),
        ("intake", "0002_papers_and_watches"),
        ("people", "0006_the_worker_is_nobody"),
        ("register", "0001_initial"),
        ("review", "0002_guards"),
        ("runs", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(set_up, take_down),
        migrations.RunPython(enqueue, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(("restricts", True)), fields=["ends_at"], name="decision_by_its_end"
            ),
        ),
    ]
