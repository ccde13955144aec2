"""The test bed: a real control plane with simulated nodes, registries, a fault proxy, and Helm itself, on one machine.

`python -m tests.bed up` starts it by hand and prints the kubeconfig; tests get it through the fixtures of tests/conftest.py.
"""
