"""A source is a folder: its mapping, small samples, and what an ingest of them gives."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Mithaq
from tests.telemetry.lakes import rows

from mithaq.telemetry import sources as package
from mithaq.telemetry.catalogue import CATALOGUE
from mithaq.telemetry.errors import BadMapping
from mithaq.telemetry.events import RawEvents
from mithaq.telemetry.lake.schema import Table
from mithaq.telemetry.sources import base
from mithaq.telemetry.sources.base import SourceMapping, sources

FOLDERS = sorted(path.parent for path in Path(package.__path__[0]).glob("*/mapping.toml"))
TOLD = ("files", "events", "kept", "excluded", "dropped", "bytes", "from", "to")
COUNTED = {
    Table.ACTIVITY: ("events", "errors", "bytes_in", "bytes_out"),
    Table.SIZES: ("objects", "bytes"),
    Table.COVERAGE: ("events", "files"),
}


def rolled_up(lake: Path) -> dict[str, list[dict[str, Any]]]:
    """Give counted rows without pseudonyms: customers and buckets are numbered by how much they do."""
    volume: Counter[str] = Counter()
    for row in rows(lake, Table.ACTIVITY):
        volume.update({row["subscription"]: row["events"], row["bucket"]: row["events"]})
    number: dict[str, int] = {name: place for place, (name, _) in enumerate(volume.most_common())}
    found: dict[str, list[dict[str, Any]]] = {}
    for table in COUNTED:
        plain = []
        for row in rows(lake, table):
            row.pop("minutes", None)
            for name in ("subscription", "bucket"):
                if row.get(name):
                    row[name] = f"{name} {number[row[name]]}"
            plain.append(row)
        found[table.value] = sorted(plain, key=lambda row: json.dumps(row, sort_keys=True))
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_the_samples_of_a_source_give_what_stands_beside_them(
    mithaq: Mithaq, tmp_path: Path, folder: Path
) -> None:
    name = next(name for name, source in sources().items() if type(source).__module__.endswith(folder.name))
    lake = tmp_path / "lake"
    done = mithaq("ingest", name, folder / "samples", "--lake", lake, "--accept-drops", "--json")
    assert done.code == 0
    found = {"ingest": {key: done.document[key] for key in TOLD}, "rows": rolled_up(lake)}
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    assert found == expected
    # Samples that need every fate and every word would be no samples; but each kind of fate should be there.
    assert all(found["ingest"][key] for key in ("kept", "excluded", "dropped"))


@pytest.mark.parametrize("source", sources().values(), ids=list(sources()))
def test_a_mapping_names_catalogue_fields_and_vocabulary_only(source: base.Source) -> None:
    mapping = source.mapping
    assert set(mapping.fields.values()) <= set(CATALOGUE)
    assert {"time", "subscription", "operation"} <= set(mapping.fields.values())
    assert set(mapping.title) == {"en", "ar"}
    assert all(mapping.title.values())


def test_the_columns_of_raw_events_are_the_catalogue_and_their_fate() -> None:
    assert {field.name for field in fields(RawEvents)} == {*CATALOGUE, "fate"}
    assert all(field.purpose for field in CATALOGUE.values())
    assert all(name == field.name for name, field in CATALOGUE.items())


MAPPING = """
name = "pretend"
provider = "pretend"
[title]
en = "A pretend log"
ar = "سجلّ تجريبي"
[fields]
"when" = "time"
"who" = "subscription"
"did" = "operation"
[operations]
"put" = "create"
"""

SOURCE = '''
"""when,who,did: one line each."""
import msgspec
import numpy as np
from mithaq.telemetry.sources.base import SourceMapping
from mithaq.telemetry.sources.cloudtrail import CloudTrail


class Pretend(CloudTrail):
    """Turns each line into a record that is known already: what is new is only the folder."""

    mapping = SourceMapping.load(__name__)

    def read(self, chunks, *, now):
        lines = b"".join(chunk.tobytes() for chunk in chunks).decode().splitlines()
        fields = [line.split(",") for line in lines]
        names = ("eventTime", "recipientAccountId", "eventName")
        encoded = b"\\n".join(msgspec.json.encode(dict(zip(names, values))) for values in fields)
        yield from super().read([np.frombuffer(encoded, np.uint8)], now=now)

    def recognises(self, head):
        return False


SOURCE = Pretend()
'''


@pytest.fixture
def new_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder beside the sources' own, on the package's path."""
    folder = tmp_path / "elsewhere" / "pretend"
    folder.mkdir(parents=True)
    (folder / "mapping.toml").write_text(MAPPING, "utf-8")
    (folder / "__init__.py").write_text(SOURCE, "utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder.parent)])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    sources.cache_clear()
    yield folder
    sources.cache_clear()
    sys.modules.pop("mithaq.telemetry.sources.pretend", None)


def test_a_new_source_needs_only_a_new_folder(mithaq: Mithaq, tmp_path: Path, new_source: Path) -> None:
    assert new_source.is_dir()
    listed = mithaq("sources", "--json").document["sources"]
    assert [row["name"] for row in listed] == ["cloudtrail", "pretend", "s3-access-log"]
    (tmp_path / "log").write_text("2026-09-07T00:00:00Z,acme1,put\n2026-09-07T00:01:00Z,acme2,put\n")
    done = mithaq("ingest", "pretend", tmp_path / "log", "--lake", tmp_path / "lake", "--json")
    assert (done.code, done.document["source"], done.document["kept"]) == (0, "pretend", 2)
    found = rows(tmp_path / "lake", Table.ACTIVITY)
    assert [(row["source"], row["operation"]) for row in found] == [("pretend", "create")] * 2
    told = mithaq("pseudonym", "pretend:acme1", "--lake", tmp_path / "lake", "--json").document
    assert told["pseudonyms"][0]["pseudonym"] in {row["subscription"] for row in found}


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('"when" = "time"', '"when" = "time"\n"text" = "user_agent"', "not in the catalogue"),
        ('"put" = "create"', '"put" = "transcribe"', "closed vocabulary"),
        ("[operations]", '[services]\n"x" = "listening"\n[operations]', "closed vocabulary"),
    ],
)
def test_a_mapping_that_names_anything_else_is_refused(
    new_source: Path, right: str, wrong: str, told: str
) -> None:
    path = new_source / "mapping.toml"
    path.write_text(path.read_text("utf-8").replace(right, wrong), "utf-8")
    with pytest.raises(BadMapping, match=told) as refused:
        sources()
    assert refused.value.file
    assert refused.value.hint


def test_a_native_word_that_is_not_listed_becomes_other() -> None:
    for source in sources().values():
        mapping: SourceMapping = source.mapping
        assert mapping.operation("Unheard.Of") == "other"
        assert mapping.service("unheard.of", "Unheard.Of") == "other"
