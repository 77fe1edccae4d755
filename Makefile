# Everything a newcomer needs; each target does its own set-up in .venv.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-light lint bench bot clean help
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

# One stamp a set of extras: made again when the requirements change.
$(VENV)/.base: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.bot: $(VENV)/.base
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bot]'
	touch $@

$(VENV)/.light: $(VENV)/.base
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bot,dev]'
	touch $@

$(VENV)/.full: $(VENV)/.light
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bot,dev,training]'
	touch $@

demo: $(VENV)/.base ## draw a table of demo cards and name every card on it
	$(BIN)/python -m training demo

test: $(VENV)/.full ## all tests
	$(BIN)/python -m pytest

test-light: $(VENV)/.light ## the tests that need no torch
	$(BIN)/python -m pytest

lint: $(VENV)/.full ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.base ## speed and memory of the engine on this machine
	$(BIN)/python -m training bench

bot: $(VENV)/.bot ## start the Discord bot (token in .env, see .env.example)
	$(BIN)/python -m bot

clean: ## remove the environment and what the commands wrote
	rm -rf $(VENV) out build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
