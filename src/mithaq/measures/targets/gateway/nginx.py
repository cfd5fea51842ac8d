"""The configuration of nginx that puts the decision service in front of a store.

The store must be reachable through nginx alone: whoever reaches it otherwise meets no rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import Template
from typing import Final

from mithaq.kernel.errors import UsageError

_CONFIGURATION: Final = Template("""\
# Written by `mithaq gateway nginx`; include it inside `http { … }`.
upstream mithaq_store { $stores keepalive 64; }
upstream mithaq_decide { $services keepalive 64; }

# An S3 server access log: `mithaq ingest s3-access-log` reads it. Requests of which nobody knows whose
# storage they mean are not in it. Times are written as Amazon writes them, in milliseconds.
map $$request_time $$mithaq_milliseconds {
  ~^0\\.0*(?<m>[0-9]+)$$ $$m;
  ~^(?<s>[1-9][0-9]*)\\.(?<r>[0-9]+)$$ $$s$$r;
  default -;
}
map $$mithaq_case $$mithaq_error { "" -; default AccessDenied; }
map $$http_authorization $$mithaq_signed { "" -; default AuthHeader; }
log_format mithaq_s3 escape=default
  '$$mithaq_owner $$mithaq_bucket [$$time_local] $$remote_addr $$mithaq_requester $$request_id '
  '$$mithaq_operation $$mithaq_key "$$request" $$status $$mithaq_error $$body_bytes_sent $$mithaq_size '
  '$$mithaq_milliseconds - "$$http_referer" "$$http_user_agent" - - - - $$mithaq_signed $$host - - -';

server {
  listen $listen;
  server_name $names;
  client_max_body_size 0;
  large_client_header_buffers 8 32k;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  access_log $log mithaq_s3 if=$$mithaq_owner;

  location / {
    auth_request /.mithaq-decide;
    auth_request_set $$mithaq_case $$upstream_http_x_mithaq_case;
    auth_request_set $$mithaq_owner $$upstream_http_x_mithaq_owner;
    auth_request_set $$mithaq_bucket $$upstream_http_x_mithaq_bucket;
    auth_request_set $$mithaq_key $$upstream_http_x_mithaq_key;
    auth_request_set $$mithaq_operation $$upstream_http_x_mithaq_operation;
    auth_request_set $$mithaq_requester $$upstream_http_x_mithaq_requester;
    auth_request_set $$mithaq_size $$upstream_http_x_mithaq_size;
    # Only the refusal of the decision service comes here; the store's own 403 goes through as it is.
    error_page 403 = @mithaq_refused;
    # The host is signed, and the path too: both go to the store untouched.
    proxy_set_header Host $$http_host;
    proxy_request_buffering off;
    proxy_buffering off;
    proxy_pass http://mithaq_store;
  }

  location @mithaq_refused {
    default_type application/xml;
    add_header X-Mithaq-Case $$mithaq_case always;
    return 403 '<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Restricted by the provider under its terms of service.
Case $$mithaq_case.</Message><Case>$$mithaq_case</Case></Error>';
  }

  location = /.mithaq-decide {
    internal;
    proxy_method GET;
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    proxy_set_header X-Original-Method $$request_method;
    proxy_set_header X-Original-URI $$request_uri;
    proxy_set_header X-Original-Host $$http_host;
    proxy_set_header X-Original-Length $$content_length;
    proxy_connect_timeout 2s;
    proxy_read_timeout 5s;
    # Without an answer nginx answers 500: nobody decides, so nobody passes.
    proxy_pass http://mithaq_decide/decide;
  }
}
""")

_ADDRESS: Final = re.compile(r"[A-Za-z0-9_.:\[\]-]+")
_NAME: Final = re.compile(r"[A-Za-z0-9.*_-]+")
_PATH: Final = re.compile(r"[^\s;{}\"'$\\]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What an nginx needs to know: addresses are host and port."""

    listen: str
    stores: Sequence[str]
    services: Sequence[str]
    hosts: Sequence[str]
    log: str

    def configuration(self) -> str:
        """Write the configuration; raises UsageError for what is no address, name or path."""
        for what, pattern, values in (
            ("address", _ADDRESS, (self.listen, *self.stores, *self.services)),
            ("host name", _NAME, self.hosts),
            ("path", _PATH, (self.log,)),
        ):
            for value in values:
                if not pattern.fullmatch(value):
                    raise UsageError(f"{value!r} is no {what}", hint="It goes into nginx as it is written.")
        names = [name for host in self.hosts for name in (host, f"*.{host}")] or ["_"]
        return _CONFIGURATION.substitute(
            listen=self.listen,
            stores=" ".join(f"server {each};" for each in self.stores),
            services=" ".join(f"server {each};" for each in self.services),
            names=" ".join(names),
            log=self.log,
        )
