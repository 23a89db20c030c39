# One command for each thing; `make` alone lists them. Nothing is written outside this folder.
# Kept to what GNU make 3.81 knows, which is what macOS has.

VENV := .venv
BIN := $(VENV)/bin
UV := build/uv/bin/uv
SHELL := /bin/sh

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$python && break; done)

PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --no-input --no-cache-dir --root-user-action ignore
UV_COMPILE := $(UV) pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-header --no-emit-index-url --no-emit-find-links --no-cache $(UPGRADE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run test lint format lock secrets bench-accuracy bench-attribution bench-polling clean

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

install: $(VENV)/project.stamp ## make .venv from the hash-locked requirements
	@:

run: install ## start everything on this machine and show what the record says about the founding claim
	$(BIN)/secondsource up --data .data --show

test: install ## run every test
	$(BIN)/python -m pytest

lint: install ## check style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install ## rewrite the code in the house style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: $(UV) ## renew requirements/ after a change of pyproject.toml (UPGRADE=--upgrade: to the newest releases)
	$(UV_COMPILE) pyproject.toml --all-extras --group dev -o requirements/dev.txt
	$(UV_COMPILE) pyproject.toml -c requirements/dev.txt --extra services -o requirements/api.txt
	$(UV_COMPILE) pyproject.toml -c requirements/dev.txt --extra services --extra verifier -o requirements/worker.txt
	$(UV_COMPILE) -c requirements/dev.txt --group build -o requirements/build.txt
	$(UV_COMPILE) --group lock -o requirements/lock.txt

secrets: ## make the passwords that docker compose reads, where there are none yet
	@sh deploy/make-secrets.sh secrets

bench-attribution: install ## measure how articles are read on labelled data: make bench-attribution DATA=path
	$(BIN)/python -m benchmarks.attribution $(if $(DATA),"$(DATA)")

bench-accuracy: install ## measure the verdicts on labelled data: make bench-accuracy DATA=path
	$(BIN)/python -m benchmarks.accuracy $(if $(DATA),"$(DATA)")

bench-polling: install ## measure what polling costs, and whether the feed of changes is exact
	$(BIN)/python -m benchmarks.polling

clean: ## remove what was installed and built here; the record in .data stays
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/requirements.stamp: requirements/dev.txt
	@test -n "$(PYTHON)" || { echo 'Second Source needs Python 3.11 or newer, and none was found: install one,' \
		'or say where it is: make $(MAKECMDGOALS) PYTHON=/path/to/python3' >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Second Source needs Python 3.11 or' \
		'newer, and $(PYTHON) is not.' >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo '$(PYTHON) cannot make a virtual environment:' \
		'install what it lacks (on Debian and Ubuntu the package python3-venv) and try again.' >&2; exit 1; }
	@echo 'Installing into $(VENV), which takes a minute the first time ...'
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(BIN)/python $(PIP_INSTALL) --no-deps --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

$(VENV)/project.stamp: $(VENV)/requirements.stamp pyproject.toml
	@$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(UV): requirements/lock.txt
	@"$(PYTHON)" -m venv --clear build/uv
	@build/uv/bin/python $(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements/lock.txt
	@touch $@
