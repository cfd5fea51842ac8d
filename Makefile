# Two commands from a fresh clone: `make demo` and `make test`. Everything else builds on the same set-up.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
export UV_PROJECT_ENVIRONMENT := $(VENV)

.PHONY: setup demo test test-all lint bench soak pictures clean

setup: $(VENV)/.ready

# uv comes from the package index like everything else; the lock file says what is installed.
$(VENV)/.ready: pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Mithaq needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv sync --frozen --inexact --compile-bytecode --quiet --all-groups
	@touch $@

demo: setup
	$(BIN)/mithaq demo

test: setup
	$(BIN)/python -m pytest -n auto -m "not server"

# All that `make test` runs, then what needs a server; `make test test-all` runs the first part once.
test-all: test
	bash tests/servers/install
	$(BIN)/python -m pytest -n auto -m server

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python -m bench

# It says how long it takes, and how far it has come; docs/reliability.md says what was run and found.
soak: setup
	bash tests/servers/install
	MITHAQ_SOAK=1 $(BIN)/python -m pytest -m soak --capture=no --durations=0

pictures: setup
	bash tests/servers/install
	$(BIN)/python -m tests.pictures

clean:
	rm -rf $(VENV) build dist .coverage .mypy_cache .ruff_cache .pytest_cache
