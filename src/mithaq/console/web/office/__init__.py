"""Pages beside the cases: people, customers, settings."""
