"""A JSON Schema of the part of Azure's policy definitions that Mithaq writes, after Azure's documentation.

It is narrower than Azure's own: only conditions on `field`, by `equals` or `in`, and only the effect `deny`.
"""

from __future__ import annotations

from typing import Any, Final

_CONDITION: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "field": {"enum": ["type", "kind", "location"]},
        "equals": {"type": "string"},
        "in": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    },
    "required": ["field"],
    "oneOf": [{"required": ["equals"]}, {"required": ["in"]}],
    "additionalProperties": False,
}


def _every(name: str, items: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "array", "items": items, "minItems": 1}},
        "required": [name],
        "additionalProperties": False,
    }


def _of(properties: dict[str, Any]) -> dict[str, Any]:
    """Require every property, and allow no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


DEFINITION: Final = _of(
    {
        "properties": _of(
            {
                "displayName": {"type": "string", "maxLength": 128},
                "policyType": {"const": "Custom"},
                "mode": {"const": "All"},
                "policyRule": _of(
                    {
                        "if": _every("anyOf", _every("allOf", _CONDITION)),
                        "then": _of({"effect": {"const": "deny"}}),
                    }
                ),
            }
        )
    }
)
ASSIGNMENT: Final = _of(
    {
        "properties": _of(
            {
                "displayName": {"type": "string", "maxLength": 128},
                "policyDefinitionId": {
                    "type": "string",
                    "pattern": "^/subscriptions/[0-9a-f-]{36}"
                    "/providers/Microsoft.Authorization/policyDefinitions/",
                },
                "scope": {"type": "string", "pattern": "^/subscriptions/[0-9a-f-]{36}$"},
                "enforcementMode": {"enum": ["Default", "DoNotEnforce"]},
            }
        )
    }
)
SWITCHES: Final = _of(
    {
        "properties": _of(
            {
                "allowBlobPublicAccess": {"type": "boolean"},
                "allowSharedKeyAccess": {"type": "boolean"},
                "publicNetworkAccess": {"enum": ["Enabled", "Disabled", "SecuredByPerimeter"]},
            }
        )
    }
)
