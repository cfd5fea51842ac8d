"""The API object, and its OpenAPI 3.1 description with what holds for every operation."""

from __future__ import annotations

from typing import Any, Final

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from mithaq import __version__
from mithaq.people.api import Needs
from mithaq.people.permissions import Permission

_PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "field": {"type": ["string", "null"]},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}

_SCHEME: Final = "personalToken"

_KEY: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "A write repeated with its key is answered as the first time.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


class MithaqAPI(NinjaAPI):
    """Every operation names its permission, its problems, and for writes the idempotency key."""

    def __init__(self) -> None:
        super().__init__(title="Mithaq", version=__version__, urls_namespace="api", docs_url=None)

    def set_default_exception_handlers(self) -> None:
        """Handle nothing here: `Problems` tells of every error, the framework's own included."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Describe the API."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        components = schema["components"]
        components["schemas"]["Problem"] = _PROBLEM
        components["securitySchemes"] = {_SCHEME: {"type": "http", "scheme": "bearer"}}
        for item in schema["paths"].values():
            for method, operation in item.items():
                _complete(method, operation)
        return schema


def operations(api: NinjaAPI) -> list[tuple[str, str, Operation]]:
    """Give every operation with its method and path template, as it is mounted."""
    found: list[tuple[str, str, Operation]] = []
    for bound in api._get_bound_routers():  # noqa: SLF001  # ninja has no public way to list what it serves
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                address = "/" + "/".join(part for part in f"{bound.prefix}/{path}".split("/") if part)
                found += [(method, address, operation) for method in operation.methods]
    return found


def permission_of(operation: Operation) -> Permission | None:
    """Give the one permission that an operation needs; None where it asks for no sign-in."""
    needs = [callback for callback in operation.auth_callbacks if isinstance(callback, Needs)]
    return needs[0].permission if len(needs) == 1 == len(operation.auth_callbacks) else None


def _complete(method: str, operation: dict[str, Any]) -> None:
    problem = {
        "description": "Refused, or failed; `code` says why.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    operation["responses"]["4XX"] = problem
    operation["responses"]["5XX"] = problem
    if "security" in operation:
        operation["security"] = [{_SCHEME: []}]
        if method != "get":
            operation.setdefault("parameters", []).append(_KEY)
