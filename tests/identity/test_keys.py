"""The lake's key: where it lies, who may read it, what it opens, and what it refuses."""

from __future__ import annotations

import base64
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from tests.conftest import Mithaq
from tests.outcome import Outcome
from tests.telemetry import logs
from tests.telemetry.lakes import rows

from mithaq.identity import (
    BadKeyFile,
    KeyPurpose,
    load_keyring,
    load_or_make_keyring,
    make_keyring,
    unlock_path,
    unseal,
)
from mithaq.telemetry.lake.schema import Table

SUBSCRIPTION = f"aws:{logs.OWNER}"
PSEUDONYM = re.compile(r"s1_[a-z2-7]{26}")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "log").write_bytes(logs.text(logs.s3_lines(30)))
    return tmp_path / "log"


def ingest(mithaq: Mithaq, log: Path, lake: Path, *flags: str | Path) -> Outcome:
    return mithaq("ingest", "s3-access-log", log, "--lake", lake, *flags, "--json")


def test_the_first_ingest_makes_the_key_beside_the_lake_for_its_owner_alone(
    mithaq: Mithaq, tmp_path: Path, log: Path
) -> None:
    assert ingest(mithaq, log, tmp_path / "lake").code == 0
    key, unlock = tmp_path / "lake.key", tmp_path / "lake.key.unlock"
    for path in (key, unlock):
        assert path.stat().st_mode & 0o7777 == 0o600
    before = key.read_bytes(), unlock.read_bytes()
    log.write_bytes(logs.text(logs.s3_lines(30, bucket="other")))
    assert ingest(mithaq, log, tmp_path / "lake").code == 0
    assert (key.read_bytes(), unlock.read_bytes()) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lake", "lake.key", "lake.key.unlock", "log"]
    secrets = [*re.findall(rb'"secret": "([^"]+)"', before[0]), before[1].strip()]
    for path in (tmp_path / "lake").rglob("*"):
        for secret in secrets:
            raw = base64.b64decode(secret)
            assert path.is_dir() or not any(s in path.read_bytes() for s in (secret, raw, raw.hex().encode()))


def test_the_key_may_be_named_on_the_command_line_or_in_the_environment(
    mithaq: Mithaq, tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MITHAQ_KEY_FILE", str(tmp_path / "environment"))
    assert ingest(mithaq, log, tmp_path / "one").code == 0
    assert ingest(mithaq, log, tmp_path / "two", "--key", tmp_path / "keys" / "named").code == 0
    assert (tmp_path / "environment").exists()
    assert (tmp_path / "keys" / "named").exists()
    assert not list(tmp_path.glob("*.key"))
    for lake, flags in (("one", []), ("two", ["--key", tmp_path / "keys" / "named"])):
        told = mithaq("pseudonym", SUBSCRIPTION, "--lake", tmp_path / lake, *flags, "--json")
        assert told.code == 0
    refused = mithaq("pseudonym", SUBSCRIPTION, "--lake", tmp_path / "two", "--json")
    assert (refused.code, refused.document["code"]) == (1, "wrong-key")


def test_another_key_than_the_lakes_is_refused(mithaq: Mithaq, tmp_path: Path, log: Path) -> None:
    assert ingest(mithaq, log, tmp_path / "lake").code == 0
    assert ingest(mithaq, log, tmp_path / "other").code == 0
    before = sorted(path for path in (tmp_path / "lake").rglob("*"))
    log.write_bytes(logs.text(logs.s3_lines(30, bucket="new")))
    told = ingest(mithaq, log, tmp_path / "lake", "--key", tmp_path / "other.key")
    assert (told.code, told.document["code"]) == (1, "wrong-key")
    assert sorted(path for path in (tmp_path / "lake").rglob("*")) == before


@pytest.mark.parametrize("place", ["key", "inner/key", "../lake/key"])
def test_a_key_inside_the_lake_is_refused(mithaq: Mithaq, tmp_path: Path, log: Path, place: str) -> None:
    told = ingest(mithaq, log, tmp_path / "lake", "--key", f"{tmp_path}/lake/{place}")
    assert (told.code, told.document["code"]) == (1, "bad-key-file")
    assert not (tmp_path / "lake").exists()


def test_an_existing_lake_whose_key_is_missing_is_refused_and_none_is_made(
    mithaq: Mithaq, tmp_path: Path, log: Path
) -> None:
    assert ingest(mithaq, log, tmp_path / "lake").code == 0
    told = ingest(mithaq, log, tmp_path / "lake", "--key", tmp_path / "mistyped.key")
    assert (told.code, told.document["code"]) == (1, "bad-key-file")
    assert not list(tmp_path.glob("mistyped*"))


def test_a_key_inside_the_lake_by_way_of_a_link_is_refused(mithaq: Mithaq, tmp_path: Path, log: Path) -> None:
    assert ingest(mithaq, log, tmp_path / "lake").code == 0
    told = ingest(mithaq, log, tmp_path / "lake", "--key", f"{tmp_path}/log/../lake/key")
    assert (told.code, told.document["code"]) == (1, "bad-key-file")
    (tmp_path / "link").symlink_to(tmp_path / "lake")
    told = ingest(mithaq, log, tmp_path / "lake", "--key", tmp_path / "link" / "key")
    assert (told.code, told.document["code"]) == (1, "bad-key-file")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_that_others_may_read_is_refused(mithaq: Mithaq, tmp_path: Path, log: Path, mode: int) -> None:
    assert ingest(mithaq, log, tmp_path / "lake").code == 0
    (tmp_path / "lake.key").chmod(mode)
    told = ingest(mithaq, log, tmp_path / "lake")
    assert (told.code, told.document["code"]) == (1, "bad-key-file")
    assert "chmod 600" in told.document["hint"]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"not json", b'{"format":"mithaq/key/v9","epochs":[],"unlock_public":""}']
)
def test_a_file_that_is_no_key_is_refused(mithaq: Mithaq, tmp_path: Path, log: Path, content: bytes) -> None:
    key = tmp_path / "key"
    key.write_bytes(content)
    key.chmod(0o600)
    told = ingest(mithaq, log, tmp_path / "lake", "--key", key)
    assert (told.code, told.document["code"], told.document["file"]) == (1, "bad-key-file", str(key))
    assert key.read_bytes() == content


def test_the_pseudonym_document_names_what_the_lake_holds(mithaq: Mithaq, tmp_path: Path, log: Path) -> None:
    assert ingest(mithaq, log, tmp_path / "lake").code == 0
    document = mithaq("pseudonym", SUBSCRIPTION, "--lake", tmp_path / "lake", "--json").document
    assert list(document) == ["mithaq", "value", "pseudonyms"]
    assert (document["mithaq"], document["value"]) == ("pseudonym/v1", SUBSCRIPTION)
    (entry,) = document["pseudonyms"]
    assert entry["epoch"] == 1
    assert PSEUDONYM.fullmatch(entry["pseudonym"])
    assert {row["subscription"] for row in rows(tmp_path / "lake", Table.ACTIVITY)} == {entry["pseudonym"]}
    shouted = mithaq("pseudonym", f"AWS:{logs.OWNER.upper()}", "--lake", tmp_path / "lake", "--json").document
    assert shouted["pseudonyms"] == document["pseudonyms"]
    said = mithaq("pseudonym", SUBSCRIPTION, "--lake", tmp_path / "lake")
    assert said.out == f"{entry['pseudonym']}  (epoch 1)\n"


def test_a_sealed_subscription_opens_with_its_unlock_key_and_no_other(
    mithaq: Mithaq, tmp_path: Path, log: Path
) -> None:
    assert ingest(mithaq, log, tmp_path / "lake").code == 0
    (row,) = rows(tmp_path / "lake", Table.SEALED)
    private = base64.b64decode((tmp_path / "lake.key.unlock").read_bytes())
    opened = unseal(row["sealed"], pseudonym=row["subscription"], unlock_private=private)
    assert opened == SUBSCRIPTION
    _, other = make_keyring(entropy())
    with pytest.raises(InvalidTag):
        unseal(row["sealed"], pseudonym=row["subscription"], unlock_private=other)
    with pytest.raises(InvalidTag):
        unseal(row["sealed"], pseudonym="s1_another", unlock_private=private)


def test_each_subscription_is_sealed_once_however_many_ingests_bring_it(
    mithaq: Mithaq, tmp_path: Path, log: Path
) -> None:
    for number in range(3):
        log.write_bytes(
            logs.text([*logs.s3_lines(3, bucket=f"b{number}"), logs.s3_line(owner=f"owner{number}xyz")])
        )
        assert ingest(mithaq, log, tmp_path / "lake").code == 0
    sealed = [row["subscription"] for row in rows(tmp_path / "lake", Table.SEALED)]
    assert len(sealed) == len(set(sealed)) == 4
    assert set(sealed) == {row["subscription"] for row in rows(tmp_path / "lake", Table.ACTIVITY)}


def entropy(seed: int = 0) -> Counting:
    return Counting(seed)


class Counting:
    """Gives different bytes each time, the same in every run."""

    def __init__(self, seed: int) -> None:
        self._numbers = count(seed * 1_000_000 + 1)

    def __call__(self, size: int) -> bytes:
        return next(self._numbers).to_bytes(size, "big")


def test_pseudonyms_differ_by_key_and_purpose_and_are_stable() -> None:
    (one, _), (two, _) = make_keyring(entropy(1)), make_keyring(entropy(2))
    assert one.pseudonyms("aws:x") == make_keyring(entropy(1))[0].pseudonyms("aws:x")
    assert one.pseudonyms("aws:x") != two.pseudonyms("aws:x") != one.pseudonyms("aws:y")
    assert one.key_id != two.key_id
    same = {
        one.current.pseudonym(purpose, "x")[3:] for purpose in (KeyPurpose.SUBSCRIPTION, KeyPurpose.BUCKET)
    }
    assert len(same) == 2
    assert len({one.current.derive(purpose) for purpose in KeyPurpose}) == len(KeyPurpose)


def test_no_secret_shows_in_a_representation() -> None:
    keyring, _ = make_keyring(entropy())
    shown = f"{keyring!r} {keyring.current!r}"
    assert keyring.current.secret.hex() not in shown
    assert str(keyring.current.secret) not in shown


def test_when_many_make_the_key_at_once_all_use_the_same_and_its_unlock_key_fits(tmp_path: Path) -> None:
    for number in range(20):
        path = tmp_path / f"{number}.key"
        with ThreadPoolExecutor(4) as pool:
            found = list(
                pool.map(lambda seed, path=path: load_or_make_keyring(path, entropy(seed)), range(4))
            )
        assert len({keyring.key_id for keyring in found}) == 1
        private = base64.b64decode(unlock_path(path).read_bytes())
        keyring = found[0]
        sealed = keyring.seal("aws:x")
        assert unseal(sealed, pseudonym=keyring.pseudonyms("aws:x")[0], unlock_private=private) == "aws:x"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadKeyFile, match="cannot be read") as refused:
        load_keyring(tmp_path / "none")
    assert refused.value.hint


def test_an_unlock_key_that_is_none_is_told_and_kept(tmp_path: Path) -> None:
    unlock_path(tmp_path / "key").write_text("not base64")
    with pytest.raises(BadKeyFile, match="unlock key"):
        load_or_make_keyring(tmp_path / "key", entropy())
    assert unlock_path(tmp_path / "key").read_text() == "not base64"
    assert not (tmp_path / "key").exists()
