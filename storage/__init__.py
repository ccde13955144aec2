"""Keeps releases as Helm does."""
