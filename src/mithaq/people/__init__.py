"""Accounts, roles, permissions, recusal: who may do what."""
