# Everything a newcomer needs; each target does its own set-up in .venv.
# PYTHON=/usr/bin/python3.12 makes .venv with that one; otherwise the newest of 3.11 to 3.14 found on the PATH.
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
# Where `make embedder`, `make detector` and `make plates` work, and the option for a list of faces where DATA has it; TRAIN holds more options of
# the training, as TRAIN="--pairs 32".
OUT := out/$(or $(filter detector plates,$(MAKECMDGOALS)),embedder)
listed = $(if $(wildcard $(DATA)/$(subst -,,$(1)).csv),--$(1) $(DATA)/$(subst -,,$(1)).csv)

# As pyproject.toml pins them: no lock file has them.
TORCH = $(shell sed -nE 's/^ +"(torch(vision)?==[0-9.]+)",$$/\1/p' pyproject.toml)
# Neither the index's address nor a comment goes into a lock file: it holds names, versions and hashes.
LOCK = $(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --no-header $(UPGRADE)

# The rooms of training that need neither torch nor onnx; import-linter holds them to it.
LIGHT := $(filter-out training/networks training/trainer training/embedder training/detector training/symbols training/editions,\
	$(patsubst %/__init__.py,%,$(wildcard training/*/__init__.py))) training/cli.py
# As many tests at a time as there are cores, four at most; a module's tests share one process and its fixtures.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadscope
define STYLE
$(BIN)/ruff check .
$(BIN)/ruff format --check .
$(BIN)/lint-imports
endef

.PHONY: demo check lint test test-pythons .fast .fast-here .types fuzz lock locked licences sbom bench embedder detector plates bot cards clean help
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

# One stamp a set of extras: made again when the requirements change.
$(VENV)/.base: pyproject.toml
	@test -x $(BIN)/python || { python=$${PYTHON:-$$(scripts/find-python.sh)} && "$$python" -m venv $(VENV); }
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.bot: $(VENV)/.base
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bot]'
	touch $@

$(VENV)/.demo: $(VENV)/.base
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bot,demo]'
	touch $@

$(VENV)/.light: $(VENV)/.base
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bot,sync,dev]'
	touch $@

$(VENV)/.fuzz: $(VENV)/.light
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bot,dev,fuzz]'
	touch $@

$(VENV)/.full: $(VENV)/.light
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bot,sync,dev,fuzz,training]'
	touch $@

demo: $(VENV)/.demo ## draw a table of demo cards, name every card on it, and show what players on Discord would see
	$(BIN)/python -m training demo
	$(BIN)/python -m bot rehearse --drawn out/demo --out out/demo/conversation

check: $(VENV)/.light ## lint and the fast tests: under two minutes, no torch
	$(STYLE)
	$(MAKE) --no-print-directory --jobs 2 --output-sync .types .fast

.types:
	$(BIN)/mypy bot engine $(LIGHT)

.fast:
	$(PYTEST) -m "not slow"

lint: $(VENV)/.full ## ruff, import-linter, mypy, and whether the lock files are in step with pyproject.toml
	$(STYLE)
	$(BIN)/mypy
	$(BIN)/python -m pytest --quiet tests/training/supply

test: lint ## lint, the fast tests, then all others
	$(PYTEST) -m "not slow"
	$(PYTEST) -m slow

test-pythons: ## the fast tests of engine and bot on every Python from 3.11 to 3.14 that is here
	for python in $$(scripts/find-python.sh --all); do \
		$(MAKE) VENV=.venv-$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') PYTHON="$$python" .fast-here || exit 1; \
	done

.fast-here: $(VENV)/.light
	$(BIN)/python --version
	$(PYTEST) -m "not slow" tests/engine tests/bot

fuzz: $(VENV)/.fuzz ## hostile bytes for every parser: FUZZ_SECONDS=600 for each target, FUZZ="--target image" for one
	$(BIN)/python -m stress.fuzz --seconds $(or $(FUZZ_SECONDS),10) $(FUZZ)

lock: $(VENV)/.light ## pin all requirements with their hashes (UPGRADE=--upgrade: to their newest versions)
	$(LOCK) pyproject.toml requirements/torch.in --extra bot --extra dev --extra fuzz --extra sync --extra training \
		--override requirements/without-torch.in --no-emit-package torch --no-emit-package torchvision \
		--output-file requirements/development.lock
	$(LOCK) pyproject.toml --extra bot --extra fleet --extra postgres --constraint requirements/development.lock --output-file requirements/bot.lock
	$(LOCK) pyproject.toml --extra sync --constraint requirements/development.lock --output-file requirements/sync.lock
	$(LOCK) requirements/build.in --constraint requirements/development.lock --output-file requirements/build.lock
	$(MAKE) licences

locked: ## an environment of exactly the locked versions, their hashes checked; torch beside it
	python=$${PYTHON:-$$(scripts/find-python.sh)} && "$$python" -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/development.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps $(TORCH)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(VENV)/.base $(VENV)/.bot $(VENV)/.demo $(VENV)/.light $(VENV)/.fuzz $(VENV)/.full

licences: $(VENV)/.full ## list the licences of all requirements and models in docs/licences.md
	$(BIN)/python -m training licences --out docs/licences.md

sbom: $(VENV)/.light ## write the bill of materials of the bot, CycloneDX
	mkdir -p out
	$(BIN)/python -m training sbom --lock requirements/bot.lock --out out/sbom.cdx.json

bench: $(VENV)/.base ## speed and memory of the engine on this machine, and ways to search (ROWS=30000,110000,...)
	$(BIN)/python -m training bench
	$(BIN)/python -m training bench-search $(if $(ROWS),--rows $(ROWS))

embedder: $(VENV)/.full ## train, export, index and measure the picture network: make embedder DATA=FOLDER
	test -f "$(DATA)/faces.csv" || { echo "DATA=$(DATA) has no faces.csv: make embedder DATA=FOLDER" >&2; exit 2; }
	mkdir -p $(OUT)
	$(BIN)/python -m training pack-faces --real $(DATA)/faces.csv $(call listed,fan-made) $(call listed,other) \
		--out $(OUT)/faces.pack
	$(BIN)/python -m training train embedder --pack $(OUT)/faces.pack --out $(OUT) \
		$(if $(wildcard $(OUT)/checkpoint.pt),--resume) $(TRAIN)
	$(BIN)/python -m training export --checkpoint $(OUT)/checkpoint.pt --out $(OUT)/exported.onnx
	$(BIN)/python -m training whiten --model $(OUT)/exported.onnx --pack $(OUT)/faces.pack --out $(OUT)/embedder.onnx
	$(BIN)/python -m training index --faces $(DATA)/faces.csv --embedder $(OUT)/embedder.onnx --out $(OUT)/artifacts
	$(BIN)/python -m training evaluate-embedder --pack $(OUT)/faces.pack --artifacts $(OUT)/artifacts \
		$(if $(wildcard $(DATA)/photos/photos.csv),--photos $(DATA)/photos/photos.csv) --out $(OUT)/figures

detector: $(VENV)/.full ## train, export and measure the detector: make detector DATA=FOLDER
	test -f "$(DATA)/faces.csv" || { echo "DATA=$(DATA) has no faces.csv: make detector DATA=FOLDER" >&2; exit 2; }
	mkdir -p $(OUT)
	$(BIN)/python -m training pack-faces --real $(DATA)/faces.csv $(call listed,fan-made) $(call listed,other) \
		--out $(OUT)/faces.pack
	$(BIN)/python -m training train detector --pack $(OUT)/faces.pack --out $(OUT) --resume \
		$(if $(wildcard $(DATA)/backgrounds),--places $(DATA)/backgrounds) $(TRAIN)
	$(BIN)/python -m training export-detector --training $(OUT) --out $(OUT)/models
	$(BIN)/python -m training index --faces $(DATA)/faces.csv --detector $(OUT)/models --out $(OUT)/artifacts
	$(BIN)/python -m training evaluate-detector --pack $(OUT)/faces.pack --artifacts $(OUT)/artifacts \
		$(if $(wildcard $(DATA)/backgrounds),--places $(DATA)/backgrounds) \
		$(if $(wildcard $(DATA)/photos/photos.csv),--photos $(DATA)/photos/photos.csv) --out $(OUT)/figures

plates: $(VENV)/.full ## train, export and measure the network that finds name plates: make plates DATA=FOLDER
	test -f "$(DATA)/faces.csv" || { echo "DATA=$(DATA) has no faces.csv: make plates DATA=FOLDER" >&2; exit 2; }
	mkdir -p $(OUT)
	test -f $(OUT)/titles.jsonl || $(BIN)/python -m training label-titles --faces $(DATA)/faces.csv $(call listed,fan-made) \
		$(call listed,other) --out $(OUT)/titles.jsonl
	$(BIN)/python -m training train plates --titles $(OUT)/titles.jsonl --out $(OUT)/training --resume \
		$(if $(wildcard $(DATA)/backgrounds),--places $(DATA)/backgrounds) $(TRAIN)
	$(BIN)/python -m training export-detector --training $(OUT)/training --out $(OUT)/models
	$(BIN)/python -m training index --faces $(DATA)/faces.csv --detector $(OUT)/models --out $(OUT)/artifacts
	$(if $(wildcard $(DATA)/photos_visions/title_boxes.json),$(BIN)/python -m training evaluate-plates \
		--boxes $(DATA)/photos_visions/title_boxes.json --artifacts $(OUT)/artifacts)

bot: $(VENV)/.bot ## start the Discord bot (token in .env, see .env.example)
	$(BIN)/python -m bot

cards: $(VENV)/.bot ## fetch all of Magic once, as the bot does by itself: make cards [LANGUAGES=de,fr]
	$(BIN)/python -m training refresh --data data/cards -- --unique artwork $(if $(LANGUAGES),--languages $(LANGUAGES))

clean: ## remove the environment and what the commands wrote
	rm -rf .venv .venv-* out build *.egg-info .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
