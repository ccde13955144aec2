# Two commands do all the set-up: `make demo` runs the main job, `make test` proves it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOUSES := engine storage repo adapter
CODE := $(HOUSES) tests benchmarks
PYTEST := $(BIN)/python -m pytest
COVER := --cov --cov-report=

.PHONY: help demo test lint types floors unit faults bed-tests coverage conformance bed benchmarks clean
.DEFAULT_GOAL := help

help:
	@echo "make demo          install a chart, upgrade it, roll it back, uninstall it (CLUSTER=fake|local|kind|current)"
	@echo "make test          lint, types, floors and every test, on a real control plane built once"
	@echo "make conformance   hold rendering against Helm's (CASES=folder of case files)"
	@echo "make bed           build the test bed; python -m tests.bed up starts it by hand"
	@echo "make benchmarks    our time, Helm's, and the ratio"

$(VENV)/.base: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --editable '.[cli]'
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	@$(BIN)/pip install --quiet --editable '.[dev]'
	@mkdir -p build/links/purehelm
	@for house in $(HOUSES); do ln -sfn "../../../$$house" "build/links/purehelm/$$house"; done
	@touch $@

demo: $(VENV)/.base
	@CLUSTER=$(or $(CLUSTER),fake) $(BIN)/python -m fixtures.demo

test: lint types floors unit faults bed-tests coverage

lint: $(VENV)/.dev
	@$(BIN)/ruff format --check --quiet $(CODE) || { echo "run $(BIN)/ruff format"; exit 1; }
	@$(BIN)/ruff check --quiet $(CODE)

types: $(VENV)/.dev
	@$(BIN)/mypy

floors: $(VENV)/.dev
	@PYTHONPATH=build/links $(BIN)/lint-imports --no-cache

unit: $(VENV)/.dev
	@rm -f .coverage .coverage.*
	$(PYTEST) -m "not bed and not oracle and not corpus and not faults" -n auto $(COVER)

faults: $(VENV)/.dev
	$(PYTEST) -m "faults and not bed" -n auto --dist worksteal $(COVER) --cov-append

# Says in one line what cannot run where Go is missing; with CI=true that is a failure.
bed-tests: $(VENV)/.dev
	@if $(BIN)/python -m tests.bed check; then \
	    $(BIN)/python -m tests.bed build && \
	    $(BIN)/python -m tests.bed run $(PYTEST) -m "bed or oracle or corpus" -n 2 --dist loadgroup $(COVER) --cov-append; \
	else test "$(CI)" != true; fi

coverage: $(VENV)/.dev
	@$(BIN)/coverage report | tail -25

conformance: $(VENV)/.dev
	@PUREHELM_CASES=$(CASES) $(PYTEST) tests/conformance -q -s

bed: $(VENV)/.dev
	@$(BIN)/python -m tests.bed build

benchmarks: $(VENV)/.dev
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file; done

clean:
	@rm -rf $(VENV) build .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
