# One job, one command. Each sets up .venv by itself on a fresh machine.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: lab demo test fuzz check build screenshots lock bench help

help:          ## show this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

lab: prepare   ## set up, build the course, open it in JupyterLab
	@$(BIN)/peercourse lab

demo: prepare  ## send a class of twelve invented learners through the whole loop
	@$(BIN)/peercourse demo

test: prepare  ## set up and run every test
	@$(BIN)/ruff check src tests tools
	@$(BIN)/mypy
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

fuzz: prepare  ## try what nobody would think of: a minute, or FUZZ_SECONDS
	@$(BIN)/python tools/fuzz.py

build: prepare ## make source/ and release/ from course/
	@$(BIN)/peercourse build

check: prepare ## look for mistakes in the course's text and questions
	@$(BIN)/peercourse lint

screenshots: prepare ## take the pictures of the README again, from the real thing
	@$(BIN)/python tools/take_screenshots.py

bench: prepare ## measure: saving an answer, grading, start-up
	@$(BIN)/python tools/bench.py

lock: prepare  ## work out requirements.lock again (needs uv)
	@uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-strip-extras --upgrade --output-file requirements.lock

.PHONY: prepare
prepare:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed. Debian: sudo apt install python3 python3-venv. macOS: brew install python"; exit 1; }
	@$(PYTHON) tools/prepare.py
