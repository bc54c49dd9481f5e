# Everything runs in .venv, made on first use; nothing else on the machine is changed,
# except for the test programs of scripts/system_packages.sh when it runs as root.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup poster test lint review bench pairs pictures accuracy oracle fuzz

setup: $(STAMP)

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	touch $@

poster: setup
	$(BIN)/archposter poster --paper A0 -o output/poster.pdf

test: setup
	sh scripts/system_packages.sh
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# What the working tree changes in facts, comparisons and Frames, in words: make review REV=main
review: setup
	$(BIN)/python scripts/review_goldens.py $(REV)

bench: setup
	$(BIN)/python scripts/bench.py $(if $(FAULTS),--faults '$(FAULTS)')

pairs: setup
	$(BIN)/python scripts/pairs.py

pictures: setup
	$(BIN)/python scripts/pictures.py
	$(BIN)/python scripts/contact_sheet.py

accuracy: setup
	$(BIN)/python scripts/accuracy.py

# The reference classes need torch, some gigabytes with its default build: an environment of its own.
# Nothing is computed, so a build for the CPU does as well: make oracle TORCH=torch==2.13.0+cpu
ORACLE := .oracle/bin/python
TORCH ?= torch==2.14.1

.oracle/.installed:
	$(PYTHON) -m venv .oracle
	$(ORACLE) -m pip install --quiet --disable-pip-version-check --editable . $(TORCH) transformers==5.23.0
	touch $@

oracle: .oracle/.installed
	$(ORACLE) scripts/oracle/run.py --write

fuzz: setup
	$(BIN)/python scripts/fuzz.py
