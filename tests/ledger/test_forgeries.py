"""Whatever is rewritten at or below a checkpoint that somebody kept is found; what is honest is believed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction
from tests.ledger.database import publisher, say, say_many
from tests.ledger.forgers import FORGERIES, folder_of, forged, rewrite_database
from tests.ledger.logs import NOW, ORIGIN, TRUST, Log, entropy_of, log_of
from tests.soaking import SOAK, counted, first_seed

from mithaq.kernel.errors import MithaqError
from mithaq.ledger import queries
from mithaq.ledger.acts import ActorRef, erase, integrate, sequence
from mithaq.ledger.checkpoint import Checkpoint, open_checkpoint
from mithaq.ledger.folder import LedgerFolder, write_ledger
from mithaq.ledger.fsck import fsck
from mithaq.ledger.models import Entry, SealedValue
from mithaq.ledger.verify import verify_ledger

pytestmark = [pytest.mark.soak(minutes=1), pytest.mark.timeout(3_600 if SOAK else 300)]

FORGED_FOLDERS = 10_000 if SOAK else 1_000
FORGED_DATABASES = 10_000 if SOAK else 1_000
HONEST = 1_000 if SOAK else 100
OFFICER = ActorRef("p_officer", "administrator")


def kept_of(log: Log, size: int) -> Checkpoint:
    return open_checkpoint(log.checkpoint(size), TRUST.keys, origin=ORIGIN)[0]


@contextmanager
def forgotten_afterwards() -> Iterator[None]:
    """Take back what happens inside, without a block that the publisher would object to."""
    savepoint = transaction.savepoint()
    yield
    transaction.savepoint_rollback(savepoint)


def choice_of(number: int) -> random.Random:
    return random.Random(number + 1_000_000 * (first_seed() - 1))  # noqa: S311  # the same again, from its number


def test_every_forged_folder_is_found_out() -> None:
    honest = {size: log_of(size) for size in (3, 40, 270)}
    missed: list[str] = []
    for number in counted(range(FORGED_FOLDERS), "forged folders"):
        choice = choice_of(number)
        log = honest[choice.choice([3, 40, 40, 40, 270])]
        kept = kept_of(log, choice.randrange(1, log.size + 1))
        leaves, done = forged(log.entries, kept.size, choice)
        lie = Log(leaves)
        # Covered up wholly, or with some of the honest parts left in place.
        parts = choice.choice([(lie, lie, lie), (lie, lie, log), (lie, log, log), (log, lie, lie)])
        try:
            verify_ledger(folder_of(*parts), TRUST, kept=[kept])
        except MithaqError:
            continue
        missed.append(f"{number}: {done} below {kept.size} of {log.size}")
    assert missed == []


def test_every_kind_of_forgery_is_among_them() -> None:
    done: set[str] = set()
    log = log_of(40)
    for number in range(300):
        done.update(forged(log.entries, 20, choice_of(number))[1].split("+"))
    assert done == {forgery.__name__ for forgery in FORGERIES}


@pytest.fixture
def without_triggers() -> None:
    """Make room for somebody who owns the database."""
    assert connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


THIS = "(SELECT entry_id FROM ledger_position WHERE seq = %(at)s)"
BESIDE = [
    "UPDATE ledger_entry SET kind = 'review:case:closed' WHERE id = THIS",
    "UPDATE ledger_entry SET \"case\" = 'c_other' WHERE id = THIS",
    "UPDATE ledger_entry SET at = '2025-01-01 00:00:00' WHERE id = THIS",
    "UPDATE ledger_entry SET at = 'never' WHERE id = THIS",
    "UPDATE ledger_entry SET leaf_hash = %(noise)s WHERE id = THIS",
    "UPDATE ledger_entry SET leaf = 'words' WHERE id = THIS",
    "UPDATE ledger_position SET seq = 1000 WHERE seq = %(at)s",
    "DELETE FROM ledger_position WHERE seq = %(at)s",
    "INSERT INTO ledger_outbox (entry_id) VALUES (THIS)",
    "UPDATE ledger_sealedvalue SET value = 'other words' WHERE entry_id = THIS",
    "UPDATE ledger_sealedvalue SET value = %(noise)s WHERE entry_id = THIS",
    "UPDATE ledger_sealedvalue SET salt = %(noise)s WHERE entry_id = THIS",
    "UPDATE ledger_sealedvalue SET salt = NULL, value = NULL WHERE entry_id = THIS",
    "UPDATE ledger_sealedvalue SET field = 'name' WHERE entry_id = THIS",
    "DELETE FROM ledger_sealedvalue WHERE entry_id = THIS",
    "UPDATE ledger_tile SET hashes = substr(hashes, 1, 32 * %(at)s) || %(noise)s",
    "UPDATE ledger_tile SET hashes = substr(hashes, 1, 32 * %(at)s)",
    'UPDATE ledger_tile SET "level" = 1',
    "UPDATE ledger_checkpoint SET size = size + 100",
    "UPDATE ledger_checkpoint SET note = replace(CAST(note AS TEXT), 'provider', 'other')",
]
"""What may be altered besides the entries themselves: all that is kept of them."""


@pytest.mark.django_db
@pytest.mark.usefixtures("without_triggers")
def test_every_forged_database_is_found_out(tmp_path: Path) -> None:
    size, kept = 24, []
    for start, end in ((0, 5), (5, 11), (11, 20), (20, size)):
        say_many(end - start, start)
        signed = publisher(tmp_path).publish()
        assert signed is not None
        kept.append(open_checkpoint(bytes(signed.note), TRUST.keys, origin=ORIGIN)[0])
    honest = [bytes(leaf) for leaf in Entry.objects.order_by("id").values_list("leaf", flat=True)]
    assert fsck(TRUST, kept=kept, projections={}).findings == []
    missed: list[str] = []
    for number in counted(range(FORGED_DATABASES), "forged databases"):
        choice = choice_of(number)
        with forgotten_afterwards():
            if number % 3:
                held = choice.choice(kept)
                leaves, done = forged(honest, held.size, choice)
                rewrite_database(leaves, cover=choice.randrange(4))
            else:
                held, done = kept[-1], choice.choice(BESIDE)
                with connection.cursor() as cursor:
                    values: dict[str, int | bytes] = {
                        "at": choice.randrange(size),
                        "noise": choice.randbytes(32),
                    }
                    cursor.execute(done.replace("THIS", THIS), values)
            if not fsck(TRUST, kept=[held], projections={}).findings:
                missed.append(f"{number}: {done} below {held.size}")
    assert missed == []
    assert fsck(TRUST, kept=kept, projections={}).findings == []


def history(folder: Path, choice: random.Random) -> list[bytes]:
    """Live through a random honest history; gives the checkpoints that somebody kept of it."""
    acts: list[Callable[[], object]] = []
    written: list[Entry] = []
    kept: list[bytes] = []

    def speak() -> None:
        number = choice.randrange(10**9)
        personal = dict.fromkeys(choice.sample(["reasons", "name", "words"], 2), f"text {number}")
        written.append(say(number, case=f"c_{choice.randrange(4)}", personal=personal))

    def forget() -> None:
        if written:
            entry = choice.choice(written)
            fields = SealedValue.objects.filter(entry=entry).values_list("field", flat=True)
            erase(
                entry, [choice.choice(list(fields))], by=OFFICER, clock=lambda: NOW, entropy=choice.randbytes
            )

    def give_out() -> None:
        signed = publisher(folder).publish()
        if signed is not None:
            kept.append(bytes(signed.note))

    acts = [speak, speak, speak, forget, sequence, integrate, give_out]
    for _ in range(choice.randrange(1, 16)):
        choice.choice(acts)()
    give_out()
    return kept


@pytest.mark.django_db
def test_no_honest_history_raises_an_alarm(tmp_path: Path) -> None:
    alarms: list[str] = []
    for number in counted(range(HONEST), "honest histories"):
        folder = tmp_path / str(number)
        with forgotten_afterwards():
            notes = history(folder, choice_of(number))
            kept = [open_checkpoint(note, TRUST.keys, origin=ORIGIN)[0] for note in notes]
            alarms += fsck(TRUST, kept=kept, projections={}).findings
            last = queries.latest_checkpoint()
            if last is None:
                continue
            write_ledger(folder / "log", last.size, bytes(last.note), queries.fetch_tile, entries=True)
            verified = verify_ledger(LedgerFolder(folder / "log"), TRUST, kept=kept)
            assert len(verified.kept) == len(notes)
            assert verified.entries == Entry.objects.count()
    assert alarms == []


def test_a_forger_is_given_the_real_signing_key() -> None:
    lie = Log([*log_of(5).entries[:4], log_of(9).entries[8]])
    assert verify_ledger(folder_of(lie, lie, lie), TRUST).checkpoint.size == 5, "alone it looks honest"
    assert entropy_of(1)(4) == entropy_of(1)(4)
