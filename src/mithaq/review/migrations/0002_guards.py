from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mithaq.ledger.triggers import append_only
from mithaq.review.guards import setting_up, taking_down


def set_up(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in setting_up(editor.connection.vendor):
        editor.execute(statement)


def take_down(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in taking_down(editor.connection.vendor):
        editor.execute(statement)


class Migration(migrations.Migration):
    """What the conditions of `guards.sql` read must be there first."""

    dependencies = [
        ("intake", "0001_initial"),
        ("people", "0003_guards"),
        ("review", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(set_up, take_down),
        append_only("review_appeal"),
        append_only("review_appealruling"),
        append_only("review_authorisation"),
        append_only("review_caseact"),
        append_only("review_decision"),
        append_only("review_dutydays"),
        append_only("review_finding"),
        append_only("review_ruling"),
        append_only("review_statement"),
    ]
