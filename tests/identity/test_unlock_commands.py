"""The whole unlock as people do it: keys on their own machines, files between the commands and the API."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer
from tests.conftest import Mithaq
from tests.console.people import signed_in
from tests.identity.unlocking import CASE, NATIVE, World
from tests.outcome import Outcome

from mithaq.identity import acts
from mithaq.identity.personalkey import make_personal_key
from mithaq.people.acts import issue_token
from mithaq.people.permissions import Permission, Role

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


@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
def test_through_the_api_two_people_open_a_pseudonym_and_their_keys_stay_with_them(
    live_server: LiveServer,
    world: World,
    tmp_path: Path,
    mithaq: Mithaq,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asker = signed("samir", world, tmp_path, mithaq, monkeypatch)
    one, two = (signed(name, world, tmp_path, mithaq, monkeypatch) for name in ("amal", "basim"))
    world.deal()
    monkeypatch.setenv("MITHAQ_URL", live_server.url)
    ask = ("request", world.pseudonym, "--case", CASE, "--reason", "Whose is it?")
    request = asker.does(*ask).document["request"]
    assert one.does("open", request, "--key", one.key, "--yes").document["code"] == "unlock-not-ready"
    assert one.does("approve", request, "--key", one.key).document["code"] == "usage"
    assert one.does("approve", request, "--key", one.key, "--yes").document["state"] == "half-approved"
    assert one.does("approve", request, "--key", one.key, "--yes").code == 1
    assert two.does("approve", request, "--key", two.key, "--yes").document["state"] == "approved"
    assert one.does("open", request, "--key", one.key, "--yes").document["code"] == "unlock-not-ready"
    assert two.does("open", request, "--key", one.key, "--yes").document["code"] == "does-not-open"
    found = two.does("open", request, "--key", two.key, "--yes")
    assert (found.code, found.document["subscription"]) == (0, NATIVE)
    assert one.does("result", request, "--key", one.key).document["subscription"] == NATIVE


@dataclass(frozen=True, slots=True)
class Signed:
    """A person with a token in their environment and a personal key on their disk."""

    token: str
    key: Path
    mithaq: Mithaq
    monkeypatch: pytest.MonkeyPatch

    def does(self, *arguments: str | Path) -> Outcome:
        self.monkeypatch.setenv("MITHAQ_TOKEN", self.token)
        return self.mithaq("unlock", *arguments, "--json")


def signed(name: str, world: World, folder: Path, mithaq: Mithaq, monkeypatch: pytest.MonkeyPatch) -> Signed:
    """Give a reviewer or an approver with a token, and for an approver a registered key."""
    key = folder / f"{name}.key"
    if name not in world.accounts:
        world.join(name)
        world.grant(name, Role.APPROVER)
        made = make_personal_key(key, secrets.token_bytes)
        world.private[name] = made.private
        acts.register_key(world.who(name), made.public)
    who = world.who(name)
    scopes = [permission for permission in Permission if who.may(permission)]
    token, _row = issue_token(who, label="unlock", scopes=scopes, expires_at=world.now + timedelta(days=9))
    return Signed(token, key, mithaq, monkeypatch)


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
