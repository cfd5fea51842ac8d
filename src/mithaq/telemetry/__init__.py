"""From provider logs to rollups, without content."""
