"""The outside faces."""
