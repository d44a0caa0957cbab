# The commands of the README. Each one sets up what it needs first.
PY := .venv/bin/python
STAMP := .venv/.installed

.PHONY: check test docs demo bench texts screenshots chromium clean

$(STAMP): pyproject.toml constraints.txt
	python3 -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(STAMP)

check: $(STAMP)  ## format, lint, types, import walls, docs
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(MAKE) --no-print-directory docs

docs: $(STAMP)
	.venv/bin/sphinx-build -q -n -W --keep-going -b html docs docs/_build/html

test: $(STAMP) chromium  ## every test
	$(PY) -m pytest -n 2 --dist worksteal

chromium:  # The browser of the tests; Debian's own, since it needs no download of another kind.
	@command -v chromium >/dev/null || { \
	  as_root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$as_root apt-get update -qq && \
	  $$as_root apt-get install -y -qq --no-install-recommends chromium; }

screenshots: $(STAMP) chromium  ## every page at three widths in two languages, into screenshots/
	$(PY) -m tests.web.screenshots

texts: $(STAMP)  ## bring the catalogues of the pages up to date
	$(PY) -m tests.web.texts

demo: $(STAMP)  ## three places as three daemons on this machine, until Ctrl-C
	.venv/bin/wijknet demo

bench: $(STAMP)  ## measurements as JSON lines; about two minutes
	$(PY) -m bench.run

clean:
	rm -rf .venv docs/_build bench/.cache
