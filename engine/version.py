"""The one place where the version stands."""

VERSION = "0.1.0"
"""This package's own version."""

HELM_VERSION = "v4.3.1"
"""The Helm release whose behaviour is copied; templates see its `v4.3` form."""
