"""Helm without helm: charts in, releases out. Knows nobody above it."""

from __future__ import annotations
