"""One cluster: configuration, requests, discovery, apply, health, waiting. Knows no release."""
