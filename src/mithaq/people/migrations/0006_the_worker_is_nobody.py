from django.db import migrations

from mithaq.ledger.guards import refuse

_WORKER = "(SELECT w.id FROM people_account w WHERE w.pseudonym = 'worker')"


class Migration(migrations.Migration):
    """The worker's account signs nobody in, holds no role, and is recused from nothing, for ever."""

    dependencies = [("people", "0005_no_role_beside_a_link")]

    operations = [
        refuse(
            "people_account",
            "the-worker-signs-nobody-in",
            "NEW.pseudonym = 'worker' AND (NEW.is_active OR substr(NEW.password, 1, 1) <> '!')",
        ),
        refuse("people_account", "the-worker-never-changes", "OLD.pseudonym = 'worker'", on="UPDATE"),
        *(
            refuse(f"people_{table}", "the-worker-is-no-person", f"NEW.account_id = {_WORKER}")
            for table in ("brokenglass", "keptanswer", "recusal", "rolegrant", "signinlink", "token")
        ),
        refuse("people_recusal", "the-worker-recuses-nobody", f"NEW.declared_by_id = {_WORKER}"),
        refuse(
            "people_rolegrant",
            "the-worker-grants-nothing",
            f"{_WORKER} IN (NEW.proposed_by_id, NEW.approved_by_id)",
        ),
        refuse("people_signinlink", "the-worker-lets-nobody-in", f"NEW.issued_by_id = {_WORKER}"),
    ]
