# The commands of the README. Each one sets up what it needs first.
PY := .venv/bin/python
STAMP := .venv/.installed
NODES := 5
SEEDS := 1 2 3 4 5

.PHONY: check test search coverage docs demo bench sim texts screenshots chromium clean

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

# One more than two cores: a quarter of the time a test waits for a daemon or a browser.
test: $(STAMP) chromium  ## every test
	$(PY) -m pytest -n 3 --dist worksteal

search: $(STAMP)  ## the tests of properties, with more and other examples each time
	$(PY) -m pytest -n 2 --dist worksteal --hypothesis-profile search \
	  tests/crdt tests/node tests/transport tests/wijk tests/words

# The 300 worlds take as long again as all the rest, which must reach everything by itself.
coverage: $(STAMP)  ## whether the stories reach every branch of the rules, the protocol and the words
	$(PY) -m coverage run -m pytest -q -o timeout=300 \
	  tests/crdt tests/wijk tests/words tests/node tests/world \
	  --deselect tests/world/test_world.py::test_whatever_happens_all_agree_and_nothing_is_lost
	$(PY) -m coverage report

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

bench: $(STAMP)  ## measurements as JSON lines, also in bench/results.json; ONLY=sync for one part
	$(PY) -m bench.run $(ONLY)

sim: $(STAMP)  ## simulated wijken, hurt in every way we know; NODES=12 SEEDS="6 7" for others
	@for seed in $(SEEDS); do .venv/bin/wijknet sim --nodes $(NODES) --seed $$seed || exit 1; done

clean:
	rm -rf .venv docs/_build bench/.cache bench/results.json
