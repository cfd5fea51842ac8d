"""Clock, ids, canonical JSON and the base of the error tree."""
