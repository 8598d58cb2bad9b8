# `make` lists the targets. Everything works in .venv, made from the lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo up down status test lint check bench faults lock pictures diagrams

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# The lock files are complete, so pip resolves nothing (--no-deps); `make lint` asks pip whether all fits together.
# Two stamps: what runs Redress, and what its tests need besides.
$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Redress needs Python 3.11 or later; this is %s.%s. Try: make PYTHON=python3.12 demo" % sys.version_info[:2])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what requirements.lock names into $(VENV) (about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.installed ## set up, start everything, send a sample day, show the board
	@$(BIN)/redress demo

up: $(VENV)/.installed ## start everything in the background, without the sample day
	@$(BIN)/redress up --detach

down: ## stop everything that `demo` or `up` started
	@if test -x $(BIN)/redress; then $(BIN)/redress down; else echo "Nothing is installed, so nothing runs."; fi

status: $(VENV)/.installed ## say what runs
	@$(BIN)/redress status

test: $(VENV)/.dev ## run the tests
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --durations=25 --cov --cov-report=term-missing:skip-covered --cov-fail-under=100

lint: $(VENV)/.dev ## style, types and import rules
	@$(BIN)/python -m pip check --disable-pip-version-check
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

check: lint test ## what CI runs

bench: $(VENV)/.dev ## measure, each figure beside a reference taken in the same run
	@$(BIN)/redress bench ingest
	@$(BIN)/redress bench gateway
	@$(BIN)/redress bench cases
	@$(BIN)/redress bench scan
	@$(BIN)/redress bench waiting
	@$(BIN)/redress bench docket

faults: $(VENV)/.dev ## the long fault and fuzz runs
	@REDRESS_FAULTS=long $(BIN)/python -m pytest tests/faults tests/tasks/tracking/test_any_order.py

lock: ## renew both lock files (needs the network)
	@test -x .lock-venv/bin/uv || ($(PYTHON) -m venv .lock-venv && .lock-venv/bin/pip install --quiet uv)
	@.lock-venv/bin/uv pip compile pyproject.toml --extra build --upgrade --universal --generate-hashes --python-version 3.11 --no-header --quiet -o requirements.lock
	@.lock-venv/bin/uv pip compile pyproject.toml --extra build --extra dev --upgrade -c requirements.lock --universal --generate-hashes --python-version 3.11 --no-header --quiet -o requirements-dev.lock

pictures: $(VENV)/.dev ## take the pictures of docs/operations.md from a demo that runs (needs Chromium)
	@PYTHONPATH=tests/support $(BIN)/python tests/support/pictures.py

diagrams: $(VENV)/.dev ## draw the pages of docs/ that come from tables
	@$(BIN)/python -m deployments.diagrams
