"""How the console is reached, and what follows: cookies, proxies, limits, sign-in elsewhere, the metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from mithaq.kernel.errors import InputError

SHORTEST: Final = 32
"""Signs of the secret of the metrics: whoever asks may ask as often as they like."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The console's public address. `proxies` is the number of trusted proxies in front of it."""

    origin: str
    secure: bool
    proxies: int


def reached_from(environment: Mapping[str, str]) -> Reached:
    """Read `MITHAQ_URL` (such as https://mithaq.provider.example) and `MITHAQ_PROXIES`; raises InputError.

    Without `MITHAQ_URL`, or with one in plain http, cookies also travel over plain http: only for a console
    that listens on this machine alone.
    """
    url = environment.get("MITHAQ_URL", "")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise InputError(
            "this is no web address",
            field="MITHAQ_URL",
            hint="Write it as people type it, such as https://mithaq.provider.example.",
        )
    proxies = environment.get("MITHAQ_PROXIES", "0")
    if not proxies.isdecimal():
        raise InputError(
            "the number of proxies is no number",
            field="MITHAQ_PROXIES",
            hint="Write how many reverse proxies stand before Mithaq, mostly 1.",
        )
    origin = f"{parts.scheme}://{parts.netloc}" if url else ""
    return Reached(origin, parts.scheme == "https", int(proxies))


def oidc_from(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give the organisation's own sign-in, or nothing where none is set; raises InputError.

    `MITHAQ_OIDC_SERVER`, `MITHAQ_OIDC_CLIENT`, `MITHAQ_OIDC_SECRET_FILE`, and `MITHAQ_OIDC_NAME` for its
    button.
    """
    server = environment.get("MITHAQ_OIDC_SERVER", "")
    if not server:
        return []
    missing = [
        name for name in ("MITHAQ_OIDC_CLIENT", "MITHAQ_OIDC_SECRET_FILE") if not environment.get(name)
    ]
    if missing:
        raise InputError(
            "the organisation's own sign-in is set up by halves",
            field=missing[0],
            hint="Set MITHAQ_OIDC_SERVER, MITHAQ_OIDC_CLIENT and MITHAQ_OIDC_SECRET_FILE together.",
        )
    secret = Path(environment["MITHAQ_OIDC_SECRET_FILE"])
    try:
        text = secret.read_text("utf-8").strip()
    except OSError as error:
        raise InputError(
            "the secret of the organisation's own sign-in cannot be read",
            file=str(secret),
            hint="Check MITHAQ_OIDC_SECRET_FILE.",
        ) from error
    return [
        {
            "provider_id": "organisation",
            "name": environment.get("MITHAQ_OIDC_NAME", urlsplit(server).hostname or server),
            "client_id": environment["MITHAQ_OIDC_CLIENT"],
            "secret": text,
            "settings": {"server_url": server, "oauth_pkce_enabled": True},
        }
    ]


def api_rate_from(environment: Mapping[str, str]) -> int:
    """Give the requests a minute of `MITHAQ_API_RATE` that one token or session may send; raises InputError.

    1200 where it is not set; 0 stands for no limit.
    """
    rate = environment.get("MITHAQ_API_RATE", "1200")
    if not (rate.isascii() and rate.isdecimal()):
        raise InputError(
            "the limit of requests is no number",
            field="MITHAQ_API_RATE",
            hint="Write how many requests a minute one token may send, or 0 for no limit.",
        )
    return int(rate)


def metrics_token_from(environment: Mapping[str, str]) -> str:
    """Give the secret of `MITHAQ_METRICS_TOKEN_FILE`, empty where it is not set; raises InputError."""
    named = environment.get("MITHAQ_METRICS_TOKEN_FILE")
    if not named:
        return ""
    try:
        secret = Path(named).read_text("ascii").strip()
    except (OSError, UnicodeError) as error:
        raise InputError(
            "the secret of the metrics cannot be read",
            file=named,
            hint="Check MITHAQ_METRICS_TOKEN_FILE: a file with one line of ASCII.",
        ) from error
    if len(secret) < SHORTEST:
        raise InputError(
            f"the secret of the metrics has fewer than {SHORTEST} signs",
            file=named,
            hint="Make one with: openssl rand -hex 32",
        )
    return secret
