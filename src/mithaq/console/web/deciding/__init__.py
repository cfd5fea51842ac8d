"""Pages of what follows from findings: decision, statement of reasons, appeal."""
