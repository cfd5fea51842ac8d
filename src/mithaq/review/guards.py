"""The rules of four eyes in the database itself, written against the tables alone (`guards.sql`).

They hold for whoever writes: the acts, a script, a shell. They are a second wall, not the proof: the owner
of a database can drop them, and what finds that is the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Final

from jinja2 import Environment, StrictUndefined

from mithaq.review.measures import INTERIM_MOST

APPEAL_DAYS: Final = 184
"""An appeal is open for at least this long: no six months of the calendar are longer (DSA, Art. 20)."""

BROKEN: Final = "mithaq: "
"""How the message of every guard begins."""

_HEAD: Final = re.compile(r"^--! (\w+) ON (\w+): (.+)$", re.MULTILINE)
_IN_FORCE: Final = "('approved', 'expired', 'set-aside')"

_BY_PEOPLE: Final = (
    ("identity_dealing", "by"),
    ("identity_part", "account"),
    ("identity_personalkey", "account"),
    ("identity_personalkeyend", "by"),
    ("identity_unlockrequest", "proposed_by"),
    ("intake_allegation", "opened_by"),
    ("intake_attachment", "added_by"),
    ("intake_caselink", "linked_by"),
    ("intake_watchend", "ended_by"),
    ("register_contractrecord", "recorded_by"),
    ("register_customer", "recorded_by"),
    ("register_subscriptionrecord", "recorded_by"),
    ("review_authorisation", "reviewer"),
    ("review_dutydays", "set_by"),
    ("runs_recordsanswer", "answered_by"),
    ("runs_recordsrequest", "requested_by"),
    ("runs_run", "requested_by"),
)
"""Columns in which only people stand; where a row names an act, the guard of the act keeps the worker out."""

_SHARED: Final = """
{%- macro barred(person, case='NEW."case"') -%}
EXISTS (SELECT 1 FROM people_recusal r WHERE r.account_id = {{ person }} AND r.ended_at IS NULL AND (
  (r.kind = 'prior-work' AND r.value = {{ case }}) OR EXISTS (
    SELECT 1 FROM intake_allegation a WHERE a."case" = {{ case }} AND (
      (r.kind IN ('customer', 'prior-work') AND r.value = a.customer) OR EXISTS (
        SELECT 1 FROM intake_subject s WHERE s.allegation_id = a.id AND (
          (r.kind IN ('customer', 'prior-work') AND r.value = s.customer)
          OR (r.kind = 'region' AND r.value = s.home_region)))))))
{%- endmacro -%}
{%- macro authoriser() -%}
(SELECT x.authorised_by_id FROM review_authorisation x WHERE x."case" = NEW."case" ORDER BY x.id DESC LIMIT 1)
{%- endmacro -%}
{%- set worker = "(SELECT w.id FROM people_account w WHERE w.pseudonym = 'worker')" -%}
{%- macro involved(person, appeal) -%}
({{ person }} IN (SELECT x.reviewer_id FROM review_authorisation x WHERE x."case" = NEW."case")
OR {{ person }} IN (SELECT x.authorised_by_id FROM review_authorisation x WHERE x."case" = NEW."case")
OR {{ person }} IN (SELECT c.by_id FROM review_finding x JOIN review_caseact c ON c.id = x.act_id
  WHERE x."case" = NEW."case")
OR {{ person }} IN (SELECT x.proposed_by_id FROM review_decision x WHERE x."case" = NEW."case"
  AND x.path <> 'expire' AND COALESCE(x.appeal_id, '') <> {{ appeal }})
OR {{ person }} IN (SELECT y.ruled_by_id FROM review_ruling y JOIN review_decision x ON x.key = y.decision_id
  WHERE y."case" = NEW."case" AND x.path <> 'expire' AND COALESCE(x.appeal_id, '') <> {{ appeal }})
OR {{ person }} IN (SELECT x.decided_by_id FROM review_appealruling x WHERE x."case" = NEW."case"
  AND x.appeal_id <> {{ appeal }}))
{%- endmacro -%}
{%- macro decided(person) -%}
({{ person }} IN (SELECT p.proposed_by_id FROM review_decision p WHERE p.key = NEW.previous_id)
OR {{ person }} IN (SELECT y.ruled_by_id FROM review_ruling y WHERE y.decision_id = NEW.previous_id))
{%- endmacro -%}
{%- macro came_into_force() -%}
EXISTS (SELECT 1 FROM review_ruling y WHERE y.decision_id = NEW.decision_id AND y.outcome IN {{ in_force }})
{%- endmacro -%}
{%- macro done(kind, person) -%}
EXISTS (SELECT 1 FROM review_caseact c WHERE c.id = NEW.act_id AND c."case" = NEW."case"
  AND c.kind = '{{ kind }}' AND c.by_id = {{ person }})
{%- endmacro -%}
"""


@dataclass(frozen=True, slots=True)
class Guard:
    """What must never be true of a new row (`NEW`), and the sentence that refuses it."""

    name: str
    table: str
    message: str
    broken: str


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What SQLite and PostgreSQL write differently."""

    postgresql: bool

    def seconds(self, later: str, earlier: str) -> str:
        """Seconds from one moment to another."""
        if self.postgresql:
            return f"EXTRACT(EPOCH FROM ({later} - {earlier}))"
        return f"((julianday({later}) - julianday({earlier})) * 86400.0)"

    def measures(self) -> str:
        """How many measures the content has; null if it cannot be told."""
        if self.postgresql:
            return "jsonb_array_length(NEW.content::jsonb -> 'measures')"
        return "json_array_length(NEW.content, '$.measures')"

    def field(self, name: str) -> str:
        """A text field of the content."""
        if self.postgresql:
            return f"(NEW.content::jsonb ->> '{name}')"
        return f"json_extract(NEW.content, '$.{name}')"

    def fact(self, name: str) -> str:
        """A text among the facts of an act."""
        if self.postgresql:
            return f"(NEW.facts ->> '{name}')"
        return f"json_extract(NEW.facts, '$.{name}')"

    def digest(self) -> str:
        """The digest of the content. SQLite has no SHA-256: there only `check_review` compares it."""
        if self.postgresql:
            return "'sha256:' || encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex')"
        return "NEW.digest"


def guards(vendor: str) -> tuple[Guard, ...]:
    """Give all guards in the words of a database, `sqlite` or `postgresql`."""
    dialect = _Dialect(vendor == "postgresql")
    text = resources.files(__package__).joinpath("guards.sql").read_text(encoding="utf-8")
    filled = (
        Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701  # SQL of our own, no page
        .from_string(_SHARED + text)
        .render(
            seconds=dialect.seconds,
            measures=dialect.measures,
            field=dialect.field,
            fact=dialect.fact,
            by_people=_BY_PEOPLE,
            digest=dialect.digest,
            in_force=_IN_FORCE,
            interim_seconds=int(INTERIM_MOST.total_seconds()),
            appeal_seconds=APPEAL_DAYS * 86_400,
        )
    )
    _, *parts = _HEAD.split(filled)
    heads = zip(parts[0::4], parts[1::4], parts[2::4], parts[3::4], strict=True)
    return tuple(Guard(name, table, says, broken.strip()) for name, table, says, broken in heads)


def setting_up(vendor: str) -> Iterator[str]:
    """Give the SQL that sets all guards up."""
    for guard in guards(vendor):
        name = f"guard_{guard.name}"
        before = f"CREATE TRIGGER {name} BEFORE INSERT ON {guard.table}"
        if vendor == "postgresql":
            yield (
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
                f"IF {guard.broken} THEN\n"
                f"RAISE EXCEPTION '{BROKEN}{guard.message}' USING ERRCODE = 'check_violation';\n"
                "END IF;\nRETURN NEW;\nEND $$"
            )
            yield f"{before} FOR EACH ROW EXECUTE FUNCTION {name}()"
        else:
            yield f"{before} WHEN {guard.broken}\nBEGIN SELECT RAISE(ABORT, '{BROKEN}{guard.message}'); END"


def taking_down(vendor: str) -> Iterator[str]:
    """Give the SQL that takes all guards away, for a migration that goes backwards."""
    for guard in guards(vendor):
        name = f"guard_{guard.name}"
        if vendor == "postgresql":
            yield f"DROP TRIGGER IF EXISTS {name} ON {guard.table}"
            yield f"DROP FUNCTION IF EXISTS {name}()"
        else:
            yield f"DROP TRIGGER IF EXISTS {name}"
