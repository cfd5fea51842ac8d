"""A gateway in front of any S3 or Swift store: nginx asks Mithaq's decision service about every request.

A cut is one policy in Cedar in the tenant's folder. It binds whoever asks for the tenant's buckets, and the
tenant's own keys on buckets that no table names yet. The store itself is not changed, so a gateway restricts
what has no switch of its own; it restricts nobody who reaches the store another way.
"""

from mithaq.measures.targets.gateway.driver import gateway_target

__all__ = ["gateway_target"]
