"""Keystone and Swift of the tests' own, on loopback: SQLite, memcached, one of each server, in one folder.

They run in an environment of their own (`tests/servers/install` makes it), since their requirements are older
than ours. Mithaq's filters are read from this tree.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any, Final
from urllib.parse import urlsplit

from mithaq.measures.targets.swift.cloud import Cloud, Login

SOURCE: Final = Path(__file__).parents[2] / "src"
PLACE: Final = Path(os.environ.get("MITHAQ_OPENSTACK", Path.home() / ".cache" / "mithaq" / "openstack"))
ROLE: Final = "storage-user"
SPEECH: Final = "speech-user"
"""The role of a second service: accounts of its own, which nobody gets into without it."""
PASSWORD: Final = "an-administrator-of-the-tests"  # noqa: S105  # of servers that live for a test
_SECONDS: Final = 240

_KEYSTONE: Final = Template("""\
[DEFAULT]
use_stderr = true
[database]
connection = sqlite:///$folder/keystone.db
[token]
provider = fernet
cache_on_issue = true
[fernet_tokens]
key_repository = $folder/fernet
[credential]
key_repository = $folder/credential
[cache]
# One process keeps what it has read: without it each request asks the database dozens of times.
enabled = true
backend = oslo_cache.dict
[identity]
# Twelve rounds would take a quarter of a second for each of the many sign-ins.
password_hash_rounds = 4
""")
_GUNICORN: Final = Template("""\
wsgi_app = "keystone.wsgi.api:application"
bind = "127.0.0.1:$keystone"
workers = 1
threads = 4
""")
_SWIFT: Final = """\
[swift-hash]
swift_hash_path_suffix = tests
swift_hash_path_prefix = tests
[storage-policy:0]
name = one
default = yes
"""
_COMMON: Final = Template("""\
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $own
workers = 0
user = $user
swift_dir = $folder/etc
devices = $folder/devices
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
log_level = ERROR
log_udp_host = 127.0.0.1
log_udp_port = $nowhere
""")
_STORE: Final = Template("""\
[pipeline:main]
pipeline = $kind-server
[app:$kind-server]
use = egg:swift#$kind
""")
_PROXY: Final = Template("""\
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk tempurl authtoken \
s3api s3token keystoneauth staticweb copy container-quotas account-quotas slo dlo versioned_writes symlink \
mithaq proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:mithaq]
paste.filter_factory = mithaq.measures.targets.swift.refusals:refusals_factory
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
www_authenticate_uri = http://127.0.0.1:$keystone
auth_url = http://127.0.0.1:$keystone
auth_type = password
project_domain_id = default
user_domain_id = default
project_name = admin
username = admin
password = $password
delay_auth_decision = true
token_cache_time = 300
memcached_servers = 127.0.0.1:$memcached
[filter:keystoneauth]
use = egg:swift#keystoneauth
reseller_prefix = AUTH, SPEECH
operator_roles = $role
SPEECH_operator_roles = $speech
reseller_admin_role = ResellerAdmin
[filter:s3token]
use = egg:swift#s3token
reseller_prefix = AUTH_
auth_uri = http://127.0.0.1:$keystone/v3
auth_type = password
auth_url = http://127.0.0.1:$keystone
project_domain_id = default
user_domain_id = default
project_name = admin
username = admin
password = $password
delay_auth_decision = False
secret_cache_duration = 0
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$memcached
[filter:container-quotas]
use = egg:swift#container_quotas
[filter:account-quotas]
use = egg:swift#account_quotas
""")
_STORES: Final = ("account", "container", "object")
_RINGS: Final = """\
import sys
from swift.common.ring import RingBuilder
for kind, port in zip(("account", "container", "object"), sys.argv[2:]):
    ring = RingBuilder(4, 1, 0)
    place = {"ip": "127.0.0.1", "port": int(port), "device": "d1"}
    inner = {"replication_ip": "127.0.0.1", "replication_port": int(port)}
    ring.add_dev({**place, **inner, "region": 1, "zone": 1, "weight": 1})
    ring.rebalance()
    ring.get_ring().save(f"{sys.argv[1]}/{kind}.ring.gz")
"""
"""One ring for each kind of server, with one device in it."""
_PLAIN: Final = (
    *("catch_errors", "gatekeeper", "healthcheck", "listing_formats", "bulk", "tempurl", "staticweb"),
    *("copy", "slo", "dlo", "versioned_writes", "symlink"),
)


@dataclass(frozen=True, slots=True)
class OpenStack:
    """A running Keystone and Swift."""

    cloud: Cloud

    @property
    def where(self) -> dict[str, str]:
        """How a world of it finds it."""
        return {"keystone": self.cloud.keystone, "swift": self.cloud.swift}

    def project(self, name: str) -> Project:
        """Make a project with a user in it."""
        cloud = self.cloud
        made = cloud.call(
            "POST",
            f"{cloud.keystone}/projects",
            body={"project": {"name": name, "domain_id": "default"}},
        )
        project = json.loads(made.body)["project"]["id"]
        user = {"user": {"name": f"{name}-user", "domain_id": "default", "password": PASSWORD}}
        who = json.loads(cloud.call("POST", f"{cloud.keystone}/users", body=user).body)["user"]["id"]
        role = cloud.named("roles", ROLE)
        cloud.call("PUT", f"{cloud.keystone}/projects/{project}/users/{who}/roles/{role}")
        return Project(self, project, Login(f"{name}-user", PASSWORD, {"id": project}))

    def forgets_tokens(self) -> None:
        """Let the proxies' cache of tokens run out, as it would by itself after five minutes."""
        memcached = int(str(urlsplit(self.cloud.keystone).port)) + 1
        with socket.create_connection(("127.0.0.1", memcached), timeout=_SECONDS) as there:
            there.sendall(b"flush_all\r\n")
            assert there.recv(100) == b"OK\r\n"


@dataclass(frozen=True, slots=True)
class Project:
    """A customer's project, which does what customers do."""

    openstack: OpenStack
    id: str
    login: Login
    tokens: list[str] = field(default_factory=list)

    def ask(
        self, method: str, *below: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> int:
        """Send a request as the customer; gives the status."""
        if not self.tokens:
            self.tokens.append(self.openstack.cloud.sign_in(self.login))
        url = self.openstack.cloud.url(self.id, *below)
        token = {"X-Auth-Token": self.tokens[0]}
        return self.openstack.cloud.send(method, url, headers={**token, **(headers or {})}, body=body).status

    def everything(self) -> dict[str, Any]:
        """Give all that Swift and Keystone know about the project."""
        cloud = self.openstack.cloud
        noise = {
            "date",
            "x-trans-id",
            "x-openstack-request-id",
            "x-timestamp",
            "content-length",
            "last-modified",
        }

        def seen(*below: str) -> tuple[bytes, dict[str, str]]:
            answer = cloud.call("GET", cloud.url(self.id, *below))
            kept = {name: value for name, value in answer.headers.items() if name not in noise}
            return answer.body, kept

        account = seen()
        found = cloud.document(f"{cloud.keystone}/role_assignments?scope.project.id={self.id}")
        roles = sorted(json.dumps(each, sort_keys=True) for each in found["role_assignments"])
        names = [name for name in account[0].decode().split("\n") if name]
        # Swift counts what is in an account some time after it was put there.
        counted = {
            name: value for name, value in account[1].items() if "-count" not in name and "used" not in name
        }
        return {
            "account": (account[0], {n: v for n, v in counted.items() if "policy" not in n}),
            "roles": roles,
            "containers": {name: (seen(name)[0], _acls(seen(name)[1])) for name in names},
        }


def _acls(headers: dict[str, str]) -> dict[str, str]:
    return {n: v for n, v in headers.items() if n in {"x-container-read", "x-container-write"}}


@contextmanager
def running() -> Iterator[OpenStack]:
    """Start Keystone and Swift; they and all that is stored in them go at the end."""
    folder = Path(tempfile.mkdtemp(prefix="mithaq-openstack-"))
    processes: list[subprocess.Popen[bytes]] = []
    try:
        yield _start(folder, processes)
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, processes: list[subprocess.Popen[bytes]]) -> OpenStack:
    first = random.SystemRandom().randrange(20_000, 32_000)
    names = ("keystone", "memcached", "proxy", "account", "container", "object", "nowhere")
    ports = {name: first + number for number, name in enumerate(names)}
    values = {
        **ports,
        "folder": str(folder),
        "password": PASSWORD,
        "role": ROLE,
        "speech": SPEECH,
        "user": _whoami(),
    }
    for name in ("etc", "devices/d1", "fernet", "credential"):
        (folder / name).mkdir(parents=True, mode=0o700)
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONWARNINGS": "ignore"}

    def keep(*words: str, **more: str) -> None:
        with (folder / f"{Path(words[0]).name}.out").open("ab") as log:
            own = {**environment, **more}
            processes.append(subprocess.Popen(words, stdout=log, stderr=log, env=own, cwd=folder))

    keep("memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", str(ports["memcached"]), "-m", "32")
    _write_swift(folder, values)
    for kind in _STORES:
        keep(_tool(f"swift-{kind}-server"), str(folder / "etc" / f"{kind}-server.conf"))
    _write_keystone(folder, values)
    settings = {
        "OS_KEYSTONE_CONFIG_FILES": str(folder / "keystone.conf"),
        # Keystone reads the command line itself, so Gunicorn is told nothing there.
        "GUNICORN_CMD_ARGS": f"--config {folder / 'gunicorn.py'}",
    }
    keep(_tool("gunicorn"), **settings)
    _until(f"http://127.0.0.1:{ports['keystone']}/v3", folder)
    keep(_tool("swift-proxy-server"), str(folder / "etc" / "proxy-server.conf"))
    _until(f"http://127.0.0.1:{ports['proxy']}/healthcheck", folder)
    cloud = cloud_at(f"http://127.0.0.1:{ports['keystone']}/v3", f"http://127.0.0.1:{ports['proxy']}")
    _roles(cloud)
    return OpenStack(cloud)


def cloud_at(keystone: str, swift: str) -> Cloud:
    """Give a cloud of the tests' own by its addresses; it waits for a busy machine."""
    admin = Login("admin", PASSWORD, {"name": "admin", "domain": {"id": "default"}})
    return Cloud(keystone, swift, admin, ROLE, seconds=120.0)


def _roles(cloud: Cloud) -> None:
    for name in (ROLE, SPEECH, "ResellerAdmin"):
        cloud.call("POST", f"{cloud.keystone}/roles", body={"role": {"name": name}})
    place = (
        f"{cloud.keystone}/projects/{cloud.named('projects', 'admin')}/users/{cloud.named('users', 'admin')}"
    )
    cloud.call("PUT", f"{place}/roles/{cloud.named('roles', 'ResellerAdmin')}")
    cloud.tokens.clear()


def _write_keystone(folder: Path, values: dict[str, Any]) -> None:
    (folder / "keystone.conf").write_text(_KEYSTONE.substitute(values))
    (folder / "gunicorn.py").write_text(_GUNICORN.substitute(values))
    manage = (_tool("keystone-manage"), "--config-file", str(folder / "keystone.conf"))
    owner = ("--keystone-user", values["user"], "--keystone-group", values["user"])
    url = f"http://127.0.0.1:{values['keystone']}/v3"
    addresses = [
        word for each in ("admin", "internal", "public") for word in (f"--bootstrap-{each}-url", url)
    ]
    _run(*manage, "db_sync")
    _run(*manage, "fernet_setup", *owner)
    _run(*manage, "credential_setup", *owner)
    _run(*manage, "bootstrap", "--bootstrap-password", PASSWORD, *addresses, "--bootstrap-region-id", "one")


def _write_swift(folder: Path, values: dict[str, Any]) -> None:
    etc = folder / "etc"
    (etc / "swift.conf").write_text(_SWIFT)
    for kind in _STORES:
        common = _COMMON.substitute(values, own=values[kind])
        (etc / f"{kind}-server.conf").write_text(common + _STORE.substitute(kind=kind))
    _run(_tool("python"), "-c", _RINGS, str(etc), *(str(values[kind]) for kind in _STORES))
    plain = "".join(f"[filter:{name}]\nuse = egg:swift#{name}\n" for name in _PLAIN)
    common = _COMMON.substitute(values, own=values["proxy"])
    (etc / "proxy-server.conf").write_text(common + _PROXY.substitute(values) + plain)


def _tool(name: str) -> str:
    return str(PLACE / "bin" / name)


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=_SECONDS)
    assert done.returncode == 0, f"{words}\n{done.stderr}"


def _whoami() -> str:
    return subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607


def _until(url: str, folder: Path) -> None:
    end = time.monotonic() + _SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            logs = "\n".join(path.read_text()[-2000:] for path in folder.glob("*.out"))
            assert time.monotonic() < end, f"{url} did not start in time\n{logs}"
            time.sleep(0.1)
