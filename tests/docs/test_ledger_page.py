"""The page on the ledger: its program judges as Mithaq does, and its settings are those of the code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.ledger.logs import SIGNER, log_of

from mithaq.ledger.folder import LedgerFolder
from mithaq.ledger.receipts import ReceiptMaker
from mithaq.ledger.verify import Trust

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ledger.md").read_text("utf-8")
KEY = SIGNER.verifier.vkey()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = re.search(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    path = tmp_path_factory.mktemp("page") / "check.py"
    path.write_text(found[1], "utf-8")
    return path


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> ReceiptMaker:
    folder = log_of(300).write(tmp_path_factory.mktemp("log"))
    return ReceiptMaker(LedgerFolder(folder), Trust(SIGNER.name, [SIGNER.verifier]))


def judged(program: Path, path: Path, proof: bytes) -> int:
    path.write_bytes(proof)
    command = [sys.executable, str(program), str(path), KEY]
    return subprocess.run(command, capture_output=True, check=False).returncode


@pytest.mark.parametrize("index", [0, 255, 256, 299])
def test_the_program_on_the_page_accepts_a_proof_and_refuses_it_altered(
    program: Path, maker: ReceiptMaker, tmp_path: Path, index: int
) -> None:
    proof = maker.of(index).proof.encode()
    assert judged(program, tmp_path / "proof", proof) == 0
    for old, new in (
        (f"index {index}\n", f"index {(index + 1) % 300}\n"),
        ("\n300\n", "\n301\n"),
        ("extra eyJ", "extra eyI"),
    ):
        assert old.encode() in proof
        assert judged(program, tmp_path / "proof", proof.replace(old.encode(), new.encode())) != 0


def test_the_page_names_every_setting_of_the_ledger() -> None:
    room = ROOT / "src" / "mithaq" / "ledger"
    read = "".join(path.read_text("utf-8") for path in room.glob("*.py"))
    assert set(re.findall(r"`(MITHAQ_LEDGER_\w+)`", PAGE)) == set(re.findall(r"MITHAQ_LEDGER_\w+", read))
