"""The lake: Parquet rollups with exactly-once commits."""
