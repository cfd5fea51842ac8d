"""Keyed pseudonyms and sealed native ids.

| name | what |
|---|---|
| `Keyring`, `EpochKey`, `KeyPurpose` | the lake's key and what derives from it |
| `load_keyring`, `load_or_make_keyring`, `unlock_path` | key files |
| `unseal` | open a sealed subscription id with the private unlock key |
| `identity.sharing` | the private unlock key split between any two of its holders |
| `BadKeyFile` | the error |
"""

from mithaq.identity.errors import BadKeyFile
from mithaq.identity.keyfile import load_keyring, load_or_make_keyring, unlock_path
from mithaq.identity.keyring import Entropy, EpochKey, KeyPurpose, Keyring, make_keyring, unseal

__all__ = [
    "BadKeyFile",
    "Entropy",
    "EpochKey",
    "KeyPurpose",
    "Keyring",
    "load_keyring",
    "load_or_make_keyring",
    "make_keyring",
    "unlock_path",
    "unseal",
]
