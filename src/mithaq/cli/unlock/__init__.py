"""`mithaq unlock`: what an approver does with private keys, on their own machine and without a network.

The commands read what the API answered and print the body of the next call; see docs/unlock.md.
"""
