# Each target does its own set-up: `git clone`, then `make test` or `make gan`, and nothing else. All it needs is make
# and Python 3.10 or newer. Packages go into .venv, only when they are missing or pyproject.toml has changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed-

# The programs in examples/ that learn something. The others there make pages for docs/ of it.
EXAMPLES := $(filter-out explore gallery visualize,$(basename $(notdir $(wildcard examples/*.py))))

.DEFAULT_GOAL := help
.PHONY: help setup test counts examples $(EXAMPLES) gallery figures bench lint types stubs map programs docs clean

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1: /p' $(MAKEFILE_LIST) | awk -F': ' '{ printf "  make %-8s %s\n", $$1, $$2 }'
	@echo '  make NAME     run one example: $(EXAMPLES)' | fold -s -w 100 | sed '2,$$s/^/                /'

setup: $(INSTALLED)dev  ## install what development needs into .venv

test: $(INSTALLED)dev  ## run the tests; ARGS="-k name" chooses
	$(BIN)/python -m pytest -n auto $(ARGS)

counts: $(INSTALLED)dev  ## say how much there is, and how much of it the tests prove
	$(BIN)/python tests/ops/counts.py

examples: $(EXAMPLES)  ## run all examples; pictures and figures go to runs/

$(EXAMPLES): %: $(INSTALLED)examples
	$(BIN)/python examples/$*.py $(ARGS)

gallery: $(INSTALLED)examples  ## show the examples' runs in docs/gallery/examples.md
	$(BIN)/python examples/gallery.py $(ARGS)
	$(BIN)/python docs/figures.py

figures: $(INSTALLED)docs  ## put the runs' figures into the pages that speak of them, and draw the pages' plots
	$(BIN)/python docs/figures.py
	$(BIN)/python docs/derivations/gan_losses.py

bench: $(INSTALLED)bench  ## run the benchmarks; ARGS="--only mlp --json FILE" chooses, and writes figures down
	$(BIN)/python -m benchmarks $(ARGS)

lint: $(INSTALLED)dev  ## check style
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(INSTALLED)dev  ## check types: the package strictly, and a user's program as a user would
	$(BIN)/mypy
	cd tests/types && ../../$(BIN)/python -m mypy --config-file= program.py

map: $(INSTALLED)dev  ## write the map of the package into docs/architecture.md
	$(BIN)/python docs/rooms.py

programs: $(INSTALLED)dev  ## write the programs of the examples into docs/program.md
	$(BIN)/python docs/programs.py

stubs: $(INSTALLED)dev  ## write the stubs of what the package makes by rule
	$(BIN)/python tests/types/stubs.py

docs: $(INSTALLED)docs  ## build the documentation in build/docs, and run the examples in docstrings and pages
	$(BIN)/python -m sphinx -q -n -W --keep-going -d build/doctrees -b html docs build/docs
	$(BIN)/python docs/check_links.py build/docs
	$(BIN)/python docs/run_notebooks.py build/docs
	$(BIN)/python -m pytest --doctest-modules --doctest-glob='*.md' minigrad $(wildcard README.md README.ru.md docs)

clean:  ## remove the environment, builds and caches
	rm -rf $(VENV) build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One stamp file for each extra of pyproject.toml: bench, dev, docs, examples.
$(INSTALLED)%: pyproject.toml | $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	@touch $@

# A failed attempt is removed, so that the next one starts afresh. Editable installs need pip 21.3 or newer, and the
# first releases of Python 3.10 brought an older one.
$(VENV):
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 10) or sys.exit("minigrad needs Python 3.10 or newer, and \
	$(PYTHON) is " + sys.version.split()[0] + "; name another: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet --upgrade pip || { rm -rf $(VENV); exit 1; }
