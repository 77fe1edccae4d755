# Everything a newcomer needs; each target does its own set-up in .venv.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# Where `make embedder` and `make detector` work, and the option for a list of faces where DATA has it; TRAIN holds more options of
# the training, as TRAIN="--pairs 32".
OUT := out/$(if $(filter detector,$(MAKECMDGOALS)),detector,embedder)
listed = $(if $(wildcard $(DATA)/$(1).csv),--$(1) $(DATA)/$(1).csv)

.PHONY: demo test test-light lint bench embedder detector bot clean help
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

bench: $(VENV)/.base ## speed and memory of the engine on this machine, and ways to search (ROWS=30000,110000,...)
	$(BIN)/python -m training bench
	$(BIN)/python -m training bench-search $(if $(ROWS),--rows $(ROWS))

embedder: $(VENV)/.full ## train, export, index and measure the picture network: make embedder DATA=FOLDER
	test -f "$(DATA)/faces.csv" || { echo "DATA=$(DATA) has no faces.csv: make embedder DATA=FOLDER" >&2; exit 2; }
	mkdir -p $(OUT)
	$(BIN)/python -m training pack-faces --real $(DATA)/faces.csv $(call listed,fanmade) $(call listed,other) \
		--out $(OUT)/faces.pack
	$(BIN)/python -m training train embedder --pack $(OUT)/faces.pack --out $(OUT) \
		$(if $(wildcard $(OUT)/checkpoint.pt),--resume) $(TRAIN)
	$(BIN)/python -m training export --checkpoint $(OUT)/checkpoint.pt --out $(OUT)/embedder.onnx
	$(BIN)/python -m training index --faces $(DATA)/faces.csv --embedder $(OUT)/embedder.onnx --out $(OUT)/artifacts
	$(BIN)/python -m training evaluate-embedder --pack $(OUT)/faces.pack --artifacts $(OUT)/artifacts \
		$(if $(wildcard $(DATA)/photos/photos.csv),--photos $(DATA)/photos/photos.csv) --out $(OUT)/figures

detector: $(VENV)/.full ## train, export and measure the detector: make detector DATA=FOLDER
	test -f "$(DATA)/faces.csv" || { echo "DATA=$(DATA) has no faces.csv: make detector DATA=FOLDER" >&2; exit 2; }
	mkdir -p $(OUT)
	$(BIN)/python -m training pack-faces --real $(DATA)/faces.csv $(call listed,fanmade) $(call listed,other) \
		--out $(OUT)/faces.pack
	$(BIN)/python -m training train detector --pack $(OUT)/faces.pack --out $(OUT) --resume \
		$(if $(wildcard $(DATA)/backgrounds),--places $(DATA)/backgrounds) $(TRAIN)
	$(BIN)/python -m training export-detector --training $(OUT) --out $(OUT)/models
	$(BIN)/python -m training index --faces $(DATA)/faces.csv --detector $(OUT)/models --out $(OUT)/artifacts
	$(BIN)/python -m training evaluate-detector --pack $(OUT)/faces.pack --artifacts $(OUT)/artifacts \
		$(if $(wildcard $(DATA)/backgrounds),--places $(DATA)/backgrounds) \
		$(if $(wildcard $(DATA)/photos/photos.csv),--photos $(DATA)/photos/photos.csv) --out $(OUT)/figures

bot: $(VENV)/.bot ## start the Discord bot (token in .env, see .env.example)
	$(BIN)/python -m bot

clean: ## remove the environment and what the commands wrote
	rm -rf $(VENV) out build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
