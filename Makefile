# Two commands matter: `make run` and `make test`. `make` alone lists all.

.DEFAULT_GOAL := help
.PHONY: help setup run test test-deep coverage check corpus bench bench-contacts bench-files bench-delivery bench-rows bench-pages bench-reports bench-downloads fault-rates bench-fault-rates bench-waiting fuzz-files audit diagrams screenshots messages

UV_VERSION := 0.13.9
# Another interpreter can be named: make run PYTHON=/path/to/python3
PYTHON ?=

# A folder of further awkward files, a folder a set (tests/corpus/truths.py), and a program that writes N rows of
# contacts as CSV.
CORPUS ?=
GENERATOR ?= tests/benchmarks/make_contacts.py
SECONDS ?= 600

# Test files that the largest stage of `make test` runs at a time; the two others run beside it.
PROCESSES ?= 2
SCREENSHOTS ?= var/screenshots
SBOM ?= var/sbom.cdx.json
SIDE_BY_SIDE = -n $(PROCESSES) --dist loadfile --no-loadscope-reorder -o tmp_path_retention_policy=failed

# Memory as a disk, if there is one with room for what the tests write; else where temporary files lie anyway.
ROOM_KB := 4000000
TEST_TMPDIR = $(shell free=$$(df -kP /dev/shm 2>/dev/null | awk 'NR == 2 {print $$4}'); \
  if [ -w /dev/shm ] && [ "$${free:-0}" -gt $(ROOM_KB) ]; then echo /dev/shm; else echo "$${TMPDIR:-/tmp}"; fi)

VENV := .venv
PY := $(VENV)/bin/python
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := $(VENV)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:
	@echo "make run     install what is missing and start the portal with its demo; Ctrl-C ends it"
	@echo "make test    install what is missing and run every test"
	@echo "make test-deep  property tests with many examples, other ones every time, and all databases; before a release"
	@echo "make coverage  which lines the tests run on SQLite: what is missed, and a page for each file in htmlcov/"
	@echo "make check   lint, types, layers, settings and migrations"
	@echo "make audit   what a server installs as an SBOM (SBOM, $(SBOM)), and whether any of it has a known weakness (asks osv.dev)"
	@echo "make screenshots  every page in every state, narrow and wide, light and dark, into SCREENSHOTS ($(SCREENSHOTS))"
	@echo "make diagrams  draw the data models and the table of pages from the code, into docs/"
	@echo "make messages  bring new texts into the catalogues of locale/, and compile them (needs GNU gettext)"
	@echo "make setup   install what a server needs, without what only the demo uses"
	@echo
	@echo "make corpus       how the reader does on awkward files; CORPUS names a folder of more"
	@echo "make bench        everything whose speed matters, beside its peer, in one table (a quarter of an hour)"
	@echo "make bench-contacts  how fast contacts are made of a file, beside a loop by hand"
	@echo "make bench-files  how fast files are read, beside peers; GENERATOR ($(GENERATOR)) makes them"
	@echo "make bench-delivery  how full the slots are kept, and how long a small import waits beside large ones"
	@echo "make bench-rows      pages of the rows of a job of a million, beside plain Polars"
	@echo "make bench-pages     every page with 10,000 jobs and one of a million rows, on gunicorn with each database (half an hour)"
	@echo "make bench-reports   a report of 200,000 contacts, beside reading it as a whole"
	@echo "make bench-downloads  the files of a report of a million rows, beside XlsxWriter and Polars"
	@echo "make fault-rates     deliveries while a tenth and a third of all calls fail; writes the table of docs/reliability.md"
	@echo "make bench-fault-rates  the same with worker processes: seconds, processor, queries"
	@echo "make bench-waiting   what the processes take of a core while there is nothing to do but wait"
	@echo "make fuzz-files   read damaged files for SECONDS ($(SECONDS)); CORPUS names a folder of more"

setup: $(VENV)/installed-for-serving

run: $(VENV)/installed-for-running
	@exec $(PY) -m portal.launch

# Its stages (tests/stages.py) run side by side. In a stage each file is run by one process, the longest first
# (tests/order.py). There are more processes than cores, as tests also wait for workers and servers. Where memory can be
# had as a disk, temporary files lie there: a commit then waits for no disk, and no test asks what a power cut leaves.
# Bytecode is kept, whatever the environment says: else every process, of which there are hundreds, compiles anew what it
# imports.
test: export DJANGO_SETTINGS_MODULE := tests.settings
test: export TMPDIR := $(TEST_TMPDIR)
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/installed-for-testing
	$(PY) -m tests.stages $(PROCESSES)

# The property tests, with many random examples; a failure prints what to decorate the test with to see it again. On
# SQLite what `make test` tries on PostgreSQL alone, and then on PostgreSQL and S3 what it tries on SQLite alone.
test-deep: export DJANGO_SETTINGS_MODULE := tests.settings
test-deep: export PYTHONDONTWRITEBYTECODE :=
test-deep: $(VENV)/installed-for-testing
	$(PY) -m pytest $(SIDE_BY_SIDE) --hypothesis-profile deep -m "hypothesis or deep or on_postgres"
	$(PY) -m tests.stages $(PROCESSES) once

# Of the largest stage. What a worker or a server does that a test starts as a process of its own is not counted: to
# follow it would double what that costs, and nearly all of it is also run by tests in their own process.
coverage: export DJANGO_SETTINGS_MODULE := tests.settings
coverage: export TMPDIR := $(TEST_TMPDIR)
coverage: export PYTHONDONTWRITEBYTECODE :=
coverage: $(VENV)/installed-for-testing
	$(PY) -m pytest $(SIDE_BY_SIDE) --cov --cov-report term --cov-report html

check: $(VENV)/installed-for-testing
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m tests.production -m mypy
	$(VENV)/bin/lint-imports
	$(PY) -m tests.production manage.py check --deploy --fail-level WARNING
	$(PY) -m tests.production manage.py makemigrations --check --dry-run

screenshots: export DJANGO_SETTINGS_MODULE := tests.settings
screenshots: export SCREENSHOTS := $(abspath $(SCREENSHOTS))
screenshots: $(VENV)/installed-for-testing
	$(PY) -m pytest -q tests/every_page

diagrams: export DJANGO_SETTINGS_MODULE := tests.settings
diagrams: $(VENV)/installed-for-testing
	$(PY) -m tests.diagrams

messages: export DJANGO_SETTINGS_MODULE := tests.settings
messages: $(VENV)/installed-for-testing
	$(PY) manage.py makemessages --all --no-location --no-obsolete --ignore tests --ignore sandbox --ignore .venv
	$(PY) manage.py compilemessages --ignore .venv

corpus: $(VENV)/installed-for-testing
	$(PY) -m tests.corpus $(CORPUS)

bench: $(VENV)/installed-for-testing
	$(PY) -m tests.benchmarks.at_a_glance $(GENERATOR)

bench-contacts: $(VENV)/installed-for-testing
	$(PY) -m tests.benchmarks.contacts $(GENERATOR)

bench-files: $(VENV)/installed-for-testing
	$(PY) -m tests.benchmarks.reading_files $(GENERATOR)

bench-delivery: $(VENV)/installed-for-testing
	$(PY) -m tests.benchmarks.delivery

bench-rows: $(VENV)/installed-for-testing
	$(PY) -m tests.benchmarks.row_pages $(GENERATOR)

bench-pages: $(VENV)/installed-for-testing
	$(PY) -m tests.benchmarks.pages $(GENERATOR)

bench-reports: $(VENV)/installed-for-testing
	$(PY) -m tests.benchmarks.reports

bench-downloads: $(VENV)/installed-for-testing
	$(PY) -m tests.benchmarks.report_files

fault-rates: export DJANGO_SETTINGS_MODULE := tests.settings
fault-rates: $(VENV)/installed-for-testing
	FAULT_RATES=all WRITE_FAULT_RATES=1 $(PY) -m pytest tests/delivery/test_fault_rates.py

bench-fault-rates: $(VENV)/installed-for-testing
	$(PY) -m tests.benchmarks.fault_rates

audit: $(VENV)/installed-for-serving
	@mkdir -p $(dir $(SBOM))
	$(PY) -m uv export --locked --no-dev --no-annotate --quiet --preview-features sbom-export --format cyclonedx1.5 --output-file $(SBOM)
	$(PY) -m uv audit --locked --no-dev --preview-features audit

bench-waiting: $(VENV)/installed-for-testing
	$(PY) -m tests.benchmarks.waiting

fuzz-files: $(VENV)/installed-for-testing
	$(PY) -m tests.fuzz $(SECONDS) tests/cases tests/samples $(CORPUS)

# Every stamp stands for an installation that was finished; it is redone when what it was made from changes.
$(VENV)/installed-for-serving: uv.lock $(VENV)/uv-$(UV_VERSION)
	$(PY) -m uv sync --frozen --inexact --no-dev
	@touch $@

$(VENV)/installed-for-running: uv.lock $(VENV)/uv-$(UV_VERSION)
	$(PY) -m uv sync --frozen --inexact --no-dev --extra demo
	@touch $@

$(VENV)/installed-for-testing: uv.lock $(VENV)/uv-$(UV_VERSION)
	$(PY) -m uv sync --frozen --inexact --group dev --extra demo
	@touch $(VENV)/installed-for-serving $(VENV)/installed-for-running $@

$(VENV)/uv-$(UV_VERSION):
	@set -e; \
	can_run='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'; \
	if ! $(PY) -c "$$can_run" 2>/dev/null; then \
	    for candidate in $(or $(PYTHON),python3.11 python3 python); do \
	        if $$candidate -c "$$can_run" 2>/dev/null; then found=$$candidate; break; fi; \
	    done; \
	    if [ -z "$$found" ]; then \
	        echo "Python 3.11 or newer with its venv module is needed, and $(or $(PYTHON),python3.11 or python3) is not that." >&2; \
	        echo "On Debian and Ubuntu: apt-get install python3-venv. Another Python can be named: make PYTHON=/path/to/python3" >&2; \
	        exit 2; \
	    fi; \
	    "$$found" -m venv --clear $(VENV); \
	fi
	$(PY) -m pip install --quiet uv==$(UV_VERSION)
	@touch $@
