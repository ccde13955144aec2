"""Fetches and publishes charts: indexed repositories, ChartMuseum, Harbor, OCI registries."""
