"""The append-only, verifiable record of acts: RFC 9162 tree, C2SP formats, verification offline."""
