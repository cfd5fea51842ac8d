"""The provider's register: customers, their subscriptions, and what these were declared for.

| name | what it is |
|---|---|
| `load_register` | reads the CSV file, or says with line and field what is wrong in it |
| `Register` | entries by subscription and by customer |
| `Entry` | one subscription of one customer |
| `RegisterError`, `UnknownCustomer` | what may be raised |
"""

from mithaq.register.errors import RegisterError, UnknownCustomer
from mithaq.register.reader import load_register
from mithaq.register.register import Entry, Register

__all__ = ["Entry", "Register", "RegisterError", "UnknownCustomer", "load_register"]
