"""Google Cloud: an organization policy on services and an IAM deny policy, as files for a person's hands."""
