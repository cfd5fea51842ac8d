"""A case from its authorisation to its last appeal: findings, decisions by four eyes, reasons, clocks."""
