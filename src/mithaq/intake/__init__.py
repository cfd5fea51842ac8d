"""Allegations: opened, their subjects pinned and watched, attachments kept, duplicates linked."""
