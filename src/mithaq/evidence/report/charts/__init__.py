"""Charts of the report: Vega-Lite specifications, drawn once and put into words per language."""
