"""Azure: a policy that refuses new resources, and switches of storage, as files for a person's hands."""
