"""The whole unlock as people do it: keys on their own machines, files between the commands and the API."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from tests.conftest import Mithaq
from tests.console.people import signed_in
from tests.identity.unlocking import CASE, NATIVE, World

from mithaq.people.permissions import Role

pytestmark = pytest.mark.django_db

BASE = "/api/v1/unlock"


@pytest.fixture
def world() -> Iterator[World]:
    with override_settings(
        UNLOCK_CASE_GATE="tests.identity.unlocking.gate", UNLOCK_SEALED_IDS="tests.identity.unlocking.sealed"
    ):
        yield World(approvers=())


class Desk:
    """One person, their machine, and their way to the API."""

    def __init__(self, name: str, world: World, folder: Path, mithaq: Mithaq) -> None:
        self.client = signed_in(world.accounts[name])
        self.name, self.mithaq, self.folder = name, mithaq, folder / name
        self.folder.mkdir()
        self.key = self.folder / "personal.key"

    def get(self, path: str) -> Path:
        """Save an answer of the API as a file."""
        return self._saved(self.client.get(f"{BASE}/{path}"))

    def send(self, path: str, body: dict[str, Any]) -> Path:
        return self._saved(self.client.post(f"{BASE}/{path}", body, content_type="application/json"))

    def run(self, *arguments: str | Path) -> dict[str, Any]:
        done = self.mithaq("unlock", *arguments, "--json")
        assert done.code == 0, done.out + done.err
        return done.document

    def _saved(self, answer: Any) -> Path:  # noqa: ANN401  # the client's answer has no public type
        assert answer.status_code == 200, answer.content
        file = self.folder / f"answer-{len(list(self.folder.iterdir()))}.json"
        file.write_bytes(answer.content)
        return file


def document(file: Path) -> Any:  # noqa: ANN401  # JSON
    return json.loads(file.read_text())


def test_from_the_first_key_to_the_name_of_the_subscription(
    world: World, tmp_path: Path, mithaq: Mithaq
) -> None:
    for name in ("amal", "basim"):
        world.join(name)
        world.grant(name, Role.APPROVER)
    desks = {name: Desk(name, world, tmp_path, mithaq) for name in ("huda", "rima", "amal", "basim")}
    huda, rima, amal, basim = desks.values()
    for approver in (amal, basim):
        approver.send("keys", approver.run("keygen", approver.key))

    unlock = tmp_path / "lake.key.unlock"
    unlock.write_text(base64.b64encode(world.unlock).decode() + "\n")
    unlock.chmod(0o600)
    huda.send("splits", huda.run("split", huda.get("status"), "--unlock-key", unlock))
    for approver in (amal, basim):
        halves = approver.get("splits/1/halves")
        approver.send("splits/1/confirm", approver.run("confirm", halves, "--key", approver.key))

    asked = {"case": CASE, "pseudonym": world.pseudonym, "reason": "Whose is it?"}
    request = document(rima.send("requests", asked))["request"]
    for approver in (amal, basim):
        body = approver.run(
            "seal",
            approver.get(f"requests/{request}"),
            approver.get("splits/1/halves"),
            "--key",
            approver.key,
        )
        approver.send(f"requests/{request}/approve", body)
    seen = basim.get(f"requests/{request}")
    first = document(seen)["approved_by"][0]
    opening = basim.run("seal", seen, basim.get("splits/1/halves"), "--key", basim.key, "--open-with", first)
    basim.send(f"requests/{request}/open", opening)
    for approver in (amal, basim):
        found = approver.run(
            "read",
            approver.get(f"requests/{request}"),
            approver.send(f"requests/{request}/result", {}),
            "--as",
            f"p_{approver.name}",
            "--key",
            approver.key,
        )
        assert found["subscription"] == NATIVE


def test_a_file_that_is_no_answer_of_the_api_is_refused_by_name(mithaq: Mithaq, tmp_path: Path) -> None:
    answer = tmp_path / "status.json"
    answer.write_text('{"keys": []}')
    for file in (answer, tmp_path / "absent.json"):
        done = mithaq("unlock", "split", file, "--unlock-key", tmp_path / "x", "--json")
        assert done.code == 1
        assert (done.document["code"], done.document["file"]) == ("bad-document", str(file))


def test_a_personal_key_is_never_replaced(mithaq: Mithaq, tmp_path: Path) -> None:
    file = tmp_path / "personal.key"
    assert mithaq("unlock", "keygen", file).code == 0
    kept = file.read_bytes()
    assert mithaq("unlock", "keygen", file).code == 1
    assert file.read_bytes() == kept
    assert file.stat().st_mode & 0o777 == 0o600
