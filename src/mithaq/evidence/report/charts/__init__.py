"""Charts of the report: drawn once of marks in a plane, and put into words per language."""
