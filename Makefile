# The ways into this project. `make` alone lists them.

PYTHON ?= python3
PORT ?= 8000
MODELS ?= 10000
PYTEST_WORKERS ?= 2
PYTEST_ARGS ?=

VENV_PYTHON := .venv/bin/python
LOCK := .venv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help run test lint services messages screenshots lock relevance bench clean
.PHONY: environment lint-python lint-templates lint-migrations lint-messages

help: ## List these targets
	@echo "Targets (PYTHON=, PORT= and other variables are named in parentheses):"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Install, migrate, load the demo once and serve at http://localhost:8000 (PORT=, HOST=, RELOAD=1)
	@PORT=$(PORT) exec $(PYTHON) scripts/run.py

environment:
	@$(PYTHON) scripts/environment.py requirements-dev.txt $(if $(JSON),>&2)

# Every process of the tests, and each that a test starts, reads the same modules: Python may keep them compiled.
test: export PYTHONDONTWRITEBYTECODE =
test: environment ## Run the tests (DATABASE_URL=, TEST_DEPTH=quick or deep, PYTEST_WORKERS=, PYTEST_ARGS="tests/search -k word")
	@$(VENV_PYTHON) -m tests.template_database
	@$(VENV_PYTHON) -m pytest -n $(PYTEST_WORKERS) --dist worksteal $(PYTEST_ARGS)

lint: lint-python lint-templates lint-migrations lint-messages ## Check style, types, templates, migrations and translations (with -k all of them)

lint-python: environment
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

lint-templates: environment
	.venv/bin/djlint --quiet --check templates
	.venv/bin/djlint --quiet --lint templates

lint-migrations: environment
	$(VENV_PYTHON) manage.py makemigrations --check --dry-run

lint-messages: environment
	$(VENV_PYTHON) scripts/messages.py check

services: ## Install the Debian packages of tests and PostgreSQL (as root)
	@sh scripts/install-services.sh

messages: environment ## Bring the translation catalogues to the sources and compile them
	$(VENV_PYTHON) scripts/messages.py update

screenshots: environment ## Make the pictures of README.md and docs/ anew from the demo (needs Chromium)
	$(VENV_PYTHON) scripts/screenshots.py

lock: environment ## Compile the lock files anew from requirements*.in (UPGRADE=1 takes newer versions)
	$(LOCK) $(if $(UPGRADE),--upgrade) requirements.in -o requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) requirements-dev.in -o requirements-dev.txt

relevance: environment ## Score the search on judged queries (FILE= the queries, FROM= other texts than the demo, JSON=1 or GAIN=nearness)
	@$(VENV_PYTHON) manage.py score_search $(or $(FILE),tests/relevance/queries.csv) $(if $(FROM),--from $(FROM)) $(if $(JSON),--json) $(if $(GAIN),--$(GAIN))

bench: environment ## Measure the search, Wagtail's beside it and users at once, in a scratch database (MODELS=10000, DATABASE_URL=)
	$(VENV_PYTHON) manage.py bench_search --models $(MODELS)
	$(VENV_PYTHON) manage.py bench_statistics --models $(MODELS)

clean: ## Remove the virtual environment and the tests' files; the database and uploads in var/ stay
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis test-results var/tests
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
