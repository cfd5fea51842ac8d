"""A tenant of the gateway, and another: what they do, and what there is of them."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mithaq.cli.story.store import Store
from mithaq.measures.server import Answer, Keys, Server
from mithaq.measures.targets.gateway import gateway_target
from mithaq.measures.targets.gateway.driver import GatewayDriver
from mithaq.measures.vault import Vault

VAULT = Vault(b"k" * 32)
PATIENCE = 60.0
"""Seconds for one request: a busy machine is no fault of the gateway's."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody with a key, a bucket of their own, and a bucket that the provider's table does not name."""

    store: Store
    tenant: str
    keys: Keys
    bucket: str
    unlisted: str

    @classmethod
    def of(cls, store: Store, tenant: str) -> Customer:
        """Make a customer, the only one whom the table names besides `globex`."""
        keys = Keys(f"AK{secrets.token_hex(9)}".upper(), secrets.token_hex(16))
        them = cls(store, tenant, keys, f"{tenant}-data", f"{tenant}-new")
        store.owners(
            ("key", keys.access, tenant),
            ("bucket", them.bucket, tenant),
            ("account", f"AUTH_{tenant}", tenant),
            ("key", "GLOBEXKEY", "globex"),
            ("bucket", "globex-data", "globex"),
        )
        for bucket in (them.bucket, them.unlisted, "globex-data"):
            assert them.ask("PUT", f"/{bucket}").status in {200, 409}
            assert them.ask("PUT", f"/{bucket}/a", body=b"a").status == 200
        return them

    @property
    def front(self) -> Server:
        """The gateway as everybody reaches it."""
        return Server(self.store.gateway, "us-east-1", seconds=PATIENCE)

    @property
    def driver(self) -> GatewayDriver:
        return driver_on(self.store)

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        keys: Keys | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request through the gateway, as the customer unless other keys are named."""
        return self.front.ask(method, path, query, keys=keys or self.keys, body=body, headers=headers)

    def everything(self) -> dict[str, object]:
        """Give all that lies in the gateway's folder and on the store."""
        root = self.store.folder
        found: dict[str, object] = {
            str(path.relative_to(root)): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }
        behind = Server(self.store.store, "us-east-1")
        for bucket in ("", self.bucket, self.unlisted, "globex-data"):
            found[f"store {bucket}"] = behind.ask("GET", f"/{bucket}", keys=self.keys).body
        return found


def driver_on(store: Store, **other: object) -> GatewayDriver:
    """Make a driver as the targets' file says."""
    place = store.targets(Path(store.folder).parent / "targets.toml")
    table = tomllib.loads(place.read_text())["target"][0]
    made = gateway_target(table | other, VAULT)
    return replace(
        made,
        front=replace(made.front, seconds=PATIENCE),
        store=replace(made.store, seconds=PATIENCE),
        services=replace(made.services, seconds=PATIENCE),
    )
