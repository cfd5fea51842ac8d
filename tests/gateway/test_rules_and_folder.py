"""The rules of a gateway are read whole or said to be unreadable; what cannot be read closes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from mithaq.kernel.errors import UsageError
from mithaq.measures.errors import BadPlan, BadPolicy, BadTargets, TargetUnreachable
from mithaq.measures.model import Operation
from mithaq.measures.targets.gateway.asked import read_request
from mithaq.measures.targets.gateway.deciding import NOTHING, Ruling
from mithaq.measures.targets.gateway.folder import OWNERS, Folder, tenant_name
from mithaq.measures.targets.gateway.nginx import Front
from mithaq.measures.targets.gateway.owners import read_owners
from mithaq.measures.targets.gateway.rules import checked, refusing
from mithaq.measures.targets.gateway.service import Service

TABLE = "kind,name,tenant\nbucket,acme-data,acme\nbucket,globex-data,globex\nkey,AKACME,acme\n"
WRITES = refusing("c_asked", [Operation.WRITE], [])


@pytest.fixture
def service(tmp_path: Path) -> Service:
    folder = Folder(tmp_path)
    folder.make()
    (tmp_path / OWNERS).write_text(TABLE)
    found = Service(folder)
    found.reload()
    return found


def rule(service: Service, bucket: str, method: str = "PUT") -> Ruling:
    return service.rules.decide(read_request(method, f"/{bucket}/k", {}, ()))


def test_a_tenant_without_policies_is_let_through(service: Service) -> None:
    assert rule(service, "acme-data") == Ruling(allowed=True, owner="acme")


def test_a_policy_counts_from_the_next_look_on_and_goes_with_its_file(service: Service) -> None:
    path = service.folder.policy("acme", "mithaq-1")
    service.folder.write(path, WRITES)
    assert rule(service, "acme-data").allowed
    assert service.reload()
    assert rule(service, "acme-data") == Ruling(allowed=False, owner="acme", case="c_asked")
    assert rule(service, "acme-data", "GET").allowed
    assert rule(service, "globex-data").allowed
    assert not service.reload()
    service.folder.write(path, None)
    service.reload()
    assert rule(service, "acme-data").allowed
    assert not path.parent.exists()


@pytest.mark.parametrize(
    "text", ["forbid (", 'forbid (principal, action == Action::"wirte", resource);', "\udcff"]
)
def test_a_tenant_whose_policies_cannot_be_read_is_let_nowhere_and_nobody_else_suffers(
    service: Service, text: str
) -> None:
    service.folder.write(service.folder.policy("acme", "mithaq-1"), WRITES)
    service.folder.policy("acme", "own").write_bytes(text.encode("utf-8", "surrogateescape"))
    service.reload()
    assert rule(service, "acme-data", "GET") == Ruling(allowed=False, owner="acme", broken=True)
    assert rule(service, "globex-data").allowed
    assert "policies/acme/own.cedar" in service.rules.troubles
    service.folder.policy("acme", "own").unlink()
    service.reload()
    assert rule(service, "acme-data", "GET").allowed
    assert not service.rules.troubles


def test_without_the_folder_nobody_is_let_through(service: Service) -> None:
    policies = service.folder.root / "policies"
    policies.rename(policies.with_name("elsewhere"))
    service.reload()
    assert rule(service, "globex-data") == Ruling(allowed=False, broken=True)
    policies.with_name("elsewhere").rename(policies)
    service.reload()
    assert rule(service, "globex-data").allowed
    assert Service(Folder(service.folder.root / "none")).rules is NOTHING
    assert rule(Service(Folder(service.folder.root / "none")), "x").broken


def test_a_table_that_cannot_be_read_any_more_leaves_the_last_one_in_place_and_is_said(
    service: Service,
) -> None:
    service.folder.write(service.folder.policy("acme", "mithaq-1"), WRITES)
    (service.folder.root / OWNERS).write_text("kind,name\n")
    service.reload()
    assert rule(service, "acme-data").case == "c_asked"
    assert OWNERS in service.rules.troubles
    fresh = Service(service.folder)
    fresh.reload()
    assert rule(fresh, "globex-data").broken


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("name,kind,tenant\n", 1),
        ("kind,name,tenant\nbucket,a\n", 2),
        ("kind,name,tenant\nbucket,a,acme\nbuckets,a,acme\n", 3),
        ("kind,name,tenant\nbucket,a,acme\nbucket,a,globex\n", 3),
        ('kind,name,tenant\nbucket,"a"x,acme\n', 2),
    ],
)
def test_a_mistake_in_the_table_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(BadTargets) as told:
        read_owners(text)
    assert told.value.line == line


def test_a_policy_that_does_not_fit_the_schema_is_never_written(service: Service) -> None:
    for text in ("forbid (", 'forbid (principal == User::"x", action, resource);'):
        with pytest.raises(BadPolicy):
            checked([text])
    assert not list((service.folder.root / "policies").iterdir())


def test_names_with_quotes_and_signs_stay_names() -> None:
    names = ['a"b', "a\\b", "ح", "a\nb"]
    policies = checked([refusing('c_"x', [Operation.READ], names)])
    assert len(str(policies).split("forbid")) == len(names) + 1
    for name in ("..", ".hidden", "a/b", "", "a b", "a" * 129):
        with pytest.raises(BadPlan):
            tenant_name(name)


def test_nothing_gets_into_the_configuration_of_nginx_that_is_no_name() -> None:
    plain = {"listen": "80", "stores": ["a:1"], "services": ["b:2"], "hosts": ["s3.example"], "log": "/l"}
    assert "server_name s3.example *.s3.example;" in Front(**plain).configuration()  # type: ignore[arg-type]  # one table
    for field, value in (("listen", "80; }"), ("stores", ["a;"]), ("hosts", ["x y"]), ("log", "/a;b")):
        with pytest.raises(UsageError):
            Front(**{**plain, field: value}).configuration()  # type: ignore[arg-type]  # as above


KILLED_AT = ("open", "write", "fsync", "replace", "unlink")


@pytest.mark.parametrize("before", [None, WRITES])
@pytest.mark.parametrize("after", [refusing("c_other", [Operation.READ], []), None])
def test_a_writer_killed_inside_a_change_leaves_the_old_or_the_new_and_nothing_between(
    service: Service, before: str | None, after: str | None
) -> None:
    path = service.folder.policy("acme", "mithaq-1")
    seen = set()
    for call in range(8):
        service.folder.write(path, before)
        if _killed(lambda: service.folder.write(path, after), at=call) == 0:
            break
        left = service.folder.read(path)
        assert left in {before, after}
        seen.add(left)
        service.reload()
        assert not service.rules.troubles, "a file half written is no rule"
        service.folder.write(path, after)
        assert service.folder.read(path) == after
    else:
        raise AssertionError("it was never let live")
    assert before in seen or before == after


def _killed(work: Callable[[], object], *, at: int) -> int:
    """Work in a child that dies by SIGKILL at its so-manieth call of the system; gives the signal or 0."""
    child = os.fork()
    if child == 0:
        calls = 0

        def dying(original: Callable[..., object]) -> Callable[..., object]:
            def call(*words: object, **more: object) -> object:
                nonlocal calls
                if calls == at:
                    os.kill(os.getpid(), signal.SIGKILL)
                calls += 1
                return original(*words, **more)

            return call

        for name in ("fsync", "open"):
            setattr(os, name, dying(getattr(os, name)))
        for name in ("open", "replace", "unlink", "chmod"):
            setattr(Path, name, dying(getattr(Path, name)))
        work()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def test_a_folder_that_cannot_be_written_is_asked_again_later(service: Service) -> None:
    nowhere = Folder(service.folder.root / "none")
    with pytest.raises(TargetUnreachable):
        nowhere.write(nowhere.policy("acme", "mithaq-1"), WRITES)
    assert not nowhere.root.exists(), "an unmounted folder is not made anew"
