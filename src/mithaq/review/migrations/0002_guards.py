from django.db import migrations

from mithaq.ledger.triggers import append_only


class Migration(migrations.Migration):
    """Rows of casework stay; the rules of four eyes follow once all tables that they read are there."""

    dependencies = [
        ("review", "0001_initial"),
    ]

    operations = [
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
