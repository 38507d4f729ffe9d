# Short names for what is run before a change is sent; CONTRIBUTING.md says when.
# PYTHON is the interpreter, ARGS goes to pytest: make test ARGS='tests/test_cases.py -x'
PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)
ARGS ?=

.PHONY: check lint types test fast docs coverage

check: lint types

lint:
	$(PYTHON) -m ruff check

types:
	$(PYTHON) -m mypy

test:
	$(PYTHON) -m pytest $(ARGS)

fast:
	$(PYTHON) -m pytest -m "not slow" $(ARGS)

# Pages that the program writes: the tables of functions and messages, then what commands print; read every change.
docs:
	$(PYTHON) docs/make_reference.py
	$(PYTHON) docs/make_sentences.py
	DOUDI_UPDATE=1 $(PYTHON) -m pytest tests/test_docs.py $(ARGS)

# Of calc alone; [tool.coverage] in pyproject.toml says how.
coverage:
	$(PYTHON) -m pytest --cov --cov-report=term $(ARGS)
