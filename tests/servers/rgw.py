"""A RADOS Gateway of the tests' own: monitor, a store in memory, gateway; on loopback, in its own folder."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Final

from mithaq.measures.server import Keys
from mithaq.measures.targets.rgw.gateway import Gateway

ADMIN: Final = Keys("MITHAQTESTADMIN", "an-administrator-of-the-tests")
PATIENCE: Final = 60.0
"""Seconds for one request: that the machine is busy is no fault looked for. Below a worker's lease."""
_SECONDS: Final = 60

_CONF: Final = Template("""\
[global]
fsid = $fsid
mon initial members = a
mon host = [v2:127.0.0.1:$mon_port]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
ms bind port min = $first_port
ms bind port max = $last_port
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
keyring = $folder/keyring
run dir = $folder
admin socket = $folder/$$name.asok
log file = $folder/$$name.log
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
mon warn on pool no redundancy = false
osd crush chooseleaf type = 0
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
mon max pg per osd = 1000
[mon]
# Without these two the monitor takes a second for each of the many decisions of a start.
paxos propose interval = 0.05
paxos min wait = 0.01
mon osd min up ratio = 0
mon data = $folder/mon
mon cluster log file = $folder/cluster.log
mon data avail warn = 2
mon data avail crit = 1
[osd]
osd data = $folder/osd
osd objectstore = memstore
memstore device bytes = 1073741824
osd class load list = *
osd class default list = *
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw data = $folder
rgw thread pool size = 32
rgw enable apis = s3, swift, swift_auth, admin, iam
rgw swift account in url = true
""")


@dataclass(frozen=True, slots=True)
class Rgw:
    """A running gateway."""

    port: int
    folder: Path

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def where(self) -> dict[str, str]:
        """How a world of it finds it."""
        return {"port": str(self.port)}

    @property
    def gateway(self) -> Gateway:
        return Gateway(self.endpoint, "default", ADMIN, seconds=PATIENCE)

    def targets_file(self, path: Path) -> Path:
        """Write the file that MITHAQ_TARGETS names."""
        path.write_text(
            '[[target]]\nname = "north"\nkind = "ceph-rgw"\nregion = "default"\n'
            f'endpoint = "{self.endpoint}"\n'
            f'access_key = "{ADMIN.access}"\nsecret_key = "{ADMIN.secret}"\n'
        )
        path.chmod(0o600)
        return path

    def user(self, uid: str) -> Customer:
        """Make a user with a key of theirs."""
        keys = Keys(f"AK{uuid.uuid4().hex[:18]}".upper(), uuid.uuid4().hex)
        query = {"uid": uid, "display-name": uid, "access-key": keys.access, "secret-key": keys.secret}
        self.gateway.admin_call("PUT", "/admin/user", query)
        return Customer(self, uid, keys)


@dataclass(frozen=True, slots=True)
class Customer:
    """A user of the gateway, who does what customers do."""

    rgw: Rgw
    uid: str
    keys: Keys

    def ask(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> int:
        """Send a request as this user; gives the status."""
        return self.rgw.gateway.ask(method, path, query, keys=self.keys, body=body, headers=headers).status

    def bucket(self, name: str, *objects: str, acl: str = "private") -> None:
        assert self.ask("PUT", f"/{name}", headers={"x-amz-acl": acl}) == 200
        for key in objects:
            assert self.ask("PUT", f"/{name}/{key}", body=key.encode()) == 200

    def policy(self, name: str, **statement: object) -> str:
        """Give a bucket a policy; gives its text."""
        arns = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
        text = json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": arns, **statement}]}
        )
        assert self.ask("PUT", f"/{name}", {"policy": ""}, body=text.encode()) in {200, 204}
        return text

    def everything(self) -> dict[str, Any]:
        """Give all that the gateway knows about the user: the user, their policies, buckets, objects."""
        gateway, tenant = self.rgw.gateway, self.uid.partition("$")[0] if "$" in self.uid else ""
        names = sorted(gateway.document("/admin/bucket", {"uid": self.uid}) or ())
        found: dict[str, Any] = {
            "user": gateway.document("/admin/user", {"uid": self.uid}),
            "quota": gateway.document("/admin/user", {"quota": "", "uid": self.uid, "quota-type": "user"}),
        }
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        listed = (
            f"Action=ListUserPolicies&UserName={self.uid.replace('$', '%24')}&Version=2010-05-08".encode()
        )
        answer = gateway.admin_call("POST", "/", body=listed, headers=form, absent=True)
        found["policies"] = re.findall(rb"<member>(.*?)</member>", answer.body)
        for name in names:
            path = f"/{tenant}:{name}"
            answer = gateway.ask("GET", path, {"policy": ""}, keys=ADMIN)
            policy = answer.body if answer.status == 200 else None
            acl = gateway.ask("GET", path, {"acl": ""}, keys=ADMIN).body
            content = gateway.ask("GET", path, keys=ADMIN).body
            found[f"bucket {name}"] = (policy, acl, content)
        return found


@contextmanager
def running() -> Iterator[Rgw]:
    """Start a gateway; it and all that is stored in it go at the end."""
    folder = Path(tempfile.mkdtemp(prefix="mithaq-rgw-"))
    processes: list[subprocess.Popen[bytes]] = []
    try:
        yield _start(folder, processes)
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, processes: list[subprocess.Popen[bytes]]) -> Rgw:
    port = random.SystemRandom().randrange(20_000, 32_000)
    conf, keyring = folder / "ceph.conf", folder / "keyring"
    fsid = str(uuid.uuid4())
    values = {
        "fsid": fsid,
        "folder": str(folder),
        "port": port,
        "mon_port": port + 1,
        "first_port": port + 10,
        "last_port": port + 60,
    }
    conf.write_text(_CONF.substitute(values))
    for name in ("mon", "osd"):
        (folder / name).mkdir()

    def run(*words: str) -> str:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=_SECONDS)
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def keep(*words: str) -> None:
        command = [*words, "-c", str(conf), "-f"]
        with (folder / f"{words[0]}.out").open("wb") as log:
            processes.append(subprocess.Popen(command, stdout=log, stderr=log))

    def ceph(*words: str) -> str:
        return run("ceph", "-c", str(conf), "--connect-timeout", "20", *words)

    _keys(run, keyring)
    monmap = str(folder / "monmap")
    run(
        "monmaptool",
        "--create",
        "--fsid",
        fsid,
        "--addv",
        "a",
        f"[v2:127.0.0.1:{port + 1}]",
        monmap,
    )
    run("ceph-mon", "-c", str(conf), "--mkfs", "-i", "a", "--monmap", monmap, "--keyring", str(keyring))
    keep("ceph-mon", "-i", "a")
    store = str(uuid.uuid4())
    number = ceph("osd", "new", store).strip()
    run("ceph-osd", "-c", str(conf), "-i", number, "--mkfs", "--osd-uuid", store, "--no-mon-config")
    keep("ceph-osd", "-i", number)
    _until(lambda: '"num_up_osds":1' in ceph("osd", "stat", "-f", "json"))
    keep("radosgw", "-n", "client.rgw.a")
    rgw = Rgw(port, folder)
    _until(lambda: _answers(rgw.endpoint))
    caps = "users=*;buckets=*;user-policy=*"
    run(
        *("radosgw-admin", "-c", str(conf), "-n", "client.rgw.a", "user", "create", "--uid", "mithaq"),
        *("--display-name", "Mithaq", "--system", "--access-key", ADMIN.access, "--secret", ADMIN.secret),
        *("--caps", caps),
    )
    return rgw


def _keys(run: Callable[..., str], keyring: Path) -> None:
    tool = ["ceph-authtool", str(keyring)]
    run(*tool, "--create-keyring", "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
    everything = [word for each in ("mon", "osd", "mds", "mgr") for word in ("--cap", each, "allow *")]
    run(*tool, "--gen-key", "-n", "client.admin", *everything)
    run(*tool, "--gen-key", "-n", "client.rgw.a", "--cap", "mon", "allow rw", "--cap", "osd", "allow rwx")
    run(*tool, "--gen-key", "-n", "osd.0", "--cap", "mon", "allow profile osd", "--cap", "osd", "allow *")


def _until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + _SECONDS
    while not ready():
        assert time.monotonic() < end, "the gateway did not start in time"
        time.sleep(0.1)


def _answers(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(endpoint, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
