# Every target makes its own set-up first; when that is done it costs nothing. Windows has no make: see README.md.
PYTHON ?= python3
ARGS ?=
bin := .venv/bin

.PHONY: run test lint format types contracts package bench fuzz clean help

run: ## see this machine, live; in the terminal where there is no display (status 2)
	@$(PYTHON) scripts/setup.py run
	@$(bin)/sysmon $(ARGS); status=$$?; \
	if [ $$status -eq 2 ] && [ -z "$(ARGS)" ]; then $(bin)/sysmon watch; status=$$?; fi; \
	[ $$status -eq 130 ] || exit $$status # Ctrl+C is a way to end it

test: ## all tests, or some: make test ARGS=tests/collectors
	@$(PYTHON) scripts/setup.py test
	@$(bin)/python -m pytest $(ARGS)

lint: ## style and formatting
	@$(PYTHON) scripts/setup.py test
	@$(bin)/ruff check
	@$(bin)/ruff format --check

format: ## put the code into shape
	@$(PYTHON) scripts/setup.py test
	@$(bin)/ruff check --fix-only --quiet
	@$(bin)/ruff format --quiet

types: ## strict type check
	@$(PYTHON) scripts/setup.py test
	@$(bin)/basedpyright

contracts: ## which package may import which
	@$(PYTHON) scripts/setup.py test
	@$(bin)/lint-imports --no-logo

package: ## the program as a folder that needs no Python: dist/sysmon
	@$(PYTHON) scripts/setup.py package
	@$(bin)/python packaging/build.py

bench: ## one benchmark: make bench ARGS=collect
	@$(PYTHON) scripts/setup.py bench
	@$(bin)/sysmon bench $(ARGS)

fuzz: ## what peers send, fuzzed for some time: make fuzz ARGS="--seconds 600"; Linux
	@$(PYTHON) scripts/setup.py fuzz
	@$(bin)/python -m tests.fuzz.run $(ARGS)

clean: ## forget the environment and everything that was built
	@rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find sysmon tests scripts packaging -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@sed -n 's/^\([a-z]*\): ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12
