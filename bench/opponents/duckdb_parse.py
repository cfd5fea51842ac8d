"""DuckDB's bare parse of an S3 access log: `duckdb_parse.py LOG needed|all`; prints the number of rows.

Parses and touches fields, and does nothing with them: no shape, no pseudonym, no rollup. Settings are those
that were fastest and kept every row: an 8 MB buffer lets a single file be read by all cores.
"""

import sys

import duckdb

FIELDS = [
    "owner", "bucket", "clock", "zone", "ip", "requester", "request_id", "operation", "object_key", "uri",
    "status", "error", "sent", "size", "total", "turnaround", "referer", "agent", "version", "host_id",
    "signature", "cipher", "auth", "host", "tls", "access_point", "acl",
]  # fmt: skip
NEEDED = [
    "owner", "bucket", "clock", "requester", "operation", "object_key", "status", "error", "sent", "size",
    "host",
]  # fmt: skip


def main() -> None:
    """Parse the log."""
    path, which = sys.argv[1:]
    names = NEEDED if which == "needed" else FIELDS
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in FIELDS)
    touched = ", ".join(f"sum(length({name}))" for name in names)
    connection = duckdb.connect()
    connection.execute("SET autoinstall_known_extensions = false")
    rows = connection.execute(
        f"""SELECT count(*), {touched} FROM read_csv(?, delim = ' ', quote = '"', escape = '', header = false,
            auto_detect = false, columns = {{{columns}}}, strict_mode = false, null_padding = true,
            buffer_size = 8388608)""",  # noqa: S608  # names from the list above
        [path],
    ).fetchall()
    sys.stdout.write(f"{rows[0][0]}\n")


main()
