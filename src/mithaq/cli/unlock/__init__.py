"""`mithaq unlock`: what an approver does with private keys, on their own machine.

The commands of the ceremony, `seal` and `read` use no network: they read what the API answered and print the
body of the next call. The others ask the API themselves; see docs/unlock.md.
"""
