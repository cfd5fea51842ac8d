"""The settings of a gateway: how each is read and written as a whole, and written again without harm."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from pydantic import JsonValue

from mithaq.measures.driver import HALF_MADE
from mithaq.measures.errors import SettingGone, TargetRefuses
from mithaq.measures.model import Setting
from mithaq.measures.probing import OBJECT
from mithaq.measures.server import code_of
from mithaq.measures.targets.rgw.gateway import Gateway
from mithaq.measures.targets.rgw.names import PREFIX, SUBUSER, Kit, User

PRESENT: Final[Mapping[str, JsonValue]] = {"present": True}
"""The value of something of the kit that is there."""

_USER: Final = "/admin/user"
_CONFLICT: Final = 409
_NOT_FOUND: Final = 404
_FIRST_ERROR: Final = 400
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Settings:
    """Reads and writes the settings of a gateway; `kit` is what the probes of the cut at hand are named."""

    gateway: Gateway
    kit: Kit

    def read(self, setting: Setting) -> JsonValue:
        """Give a setting's value, None if it is not set; raises SettingGone."""
        return _READ[setting.kind](self, setting)

    def write(self, setting: Setting, value: JsonValue) -> None:
        """Give a setting this value; raises SettingGone, and TargetRefuses for what is not ours to remove."""
        _WRITE[setting.kind](self, setting, value)


def _user(settings: Settings, uid: str) -> dict[str, JsonValue] | None:
    found = settings.gateway.document(_USER, {"uid": uid, "format": "json"})
    return found if isinstance(found, dict) else None


def _names(rows: JsonValue, field: str) -> set[str]:
    return {str(row[field]) for row in rows if isinstance(row, dict)} if isinstance(rows, list) else set()


def _read_quota(settings: Settings, setting: Setting) -> JsonValue:
    query = {"quota": "", "uid": setting.owner, "quota-type": "user"}
    found = settings.gateway.document(_USER, query)
    if not isinstance(found, dict):
        raise SettingGone("the user is not there any more", hint="Nothing is left to change.")
    return found


def _write_quota(settings: Settings, setting: Setting, value: JsonValue) -> None:
    query = {"quota": "", "uid": setting.owner, "quota-type": "user"}
    with _keeping_policies(settings, setting.owner):
        settings.gateway.admin_call("PUT", _USER, query, body=json.dumps(value).encode())


@contextmanager
def _keeping_policies(settings: Settings, uid: str) -> Iterator[None]:
    """Put a user's policies back after a change of the user: 16.2 drops them at every one.

    Whoever is killed in between loses them, so no plan is made for a user with policies of their own.
    """
    kept = {name: read_policy(settings, uid, name) for name in policies_of(settings, uid)}
    yield
    for name, text in kept.items():
        if text is not None:
            _iam(settings, "PutUserPolicy", UserName=uid, PolicyName=name, PolicyDocument=text)


def policies_of(settings: Settings, uid: str) -> list[str]:
    """List the names of a user's policies."""
    found = _iam(settings, "ListUserPolicies", UserName=uid)
    if found is None:
        return []
    return [each.text or "" for each in found.iter() if each.tag.endswith("member")]


def read_policy(settings: Settings, uid: str, name: str) -> str | None:
    """Give the text of a user's policy, None if there is none."""
    found = _iam(settings, "GetUserPolicy", UserName=uid, PolicyName=name)
    if found is None:
        return None
    return next((each.text for each in found.iter() if each.tag.endswith("PolicyDocument")), None)


def _iam(settings: Settings, action: str, **fields: str) -> ET.Element | None:
    body = urlencode({"Action": action, "Version": "2010-05-08", **fields}).encode()
    answer = settings.gateway.admin_call("POST", "/", body=body, headers=_FORM, absent=True)
    if answer.status == _NOT_FOUND:
        return None
    try:
        return ET.fromstring(answer.body)  # noqa: S314  # the provider's own gateway
    except ET.ParseError as error:
        raise TargetRefuses("the gateway's answer is no XML", hint="Is it a RADOS Gateway?") from error


def _read_user_policy(settings: Settings, setting: Setting) -> JsonValue:
    return read_policy(settings, setting.owner, setting.name)


def _write_user_policy(settings: Settings, setting: Setting, value: JsonValue) -> None:
    names = {"UserName": setting.owner, "PolicyName": setting.name}
    if value is None:
        _iam(settings, "DeleteUserPolicy", **names)
        return
    _iam(settings, "PutUserPolicy", **names, PolicyDocument=str(value))


def _bucket(setting: Setting) -> str:
    return User.read(setting.owner).bucket(setting.name)


def _read_bucket_policy(settings: Settings, setting: Setting) -> JsonValue:
    answer = settings.gateway.admin_call("GET", _bucket(setting), {"policy": ""}, absent=True)
    if answer.status != _NOT_FOUND:
        return answer.body.decode()
    if code_of(answer) == "NoSuchBucketPolicy":
        return None
    raise SettingGone("the bucket is not there any more", hint="Nothing is left to change.")


def _write_bucket_policy(settings: Settings, setting: Setting, value: JsonValue) -> None:
    method, body = ("DELETE", b"") if value is None else ("PUT", str(value).encode())
    answer = settings.gateway.admin_call(method, _bucket(setting), {"policy": ""}, body=body, absent=True)
    if answer.status == _NOT_FOUND and code_of(answer) == "NoSuchBucket":
        raise SettingGone("the bucket is not there any more", hint="Nothing is left to change.")


def _read_key(settings: Settings, setting: Setting) -> JsonValue:
    user = _user(settings, setting.owner)
    there = user is not None and setting.name in _names(user["keys"], "access_key")
    return dict(PRESENT) if there else None


def _write_key(settings: Settings, setting: Setting, value: JsonValue) -> None:
    _of_the_kit(setting, setting.name == settings.kit.keys(settings.kit.subject).access)
    query = {"key": "", "uid": setting.owner, "access-key": setting.name}
    secret = settings.kit.keys(settings.kit.subject).secret
    more = {"secret-key": secret, "key-type": "s3", "generate-key": "false"}
    with _keeping_policies(settings, setting.owner):
        if value is None:
            settings.gateway.admin_call("DELETE", _USER, query, absent=True)
        else:
            settings.gateway.admin_call("PUT", _USER, query | more)


def _read_subuser(settings: Settings, setting: Setting) -> JsonValue:
    user = _user(settings, setting.owner)
    name = f"{setting.owner}:{setting.name}"
    there = user is not None and name in _names(user["subusers"], "id") & _names(user["swift_keys"], "user")
    return dict(PRESENT) if there else None


def _write_subuser(settings: Settings, setting: Setting, value: JsonValue) -> None:
    _of_the_kit(setting, setting.name == SUBUSER)
    query = {"subuser": setting.name, "uid": setting.owner}
    more = {"access": "full", "key-type": "swift", "secret-key": settings.kit.swift_key}
    with _keeping_policies(settings, setting.owner):
        if value is None:
            settings.gateway.admin_call("DELETE", _USER, query | {"purge-keys": "true"}, absent=True)
        elif _user_has_subuser(settings, setting):
            settings.gateway.admin_call("POST", _USER, query | more)
        else:
            settings.gateway.admin_call("PUT", _USER, query | more)


def _user_has_subuser(settings: Settings, setting: Setting) -> bool:
    user = _user(settings, setting.owner)
    return user is not None and f"{setting.owner}:{setting.name}" in _names(user["subusers"], "id")


def _read_probe_user(settings: Settings, setting: Setting) -> JsonValue:
    return dict(PRESENT) if _user(settings, setting.owner) is not None else None


def _write_probe_user(settings: Settings, setting: Setting, value: JsonValue) -> None:
    who = User.read(setting.owner)
    _of_the_kit(setting, who.name.startswith(PREFIX))
    if value is None:
        settings.gateway.admin_call("DELETE", _USER, {"uid": setting.owner}, absent=True)
        return
    if _user(settings, setting.owner) is not None:
        return
    keys = settings.kit.keys(who)
    query = {
        "uid": setting.owner,
        "display-name": "Mithaq probe",
        "access-key": keys.access,
        "secret-key": keys.secret,
    }
    settings.gateway.admin_call("PUT", _USER, query)


def _read_probe_bucket(settings: Settings, setting: Setting) -> JsonValue:
    """Whole only with its object, which is made last and removed first."""

    def there(path: str) -> bool:
        return settings.gateway.admin_call("HEAD", path, absent=True).status != _NOT_FOUND

    if there(f"{_bucket(setting)}/{OBJECT}"):
        return dict(PRESENT)
    return dict(HALF_MADE) if there(_bucket(setting)) else None


def _write_probe_bucket(settings: Settings, setting: Setting, value: JsonValue) -> None:
    _of_the_kit(setting, setting.name.startswith(PREFIX))
    if value is None:
        _remove_bucket(settings, setting)
        return
    owner = User.read(setting.owner)
    keys = settings.kit.keys(owner)
    public = {"x-amz-acl": "public-read-write"}
    made = settings.gateway.ask("PUT", f"/{setting.name}", keys=keys, headers=public)
    if made.status >= _FIRST_ERROR and made.status != _CONFLICT:
        raise TargetRefuses(
            f"no bucket for probes can be made in the account: {made.status} {code_of(made)}",
            hint="Is the user suspended, or at its limit of buckets?",
        )
    if _read_bucket_policy(settings, setting) is None:
        grants = settings.kit.grants(setting.name).encode()
        settings.gateway.admin_call("PUT", owner.bucket(setting.name), {"policy": ""}, body=grants)
    # By the administrator, whom no quota stops: the bucket can be mended while the measure stands.
    path = f"{owner.bucket(setting.name)}/{OBJECT}"
    settings.gateway.admin_call("PUT", path, body=b"mithaq", headers={"x-amz-acl": "public-read"})


def _remove_bucket(settings: Settings, setting: Setting) -> None:
    """Remove a bucket of the kit with what probes, and whoever found it, put there."""
    path = _bucket(setting)
    while True:
        answer = settings.gateway.admin_call("GET", path, {"max-keys": "1000"}, absent=True)
        if answer.status == _NOT_FOUND:
            return
        keys = [each.text for each in ET.fromstring(answer.body).iter() if each.tag.endswith("Key")]  # noqa: S314  # as above
        if not keys:
            break
        for key in keys:
            settings.gateway.admin_call("DELETE", f"{path}/{key}", absent=True)
    settings.gateway.admin_call("DELETE", path, absent=True)


def _of_the_kit(setting: Setting, ours: bool) -> None:  # noqa: FBT001  # a guard's condition
    if not ours:
        raise TargetRefuses(
            f"a setting of the kind {setting.kind} is none that Mithaq made", hint="Nothing was changed."
        )


_Read: TypeAlias = Callable[[Settings, Setting], JsonValue]
_Write: TypeAlias = Callable[[Settings, Setting, JsonValue], None]

_READ: Final[Mapping[str, _Read]] = MappingProxyType(
    {
        "bucket-policy": _read_bucket_policy,
        "probe-bucket": _read_probe_bucket,
        "probe-key": _read_key,
        "probe-subuser": _read_subuser,
        "probe-user": _read_probe_user,
        "user-policy": _read_user_policy,
        "user-quota": _read_quota,
    }
)
_WRITE: Final[Mapping[str, _Write]] = MappingProxyType(
    {
        "bucket-policy": _write_bucket_policy,
        "probe-bucket": _write_probe_bucket,
        "probe-key": _write_key,
        "probe-subuser": _write_subuser,
        "probe-user": _write_probe_user,
        "user-policy": _write_user_policy,
        "user-quota": _write_quota,
    }
)
