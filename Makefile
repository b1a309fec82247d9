# Two commands do everything on a machine with Python 3.11: make demo, make test.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
QUIET_LAB := --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate --LabApp.extension_manager=readonly

.PHONY: demo test quick test-browser test-wheel lab clean

demo: $(READY)
	$(BIN)/multifidus demo --output results/demo

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2

# Lint and the tests that take no time: what a developer runs at every change.
quick: $(READY)
	$(BIN)/ruff check .
	$(BIN)/pytest -n 2 -m "not slow and not wheel"

# The review notebook in JupyterLab and a headless Chromium; skipped, with the reason, without Chromium.
test-browser: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[lab]"
	$(BIN)/pytest -n 0 -rs tests/end_to_end/test_review_in_chromium.py

# The built wheel, installed into an empty environment; it needs the package index.
test-wheel: $(READY)
	$(BIN)/pytest -n 0 -m wheel tests/end_to_end/test_wheel.py

lab: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[lab]"
	$(BIN)/jupyter lab $(QUIET_LAB) notebooks

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Multifidus needs Python 3.11; say which with: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $(READY)

clean:
	rm -rf .venv results runs
