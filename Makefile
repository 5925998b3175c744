# Everything a newcomer types. `make help` lists it.
PYTHON ?= $(or $(firstword $(foreach name,python3.11 python3 python,$(shell $(name) -c 'import sys; print(sys.executable if sys.version_info[:2] == (3, 11) else "")' 2>/dev/null))),python3.11)
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench bench-understanding lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

setup: $(VENV)/.ready ## make .venv with everything in it

$(VENV)/.ready: requirements/locked.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Frontdesk needs Python 3.11: install it, or name it: make setup PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/locked.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup ## start the demo: a tenant with web chat
	$(BIN)/frontdesk demo

test: setup ## run all tests, or those of TESTS=path; WORKERS=n at a time
	@$(PYTEST) -n $(WORKERS) --dist loadfile -m "not alone" $(TESTS); together=$$?; \
	if [ $$together = 1 ]; then echo "What failed beside others is run again by itself, and has to pass then:"; \
	  $(PYTEST) --last-failed --maxfail 10 -m "not alone" $(TESTS); together=$$?; fi; \
	$(PYTEST) -m alone $(TESTS); alone=$$?; \
	case $$together$$alone in 00|05|50) ;; *) exit 1 ;; esac # 5: none of TESTS is of that sort

check: setup ## format, lint, types, imports
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## measure, print the tables, write bench/results.json
	$(BIN)/python -m bench $(BENCH)

bench-understanding: setup ## measure intents on the data sets of a folder: DATA=folder
	$(BIN)/python -m bench.understanding $(DATA)
	$(BIN)/python docs/pictures/reliability.py

lock: ## write requirements/locked.txt anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	  --no-header --group dev --group build pyproject.toml -o requirements/locked.txt

clean: ## remove .venv and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
