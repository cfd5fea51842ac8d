"""Oracle Cloud: quotas and deny statements of a compartment, as files for a person's hands."""
