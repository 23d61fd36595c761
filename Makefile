# make run       install into .venv and run the main comparison: us-withdrawal against us-stays
# make view      install what the page needs, collect its scripts and maps (with Node), open it in the browser
# make test-quick   units only, in less than a minute: what a change of a rule, a name or a reader breaks first
# make test      install what the everyday tests need and run them
# make test-browser   what one does on the page, in a real browser; test-browser-long: every look, paper, rooms, processes that end
# make test-all  the everyday tests, then lint, types, the long tests and all of the page
# make docs      build the documentation as a site, in site/
# make wheel     a wheel that carries the page's scripts and maps, in dist/ (needs Node once)
# make release   wheel and sdist, checked as an index would and for what they hold; tags and publishes nothing
# Another interpreter: make run PYTHON=python3.12

PYTHON ?= python3
RUNS ?= 500
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt
EXTRAS := dev,release,browser,browser-test,analysis,calibrate,search,data,cluster,assistants,notebooks,docs
# The stamp of the environment carries the place of the clone and the interpreter: when either changes, it is made anew.
MADE := $(VENV)/made-$(shell printf '%s' "$(CURDIR) $(PYTHON)" | cksum | cut -d' ' -f1)
CORE := $(VENV)/has-core
EVERYDAY := $(VENV)/has-everyday
BROWSER := $(VENV)/has-browser
EVERYTHING := $(VENV)/has-everything
ASSETS := model/patronage/browser/_assets/versions.json
SCENARIO ?= us-withdrawal
# The main comparison is made again only when the model or a scenario has changed since.
MAIN := runs/main-$(RUNS)
SOURCES := $(shell find model scenarios -name '*.py' -o -name '*.yaml' -o -name '*.csv' -o -name '*.j2')
QUICK := $(addprefix tests/test_,$(addsuffix .py, \
  architecture arithmetic arrays executors group_decision lists luck moved names phases_anger phases_bargaining \
  phases_blocs phases_clients phases_contracts phases_courtship phases_delivery phases_events phases_orders posterior \
  scenario_conditions scenario_figures scenario_layers scenario_tables scenario_units variants))
LONG := statistical or chaos or cluster or docs or install or fuzz

.PHONY: help run view build-assets wheel release test test-quick test-all test-rest test-long test-browser test-browser-long lint docs clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# //p' Makefile

run: $(MAIN)/manifest.json
	$(BIN)/patronage summary $(MAIN)

$(MAIN)/manifest.json: $(SOURCES) | $(CORE)
	rm -rf $(MAIN)
	$(BIN)/patronage prepare
	$(BIN)/patronage compare us-withdrawal us-stays --runs $(RUNS) --out $(MAIN) >/dev/null

view: $(BROWSER)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(ASSETS) || true; fi
	$(BIN)/patronage view $(SCENARIO)

build-assets: $(ASSETS)

$(ASSETS): web/package.json web/package-lock.json web/collect.mjs
	@command -v npm >/dev/null || { echo "Scripts and maps of the page come from npm packages: install Node 18 or newer first."; exit 1; }
	cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	node web/collect.mjs

test: $(EVERYDAY)
	$(BIN)/patronage prepare
	$(BIN)/python -m pytest -n 2 --dist loadfile
	@$(BIN)/python tests/browser_server.py

test-quick: $(EVERYDAY)
	$(BIN)/python -m pytest -n 2 --dist loadfile $(QUICK)

test-all: test test-rest

test-rest: lint test-long test-browser test-browser-long

test-long: $(EVERYTHING)
	$(BIN)/python -m pytest -m "$(LONG)" -n 2 -rs

test-browser test-browser-long: $(EVERYTHING)
	$(BIN)/python -m pytest -m $(if $(findstring long,$@),browser_long,"browser and not browser_long") -n 2 --dist worksteal \
	  $$(grep -rl --include='*.py' 'mark\.browser' tests)

lint: $(EVERYTHING)
	$(BIN)/ruff check --output-format concise
	$(BIN)/mypy

docs: $(EVERYTHING)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo "Documentation: site/index.html"

$(MADE):
	@command -v "$(PYTHON)" >/dev/null || { echo "There is no '$(PYTHON)' here: install Python 3.11 or newer, or name one with make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "patronage needs Python 3.11 or newer and this is $$($(PYTHON) --version 2>&1): name a newer one with make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make virtual environments: install its venv module (Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(CORE): $(MADE) pyproject.toml constraints.txt
	$(PIP) --quiet --editable .
	@touch $@

$(EVERYDAY): $(MADE) pyproject.toml constraints.txt
	$(PIP) --quiet --editable '.[dev,analysis,browser,data,search,assistants]'
	@touch $@ $(BROWSER) $(CORE)

$(BROWSER): $(MADE) pyproject.toml constraints.txt
	$(PIP) --quiet --editable '.[browser]'
	@touch $@ $(CORE)

$(EVERYTHING): $(MADE) pyproject.toml constraints.txt
	$(PIP) --quiet --editable '.[$(EXTRAS)]'
	@touch $@ $(EVERYDAY) $(BROWSER) $(CORE)

wheel: $(ASSETS) $(MADE)
	rm -rf dist
	$(PIP) --quiet build hatchling
	$(BIN)/python -m build --no-isolation --wheel --outdir dist .
	@echo "Install it anywhere: python -m pip install '$$(ls dist/*.whl)[browser]'"

release: $(ASSETS) $(EVERYTHING)
	@test -z "$$(git status --porcelain)" || { echo "Commit first: a release is made of what is committed."; git status --short; exit 1; }
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .
	$(BIN)/python -m tools.release dist

clean:
	rm -rf $(VENV) build dist site
