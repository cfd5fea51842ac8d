"""Ceph RADOS Gateway: one user's storage, by S3 and Swift, through the admin operations API.

Nothing is suspended and no key is taken away. A cut is a refusal in three places: a policy of the user, which
binds them in their whole tenant; a quota of zero objects, which binds whoever writes into their buckets; and
a statement in the policy of each bucket, which binds whoever reads, lists or deletes there. The user's policy
reaches no further than their tenant: a gateway of 16.2 lets no policy speak of another's buckets.
"""

from mithaq.measures.targets.rgw.driver import rgw_target

__all__ = ["rgw_target"]
