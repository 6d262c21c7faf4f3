"""What was searched and opened, without anything of the person who did (docs/decisions/0007-search-log.md)."""
