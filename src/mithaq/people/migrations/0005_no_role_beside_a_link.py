from django.db import migrations

from mithaq.ledger.guards import refuse


class Migration(migrations.Migration):
    """Whoever issued a link could be the one to use it, so no deciding role comes into force beside one."""

    dependencies = [("people", "0004_break_glass")]

    operations = [
        refuse(
            "people_rolegrant",
            "an-unused-link-could-be-its-issuers",
            "OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL AND EXISTS (SELECT 1 "
            "FROM people_signinlink l WHERE l.account_id = NEW.account_id AND l.used_at IS NULL "
            "AND l.withdrawn_at IS NULL AND l.expires_at > NEW.approved_at)",
            on="UPDATE",
        )
    ]
