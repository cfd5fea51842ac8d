"""Pages of a case's examination: the review's evidence, requests for records, findings."""
