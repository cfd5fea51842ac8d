"""`mithaq ledger …`: the record of acts, checked without trusting whoever keeps it."""
