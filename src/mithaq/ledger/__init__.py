"""The append-only, verifiable record of acts."""
