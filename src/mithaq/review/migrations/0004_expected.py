from collections.abc import Iterator, Mapping
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mithaq.ledger.kinds import ActKind
from mithaq.review.casefile import CaseFile, Step, read_case
from mithaq.review.expected import expected_of
from mithaq.review.stages import DAYS, Duty


def fill(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write down what the cases that there are wait for."""
    case_acts, expected = (apps.get_model("review", name) for name in ("CaseAct", "Expected"))
    days = dict(DAYS) | {
        Duty(duty): number
        for duty, number in apps.get_model("review", "DutyDays")
        .objects.order_by("pk")
        .values_list("duty", "days")
    }
    for case, opened_at, opener in (
        apps.get_model("intake", "Allegation")
        .objects.values_list("case", "opened_at", "opened_by__pseudonym")
        .iterator()
    ):
        rows = case_acts.objects.filter(case=case).order_by("number")
        state = read_case(opened_at, opener, _steps(rows))
        expected.objects.bulk_create(expected(**row) for row in _rows(state, case, days))


def _steps(rows: Any) -> Iterator[Step]:  # noqa: ANN401  # rows of a model as it was
    for kind, at, by, about, facts in rows.values_list("kind", "at", "by__pseudonym", "about", "facts"):
        yield Step(ActKind(kind), at, by, about, facts)


def _rows(state: CaseFile, case: str, days: Mapping[Duty, int]) -> Iterator[dict[str, Any]]:
    for row in expected_of(state, case, state.opened_at, days):
        yield {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields  # noqa: SLF001  # Django's public Model._meta
            if not field.primary_key
        }


class Migration(migrations.Migration):
    """What cases wait for, of whom by when."""

    dependencies = [
        ("intake", "0002_papers_and_watches"),
        ("review", "0003_four_eyes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Expected",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case", models.CharField(db_index=True, max_length=32)),
                ("duty", models.CharField(max_length=32)),
                ("about", models.CharField(blank=True, max_length=64)),
                ("role", models.CharField(max_length=32)),
                ("person", models.CharField(blank=True, max_length=32)),
                ("apart", models.TextField(blank=True)),
                ("since", models.DateTimeField()),
                ("start", models.DateTimeField()),
                ("limit", models.DateTimeField(null=True)),
                ("due", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name="expected",
            index=models.Index(fields=["role", "person", "due"], name="expected_of_whom"),
        ),
        migrations.AddIndex(
            model_name="expected", index=models.Index(fields=["due"], name="expected_by_when")
        ),
        migrations.AddIndex(
            model_name="waiting",
            index=models.Index(fields=["stage", "-opened_at", "-case"], name="waiting_by_stage"),
        ),
        migrations.AddIndex(
            model_name="waiting",
            index=models.Index(fields=["in_charge", "-opened_at", "-case"], name="waiting_by_reviewer"),
        ),
        migrations.AddIndex(
            model_name="waiting", index=models.Index(fields=["-opened_at", "-case"], name="waiting_newest")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
