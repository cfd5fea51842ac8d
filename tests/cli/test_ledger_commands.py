"""`mithaq ledger verify` and `proof`: what anybody can check from files alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import Mithaq
from tests.ledger.logs import NOW, ORIGIN, SIGNER, Log, entry, log_of, witness_signer

from mithaq.ledger.checkpoint import parse_checkpoint
from mithaq.ledger.note import make_signer, parse_note
from mithaq.ledger.text import to_base64

KEY = SIGNER.verifier.vkey()
SIZE = 300
OTHER = make_signer(ORIGIN, bytes(32))


@pytest.fixture(scope="module")
def log() -> Log:
    return log_of(SIZE)


@pytest.fixture
def folder(log: Log, tmp_path: Path) -> Path:
    return log.write(tmp_path / "ledger")


def test_a_whole_ledger_is_verified_from_its_files(mithaq: Mithaq, log: Log, folder: Path) -> None:
    done = mithaq("ledger", "verify", folder, "--key", KEY, "--json")
    assert done.code == 0
    assert done.document == {
        "mithaq": "ledger-verify/v1",
        "origin": ORIGIN,
        "size": SIZE,
        "root": to_base64(log.root()),
        "entries": SIZE,
        "tiles": 3,
        "kept": [],
        "cosigned": [],
    }
    assert "300 entries lead to this root" in mithaq("ledger", "verify", folder, "--key", KEY).out


def test_it_starts_without_django(folder: Path) -> None:
    script = (
        "import sys; from mithaq.cli.app import run; code = run(sys.argv[1:]); "
        "sys.exit(code or any(name.startswith('django') for name in sys.modules))"
    )
    command = [sys.executable, "-c", script, "ledger", "verify", str(folder), "--key", KEY]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_copy_without_entries_is_verified_too(mithaq: Mithaq, log: Log, tmp_path: Path) -> None:
    folder = log.write(tmp_path / "hashes", entries=False)
    assert mithaq("ledger", "verify", folder, "--key", KEY, "--json").document["entries"] == 0
    assert "holds hashes only" in mithaq("ledger", "verify", folder, "--key", KEY).out


def test_the_key_may_lie_in_a_file(mithaq: Mithaq, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "log.pub").write_text(f"{KEY}\n", "utf-8")
    assert mithaq("ledger", "verify", folder, "--key", tmp_path / "log.pub").code == 0


def test_a_ledger_that_continues_a_kept_checkpoint_says_so(
    mithaq: Mithaq, log: Log, folder: Path, tmp_path: Path
) -> None:
    for size in (1, 256, 299, SIZE):
        (tmp_path / f"kept-{size}").write_bytes(log.checkpoint(size))
    kept = [word for size in (1, 256, 299, SIZE) for word in ("--kept", tmp_path / f"kept-{size}")]
    done = mithaq("ledger", "verify", folder, "--key", KEY, "--json", *kept)
    assert done.document["kept"] == [1, 256, 299, SIZE]


def altered(at: int) -> Log:
    """Give the ledger of an operator who has exchanged one entry and signed everything anew."""
    return Log([entry(number if number != at else number + 1000) for number in range(SIZE)])


@pytest.mark.parametrize("at", [0, 100, 254])
def test_a_ledger_rewritten_at_or_below_a_kept_checkpoint_is_found_out(
    mithaq: Mithaq, log: Log, tmp_path: Path, at: int
) -> None:
    (tmp_path / "kept").write_bytes(log.checkpoint(255))
    folder = altered(at).write(tmp_path / "rewritten")
    assert mithaq("ledger", "verify", folder, "--key", KEY).code == 0, "alone it looks honest"
    done = mithaq("ledger", "verify", folder, "--key", KEY, "--kept", tmp_path / "kept", "--json")
    assert (done.code, done.document["code"]) == (1, "not-proven")
    assert "the first 255 entries are not those" in done.document["message"]


def test_what_is_rewritten_above_every_kept_checkpoint_is_not_found(
    mithaq: Mithaq, log: Log, tmp_path: Path
) -> None:
    (tmp_path / "kept").write_bytes(log.checkpoint(255))
    folder = altered(255).write(tmp_path / "rewritten")
    done = mithaq("ledger", "verify", folder, "--key", KEY, "--kept", tmp_path / "kept")
    assert done.code == 0, "this is the limit that SECURITY.md names"


def test_a_ledger_cut_short_is_found_out(mithaq: Mithaq, log: Log, tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(log.checkpoint())
    folder = log_of(SIZE - 1).write(tmp_path / "short")
    done = mithaq("ledger", "verify", folder, "--key", KEY, "--kept", tmp_path / "kept", "--json")
    assert "300 entries was kept, and now there are 299" in done.document["message"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("checkpoint", "bad-ledger-format"),
        ("tile/0/000", "ledger-damaged"),
        ("tile/0/001.p/44", "ledger-damaged"),
        ("tile/1/000.p/1", "ledger-damaged"),
        ("tile/entries/000", "ledger-damaged"),
        ("tile/entries/001.p/44", "ledger-damaged"),
    ],
)
def test_a_file_that_was_altered_or_removed_is_found_out(
    mithaq: Mithaq, folder: Path, path: str, code: str
) -> None:
    file = folder / path
    honest = file.read_bytes()
    middle = len(honest) // 2
    file.write_bytes(honest[:middle] + bytes([honest[middle] ^ 1]) + honest[middle + 1 :])
    done = mithaq("ledger", "verify", folder, "--key", KEY, "--json")
    assert done.code == 1
    assert done.document["code"] in {code, "bad-signature", "bad-ledger-format"}
    assert done.document["hint"]
    file.unlink()
    done = mithaq("ledger", "verify", folder, "--key", KEY, "--json")
    if "entries" in path:
        # Bundles are for auditors; a copy without them is a copy of the hashes.
        assert done.document["entries"] < SIZE
    else:
        assert (done.code, done.document["code"]) == (1, "ledger-damaged")


def test_another_logs_key_verifies_nothing(mithaq: Mithaq, folder: Path) -> None:
    done = mithaq("ledger", "verify", folder, "--key", OTHER.verifier.vkey(), "--json")
    assert (done.code, done.document["code"]) == (1, "bad-signature")


def test_a_witness_that_cosigned_is_named_with_its_time(mithaq: Mithaq, folder: Path) -> None:
    witness = witness_signer()
    note = parse_note((folder / "checkpoint").read_bytes())
    cosigned = note.signed_also(witness.cosign(note.text, int(NOW.timestamp())))
    (folder / "checkpoint").write_bytes(cosigned.encode())
    asked = ("ledger", "verify", folder, "--key", KEY, "--witness", witness.cosigner.vkey())
    done = mithaq(*asked, "--json")
    assert done.document["cosigned"] == [{"witness": witness.cosigner.name, "at": "2026-09-21T12:00:00Z"}]
    assert f"{witness.cosigner.name} cosigned it at 2026-09-21T12:00:00Z" in mithaq(*asked).out


def test_a_proof_of_one_entry_is_verified_by_itself(mithaq: Mithaq, folder: Path, tmp_path: Path) -> None:
    made = mithaq("ledger", "proof", folder, "--key", KEY, "--index", "7", "--out", tmp_path, "--json")
    file = tmp_path / "7.tlog-proof"
    kind = made.document["proofs"][0]["kind"]
    assert made.document["proofs"] == [
        {"index": 7, "kind": kind, "at": "2026-09-21T12:00:07Z", "case": "c_0", "file": str(file)}
    ]
    done = mithaq("ledger", "verify", file, "--key", KEY, "--json")
    assert (done.code, done.document["mithaq"]) == (0, "ledger-proof-verify/v1")
    assert (done.document["index"], done.document["size"]) == (7, SIZE)
    assert (done.document["entry"]["kind"], done.document["entry"]["facts"]) == (kind, {"number": 7})
    assert '"number":7' in mithaq("ledger", "verify", file, "--key", KEY).out


def test_a_proof_with_another_entry_or_another_path_is_refused(
    mithaq: Mithaq, folder: Path, tmp_path: Path
) -> None:
    mithaq("ledger", "proof", folder, "--key", KEY, "--index", "7", "--out", tmp_path)
    file = tmp_path / "7.tlog-proof"
    (tmp_path / "entry").write_bytes(entry(8))
    done = mithaq("ledger", "verify", file, "--key", KEY, "--entry", tmp_path / "entry", "--json")
    assert (done.code, done.document["code"]) == (1, "not-proven")
    assert done.document["file"] == str(file)
    (tmp_path / "entry").write_bytes(entry(7))
    assert mithaq("ledger", "verify", file, "--key", KEY, "--entry", tmp_path / "entry").code == 0
    file.write_text(file.read_text("utf-8").replace("index 7", "index 8"), "utf-8")
    assert mithaq("ledger", "verify", file, "--key", KEY, "--json").document["code"] == "not-proven"


def test_all_proofs_of_a_case_are_written_at_once(mithaq: Mithaq, folder: Path, tmp_path: Path) -> None:
    made = mithaq("ledger", "proof", folder, "--key", KEY, "--case", "c_3", "--out", tmp_path / "p", "--json")
    indexes = [row["index"] for row in made.document["proofs"]]
    assert indexes == list(range(3, SIZE, 7))
    for path in (tmp_path / "p").iterdir():
        assert mithaq("ledger", "verify", path, "--key", KEY).code == 0


def test_a_proof_may_serve_as_the_checkpoint_that_was_kept(
    mithaq: Mithaq, log: Log, folder: Path, tmp_path: Path
) -> None:
    mithaq("ledger", "proof", folder, "--key", KEY, "--index", "7", "--out", tmp_path)
    receipt = tmp_path / "7.tlog-proof"
    longer = Log([*log.entries, entry(SIZE)]).write(tmp_path / "longer")
    done = mithaq("ledger", "verify", longer, "--key", KEY, "--kept", receipt, "--json")
    assert done.document["kept"] == [SIZE]
    rewritten = altered(20).write(tmp_path / "rewritten")
    assert mithaq("ledger", "verify", rewritten, "--key", KEY, "--kept", receipt).code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--index", "300"], "there is no entry 300"),
        (["--index", "-1"], "there is no entry -1"),
        (["--case", "c_unknown"], "no entry of the case c_unknown"),
    ],
)
def test_what_the_checkpoint_does_not_cover_is_not_proven(
    mithaq: Mithaq, folder: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = mithaq("ledger", "proof", folder, "--key", KEY, *arguments, "--out", tmp_path / "p", "--json")
    assert (done.code, done.document["code"]) == (1, "not-proven")
    assert message in done.document["message"]
    assert not (tmp_path / "p").exists()


def test_a_copy_without_entries_gives_no_proofs(mithaq: Mithaq, log: Log, tmp_path: Path) -> None:
    folder = log.write(tmp_path / "hashes", entries=False)
    done = mithaq("ledger", "proof", folder, "--key", KEY, "--index", "1", "--out", tmp_path, "--json")
    assert "holds hashes only" in done.document["message"]


def test_a_damaged_copy_gives_an_error_and_no_false_proof(
    mithaq: Mithaq, folder: Path, tmp_path: Path
) -> None:
    file = folder / "tile" / "0" / "000"
    file.write_bytes(bytes(32) + file.read_bytes()[32:])
    done = mithaq("ledger", "proof", folder, "--key", KEY, "--index", "7", "--out", tmp_path / "p", "--json")
    assert (done.code, done.document["code"]) == (1, "not-proven")
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["ledger"],
        ["ledger", "verify"],
        ["ledger", "verify", "FOLDER"],
        ["ledger", "verify", "FOLDER", "--key", KEY, "--entry", "FOLDER"],
        ["ledger", "verify", "no-folder", "--key", KEY, "--kept", "FOLDER"],
        ["ledger", "proof", "FOLDER", "--key", KEY],
        ["ledger", "proof", "FOLDER", "--key", KEY, "--index", "1", "--case", "c_1"],
        ["ledger", "rewrite"],
    ],
)
def test_a_wrong_command_line_ends_with_2(mithaq: Mithaq, folder: Path, arguments: list[str]) -> None:
    words = [str(folder) if word == "FOLDER" else word for word in arguments]
    done = mithaq(*words, "--json")
    assert (done.code, done.document["code"]) == (2, "usage")


@pytest.mark.parametrize(
    ("key", "code"),
    [("no-such-file", "unreadable-file"), ("a+b+c", "bad-ledger-format"), (KEY[:-4], "bad-ledger-format")],
)
def test_a_key_that_is_none_is_refused(mithaq: Mithaq, folder: Path, key: str, code: str) -> None:
    done = mithaq("ledger", "verify", folder, "--key", key, "--json")
    assert (done.code, done.document["code"]) == (1, code)


def test_what_is_not_there_is_said(mithaq: Mithaq, folder: Path, tmp_path: Path) -> None:
    done = mithaq("ledger", "verify", tmp_path / "nowhere", "--key", KEY, "--json")
    assert (done.document["code"], done.document["file"]) == ("unreadable-file", str(tmp_path / "nowhere"))
    kept = tmp_path / "kept"
    kept.write_bytes(b"nothing")
    done = mithaq("ledger", "verify", folder, "--key", KEY, "--kept", kept, "--json")
    assert (done.document["code"], done.document["file"]) == ("bad-ledger-format", str(kept))


def test_fsck_makes_no_database_where_there_is_none(tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-c", "import mithaq.cli; mithaq.cli.main()", "ledger", "fsck"]
    environment = {**os.environ, "MITHAQ_HOME": str(home), "DATABASE_URL": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "there is no database of Mithaq" in done.stderr
    assert not home.exists()


def test_the_checkpoint_is_what_its_format_says(log: Log) -> None:
    origin, size, root, end = parse_note(log.checkpoint()).text.split("\n")
    assert (origin, size, root, end) == (ORIGIN, "300", to_base64(log.root()), "")
    assert parse_checkpoint(parse_note(log.checkpoint()).text).size == SIZE
