# Everything runs in .venv, made on first use; nothing else on the machine is changed,
# except for the test programs of scripts/system_packages.sh when it runs as root.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup poster test lint bench pairs pictures accuracy

setup: $(STAMP)

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	touch $@

poster: setup
	$(BIN)/archposter poster -o output/poster.pdf

test: setup
	sh scripts/system_packages.sh
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: setup
	$(BIN)/python scripts/bench.py

pairs: setup
	$(BIN)/python scripts/pairs.py

pictures: setup
	$(BIN)/python scripts/pictures.py
	$(BIN)/python scripts/contact_sheet.py

accuracy: setup
	$(BIN)/python scripts/accuracy.py
