PY ?= python3
VENV := .venv
export PATH := $(abspath $(VENV))/bin:$(PATH)

links:
	@mkdir -p build/links/purehelm
	@for house in engine storage repo adapter; do ln -sfn "../../../$$house" "build/links/purehelm/$$house"; done
.PHONY: links
