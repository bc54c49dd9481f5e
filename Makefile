# Everything runs in .venv, made on first use from the releases that requirements/ names with their hashes;
# nothing else on the machine is changed, except for the programs that scripts/system_packages.sh tells of.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := -m pip --disable-pip-version-check
LOCKED := $(PIP) install --quiet --require-hashes
# the package itself, when everything that it needs is there
ITSELF := $(PIP) install --quiet --no-deps --no-build-isolation --editable .
# each file of tests on one core, so that what its tests share is made once
CORES := --numprocesses auto --dist loadfile --no-loadscope-reorder
# the program, which tests start over and over, is compiled once, whatever containers set
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup poster site test quick newest lint review mutants lock wheel bench viewers pairs pictures screenshots accuracy refresh evidence news index oracle fuzz

setup: $(VENV)/.tools

# what runs the program
$(VENV)/.program: pyproject.toml requirements/run.txt requirements/build.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) -r requirements/run.txt -r requirements/build.txt
	$(BIN)/python $(ITSELF)
	touch $@

# what tests and checks it
$(VENV)/.tools: $(VENV)/.program requirements/test.txt requirements/lint.txt
	$(BIN)/python $(LOCKED) -r requirements/test.txt -r requirements/lint.txt
	touch $@

poster: $(VENV)/.program
	$(BIN)/archposter poster --layout skyline --paper A0 -o output/poster.pdf

# output/site: all bundled models
site: $(VENV)/.program
	$(BIN)/archposter site -o output/site

test: setup
	sh scripts/system_packages.sh
	$(BIN)/python -m pytest $(CORES)

# without browsers, office and TeX, and of the models a sample
quick: setup
	$(BIN)/python -m pytest $(CORES) --quick

# all tests with the newest releases that pyproject.toml allows
newest:
	$(PYTHON) -m venv --clear .newest
	.newest/bin/python $(PIP) install --quiet --upgrade pip
	.newest/bin/python $(PIP) install --quiet --editable '.[hub,fonts,graph,site,test,lint]' hatchling
	.newest/bin/python $(PIP) list
	sh scripts/system_packages.sh
	.newest/bin/python -m pytest $(CORES)

# requirements/*.txt: releases that still fit stay, and make lock UPGRADE=--upgrade takes the newest
COMPILE = .lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-annotate --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options $(UPGRADE) pyproject.toml

.lock/bin/pip-compile:
	$(PYTHON) -c 'import sys; assert sys.version_info < (3, 12), "lock with the oldest Python: PYTHON=python3.11"'
	$(PYTHON) -m venv .lock
	.lock/bin/python $(PIP) install --quiet pip-tools==7.6.2

lock: .lock/bin/pip-compile
	mkdir -p requirements
	$(COMPILE) --output-file requirements/run.txt --extra graph --extra site
	$(COMPILE) --output-file requirements/test.txt --constraint requirements/run.txt \
		--extra hub --extra fonts --extra graph --extra site --extra test
	$(COMPILE) --output-file requirements/lint.txt --constraint requirements/test.txt --extra lint
	$(COMPILE) --output-file requirements/build.txt --constraint requirements/test.txt \
		--constraint requirements/lint.txt --all-build-deps --only-build-deps

# dist/archposter-*.whl, to be installed elsewhere
wheel: index
	$(BIN)/python -m hatchling build --target wheel

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# What the working tree changes in facts, comparisons and Frames, in words: make review REV=main
review: setup
	$(BIN)/python scripts/review_goldens.py $(REV)

# random one-line mutants against the tests that fit: some minutes; make mutants SEED=7 COUNT=150
mutants: setup
	$(BIN)/python scripts/mutants/hunt.py --seed $(or $(SEED),1) --count $(or $(COUNT),150)

bench: setup
	$(BIN)/python scripts/bench.py $(if $(FAULTS),--faults '$(FAULTS)')

# how other programs, pages and tools show our files, into docs/embedding.md; those that are missing are named and left out
viewers: .viewers/.installed
	sh scripts/system_packages.sh viewers
	.viewers/bin/python scripts/viewers/measure.py

.viewers/.installed: requirements/run.txt requirements/build.txt
	$(PYTHON) -m venv .viewers
	.viewers/bin/python $(LOCKED) -r requirements/run.txt -r requirements/build.txt
	.viewers/bin/python $(ITSELF)
	.viewers/bin/python $(PIP) install --quiet pytest resvg-py PySide6-Essentials thorvg-python typst weasyprint pypdfium2 pymupdf
	touch $@

pairs: setup
	$(BIN)/python scripts/pairs.py

pictures: setup
	$(BIN)/python scripts/pictures.py
	$(BIN)/python scripts/contact_sheet.py
	$(BIN)/python scripts/architecture.py

# docs/images/site: what Chromium shows of it
screenshots: setup site
	$(BIN)/python scripts/screenshots.py

accuracy: setup
	$(BIN)/python scripts/accuracy.py

# all that follows from specs and readers: the table of docs/accuracy.md, the index of concepts, goldens, the README's
# numbers and pictures
refresh: index accuracy
	$(BIN)/python scripts/readme.py
	$(BIN)/python -m pytest $(CORES) --quiet tests/middle tests/test_concepts.py tests/spec --update
	$(MAKE) pictures

# what specs say without a source, and pages that stand for many models
evidence: $(VENV)/.program
	$(BIN)/python scripts/evidence.py

# what a newer transformers package brings: make news VERSIONS='5.23.0 5.24.0'; by itself the newest and the one before
news: $(VENV)/.program
	$(BIN)/python scripts/news.py $(VERSIONS)

# what cards know of other models: relate/index.json, and docs/lineage.md
index: $(VENV)/.program
	$(BIN)/python scripts/build_index.py

# The reference classes need torch, some gigabytes with its default build: an environment of its own.
# Nothing is computed, so a build for the CPU does as well: make oracle TORCH=torch==2.13.0+cpu
ORACLE := .oracle/bin/python
TORCH ?= torch==2.14.1
REFERENCE := .oracle/lib/python*/site-packages/transformers

.oracle/.installed: requirements/run.txt requirements/build.txt
	$(PYTHON) -m venv .oracle
	$(ORACLE) $(LOCKED) -r requirements/run.txt -r requirements/build.txt
	$(ORACLE) $(ITSELF)
	$(ORACLE) $(PIP) install --quiet $(TORCH) transformers==5.24.0
	touch $@

oracle: .oracle/.installed
	$(ORACLE) scripts/build_defaults.py $(REFERENCE)/models
	$(ORACLE) scripts/oracle/keys.py $(REFERENCE)
	$(ORACLE) scripts/oracle/run.py --write

fuzz: setup
	$(BIN)/python scripts/fuzz.py
