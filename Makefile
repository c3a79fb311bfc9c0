# Everything happens inside the clone: the environment in .venv, data in $RCW_HOME (default ./var).
# The README has the same commands for people without make.

.DEFAULT_GOAL := help
.PHONY: help env demo test test-all lint types docs audit lock clean

# Tried in this order; `make env PYTHON=/path/to/python3.12` takes another.
PYTHON := python3.13 python3.12 python3.11 python3
BIN := .venv/bin
PACKAGES := .venv/.made-from-lock
PRODUCT := .venv/.product-installed

export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DAGSTER_DISABLE_TELEMETRY := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: $(PRODUCT) ## Build the environment in .venv from the hashed lock file, once

# Made from nothing whenever the lock changes, so that a package which left the lock is not still importable.
$(PACKAGES): requirements.lock
	@chosen=; without_venv=; \
	for candidate in $(PYTHON); do \
	    "$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || continue; \
	    if "$$candidate" -c 'import venv, ensurepip' 2>/dev/null; then chosen=$$candidate; break; fi; \
	    without_venv=$$candidate; \
	done; \
	if [ -z "$$chosen" ] && [ -n "$$without_venv" ]; then \
	    echo "$$without_venv has no venv module. Install it (Debian and Ubuntu: the package $$without_venv-venv) and run make again." >&2; exit 2; \
	elif [ -z "$$chosen" ]; then \
	    echo "Python 3.11, 3.12 or 3.13 is needed and none was found among: $(PYTHON)." >&2; \
	    echo "Install one, or name it: make env PYTHON=/path/to/python3.12" >&2; exit 2; \
	fi; \
	echo "Building the environment in .venv with $$("$$chosen" --version) (once; a few minutes) ..."; \
	"$$chosen" -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

$(PRODUCT): $(PACKAGES) pyproject.toml
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

demo: env ## Make a synthetic trust, load its months, publish a release and say where it lies
	@$(BIN)/rcw demo

test: lint types ## Run all checks that take minutes: style, types, tests, dbt with its unit tests
	$(BIN)/python -m pytest -m "not slow" --numprocesses auto --dist loadfile

test-all: lint types ## Run all checks, the slow ones too
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: env ## Check the style of Python and SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --disable-progress-bar --processes 2 dbt_project/models dbt_project/tests

types: env ## Check the types of the Python code
	$(BIN)/mypy

docs: env ## Write the generated pages and dbt sources anew
	@$(BIN)/python -m ingestion.generate
	@$(BIN)/python -m orchestration.dictionary
	@$(BIN)/python -m synthetic.faults_page

audit: env ## Check the packages: pinned, hashed, as locked, fitting together; known faults where pip-audit is installed
	$(BIN)/python -m pytest tests/repository/test_dependencies.py tests/repository/test_tracked_files.py -k "lock or environment or packages"
	@if command -v pip-audit >/dev/null; then pip-audit --require-hashes --disable-pip --requirement requirements.lock; \
	else echo "pip-audit is not installed, so no list of known faults was asked (it needs the network)."; fi

lock: ## Write requirements.lock anew (needs uv and the network)
	uv pip compile pyproject.toml --extra dev --extra explore --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --no-strip-extras --quiet --output-file requirements.lock

clean: ## Remove the environment and what the tools left behind; data stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
	rm -rf dbt_project/target dbt_project/logs dbt_project/dbt_packages
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
