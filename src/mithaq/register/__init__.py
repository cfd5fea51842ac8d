"""The provider's register: customers, their subscriptions, and what these were declared for.

| name | what it is |
|---|---|
| `load_register`, `read_register` | read the CSV file or its bytes, or say with its line what is wrong |
| `compare`, `Comparison`, `Change` | what differs between two states of the register |
| `Register` | entries by subscription and by customer |
| `Entry` | one subscription of one customer |
| `RegisterError`, `UnknownCustomer`, `UnknownContract`, `UnknownSubscription` | what may be raised |

The register of a running Mithaq, with its history, lies in the database: `models`, `acts`, `queries`, `api`.
"""

from mithaq.register.comparison import Change, Comparison, compare
from mithaq.register.errors import RegisterError, UnknownContract, UnknownCustomer, UnknownSubscription
from mithaq.register.reader import load_register, read_register
from mithaq.register.register import Entry, Register

__all__ = [
    "Change",
    "Comparison",
    "Entry",
    "Register",
    "RegisterError",
    "UnknownContract",
    "UnknownCustomer",
    "UnknownSubscription",
    "compare",
    "load_register",
    "read_register",
]
