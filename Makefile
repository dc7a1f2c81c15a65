# Two commands: `make run` starts merdesk, `make test` runs every check. Both set up what they need.
PY := .venv/bin/python

.PHONY: run test test-slow bench bundle bundle-light deb screenshots setup setup-test lint types contracts unit clean

run: setup
	@packaging/run.sh

test: setup-test lint types contracts unit

setup:
	@packaging/setup.sh run

setup-test:
	@packaging/setup.sh test

lint:
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .

types:
	.venv/bin/mypy

contracts:
	.venv/bin/lint-imports

unit:
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n logical --maxprocesses 4 --dist loadfile --max-worker-restart 0

test-slow: setup-test
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -m slow

bench: setup-test
	@packaging/bench.sh

bundle: setup
	@packaging/bundle.sh

bundle-light: setup
	@packaging/bundle.sh --without-torch

deb:
	@packaging/deb.sh

screenshots: setup-test
	$(PY) packaging/screenshots.py --out resources/screenshots

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
