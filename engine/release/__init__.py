"""A release: rendered text, hooks and the record. Knows no cluster."""
