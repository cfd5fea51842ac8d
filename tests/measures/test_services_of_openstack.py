"""Services of an OpenStack project besides its storage: which a role closes, and what it may not close."""

from __future__ import annotations

import pytest

from mithaq.measures.errors import BadPlan, BadTargets
from mithaq.measures.model import Closed, Effect
from mithaq.measures.targets.swift.driver import SwiftDriver, swift_target
from mithaq.measures.vault import Vault
from mithaq.terms.vocabulary import RestrictedOperation, RestrictedService

SPEECH = {"role": "speech-user", "probe": "https://speech.provider.example/v1/{project}"}


def target(services: object) -> SwiftDriver:
    names = ("name", "user", "password", "project")
    table = {name: name for name in names} | {"role": "storage-user", "services": services}
    address = "https://keystone.provider.example/v3"
    return swift_target(table | {"keystone": address, "endpoint": address}, Vault(b"k" * 32))


def closed(service: RestrictedService, operation: RestrictedOperation, region: str = "*") -> Closed:
    return Closed(service=service, operation=operation, region=region)


def test_a_service_on_content_is_closed_whole_and_shown_only_once_old_tokens_have_ended() -> None:
    driver = target({"speech-to-text": SPEECH})
    row = driver.capability(closed(RestrictedService.SPEECH_TO_TEXT, RestrictedOperation.INFER))
    assert row.effect is Effect.EVENTUAL
    assert any("token" in gap.en for gap in row.leaves_open)
    storage = driver.capability(closed(RestrictedService.STORAGE, RestrictedOperation.READ))
    assert storage.effect is Effect.VERIFIED


@pytest.mark.parametrize(
    ("service", "operation", "region"),
    [
        (RestrictedService.SPEECH_TO_TEXT, RestrictedOperation.CREATE, "*"),
        (RestrictedService.SPEECH_TO_TEXT, RestrictedOperation.INFER, "north"),
        (RestrictedService.VISION, RestrictedOperation.INFER, "*"),
        (RestrictedService.COMPUTE, RestrictedOperation.CREATE, "*"),
        (RestrictedService.STORAGE, RestrictedOperation.INFER, "*"),
    ],
)
def test_what_a_role_would_close_beside_the_decision_is_not_planned(
    service: RestrictedService, operation: RestrictedOperation, region: str
) -> None:
    with pytest.raises(BadPlan):
        target({"speech-to-text": SPEECH}).capability(closed(service, operation, region))


@pytest.mark.parametrize(
    "services",
    [
        "speech",
        {"storage": SPEECH},
        {"compute": SPEECH},
        {"speech-to-text": {"role": "speech-user"}},
        {"speech-to-text": SPEECH | {"probe": "speech.provider.example"}},
        {"speech-to-text": SPEECH | {"role": "storage-user"}},
    ],
)
def test_a_file_of_targets_whose_services_no_role_could_close_is_refused(services: object) -> None:
    with pytest.raises(BadTargets):
        target(services)
