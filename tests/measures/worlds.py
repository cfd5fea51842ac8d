"""Targets as the lives of measures know them: a new customer for each life, and all there is of theirs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3
from moto.server import ThreadedMotoServer
from tests.gateway.customers import Customer as Tenant
from tests.measures.carrying import GUID
from tests.servers import openstack, rgw

from mithaq.cli.story.store import Store
from mithaq.measures.driver import Driver
from mithaq.measures.targets.aws.driver import AwsDriver
from mithaq.measures.targets.aws.organization import Organization
from mithaq.measures.targets.azure.author import Azure
from mithaq.measures.targets.gateway.service import service_on
from mithaq.measures.targets.handed.driver import HandedDriver
from mithaq.measures.targets.rgw.driver import RgwDriver
from mithaq.measures.targets.swift.driver import SwiftDriver
from mithaq.measures.vault import Vault

VAULT = Vault(b"k" * 32)
GLASS = ("arn:aws:iam::*:role/provider-break-glass",)


@dataclass(frozen=True, slots=True)
class World:
    """A target with one customer; `ends` is where a measure stands once applied, and once undone."""

    driver: Driver
    subscription: str
    everything: Callable[[], object]
    ends: tuple[str, str] = ("in-force", "lifted")


def customer_of_rgw(there: rgw.Rgw) -> rgw.Customer:
    """Make a user with a bucket of their own and one that everybody may write to."""
    name = secrets.token_hex(4)
    them = there.user(f"acme{name}$prod")
    them.bucket(f"own-{name}", "a")
    them.bucket(f"open-{name}", "c", acl="public-read-write")
    return them


def customer_of_swift(there: openstack.OpenStack) -> openstack.Project:
    """Make a project with an object of its own, and one that is open to the web."""
    them = there.project(f"harbour-{secrets.token_hex(4)}")
    assert them.ask("PUT", "own") == 201
    assert them.ask("PUT", "own", "a", body=b"a") == 201
    assert them.ask("PUT", "open", headers={"X-Container-Read": ".r:*,.rlistings"}) == 201
    assert them.ask("PUT", "open", "b", body=b"b") == 201
    return them


def _rgw(where: Mapping[str, str]) -> World:
    there = rgw.Rgw(int(where["port"]), Path())
    them = customer_of_rgw(there)
    return World(RgwDriver("north", there.gateway, VAULT), f"rgw:{them.uid}", them.everything)


def _swift(where: Mapping[str, str]) -> World:
    there = openstack.OpenStack(openstack.cloud_at(where["keystone"], where["swift"]))
    them = customer_of_swift(there)
    return World(SwiftDriver("south", there.cloud, VAULT), f"swift:{them.id}", them.everything)


def _gateway(where: Mapping[str, str]) -> World:
    folder = Path(where["folder"])
    service = service_on(folder, (), refuse_unknown=False)
    store = Store(folder, where["store"], service, where["decides"], where["gateway"])
    them = Tenant.of(store, f"acme{secrets.token_hex(4)}")
    return World(them.driver, f"aws:{them.tenant}", them.everything)


@contextmanager
def moto_running() -> Iterator[str]:
    """Run moto's stand-in for AWS; gives its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def organized(moto: str) -> Any:  # noqa: ANN401  # boto3 has no types
    """Have an organization with service control policies switched on; gives a client of its management."""
    words = {"aws_access_key_id": "MITHAQ", "aws_secret_access_key": "x", "region_name": "us-east-1"}
    client = boto3.client("organizations", endpoint_url=moto, **words)
    with suppress(client.exceptions.AlreadyInOrganizationException):
        client.create_organization(FeatureSet="ALL")
    root = client.list_roots()["Roots"][0]
    if not root["PolicyTypes"]:
        client.enable_policy_type(RootId=root["Id"], PolicyType="SERVICE_CONTROL_POLICY")
    return client


def _aws(where: Mapping[str, str]) -> World:
    client = organized(where["moto"])
    made = client.create_account(AccountName="customer", Email=f"{secrets.token_hex(4)}@example.org")
    account = made["CreateAccountStatus"]["AccountId"]

    def everything() -> object:
        found = client.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
        texts = {each["Name"]: client.describe_policy(PolicyId=each["Id"])["Policy"] for each in found}
        held = client.list_policies_for_target(TargetId=account, Filter="SERVICE_CONTROL_POLICY")["Policies"]
        return {name: each["Content"] for name, each in texts.items()}, [each["Name"] for each in held]

    driver = AwsDriver("aws", Organization("MITHAQ", "x", endpoint=where["moto"]), GLASS)
    return World(driver, f"aws:{account}", everything, ("configured", "undone"))


def _handed(where: Mapping[str, str]) -> World:
    folder = Path(where["folder"])

    def everything() -> object:
        """What is left in the end is the order that says how to undo it."""
        return [path.name for path in folder.rglob("*.json")]

    return World(HandedDriver("hand", folder, Azure()), f"azure:{GUID}", everything, ("configured", "undone"))


WORLDS: Final[Mapping[str, Callable[[Mapping[str, str]], World]]] = {
    "aws": _aws,
    "gateway": _gateway,
    "handed": _handed,
    "rgw": _rgw,
    "swift": _swift,
}
