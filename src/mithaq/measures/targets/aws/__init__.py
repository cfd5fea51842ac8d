"""AWS: service control policies on one member account of an organization, through AWS Organizations.

A policy refuses actions, by service, operation and region, to everybody in the account but the principals
that break the glass. It is read back from Organizations; whether it refuses anything cannot be seen from the
management account, so a measure here is *configured* and never *in force*.
"""

from mithaq.measures.targets.aws.driver import aws_target

__all__ = ["aws_target"]
