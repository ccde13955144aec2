"""Our time, Helm's, and the ratio, from one run. `make benchmarks` runs all; each file is one question."""
