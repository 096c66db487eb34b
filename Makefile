# make demo     the site on http://localhost:8000/ (PORT=8001 changes it), with data to look at
# make test     every check and every test
# make torture  tests that take minutes: a thousand interleavings, hundreds of parallel saves
# make bench    measures the site and its peer, SIZE=10k, 100k or 1m; writes bench/results.md
# make bench-replicas  a primary, two standbys, and what may happen to them; bench/results-replicas.md
# make check    what can be seen without running the tests
# make quality  outside checkers over the public pages; writes docs/quality.md (Java, Node, Chromium)
# make scan     wapiti and sqlmap on it, and on a site that is weak; writes docs/quality.md
# make audit    whether a fault is known in a library (asks PyPI and npm)
# make guide    the pictures of docs/editing.md, anew
# make messages the catalogues under locale/, in step with the code
# make sbom     docs/sbom.cdx.json, what a site runs, of requirements.txt
# make stop     stop the embedded database

PYTHON ?= python3
PORT ?= 8000
SIZE ?= 10k
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py

.PHONY: demo demo-data serve bench bench-replicas test torture check browser guide quality scan audit stop requirements sbom messages

SERVE := $(BIN)/granian --interface wsgi --host 127.0.0.1 --port $(PORT) --no-ws \
	--workers 2 --blocking-threads 6 --log-level warning config.wsgi:application

# A command, and the site for as long as it runs.
define beside_the_site
@$(SERVE) & server=$$!; trap "kill $$server" EXIT; \
	until $(BIN)/python -c 'import sys, urllib.request as r; r.urlopen(sys.argv[1])' \
		http://localhost:$(PORT)/ 2>/dev/null; do sleep 1; done; \
	$(1)
endef

# Plain http, as nothing on localhost has a certificate.
demo demo-data serve quality scan: export CLAIMLINE_TLS ?= off
demo serve: export CLAIMLINE_LOG ?= text
# To look around as an editor one needs no phone.
demo serve: export CLAIMLINE_EDITORS_FACTOR ?= off

demo: demo-data
	for role in editor reviewer administrator; do \
		$(MANAGE) create_editor $$role --role $$role || exit; done
	@echo "Claimline: http://localhost:$(PORT)/  (Ctrl-C stops the site, make stop its database)"
	@$(SERVE)

# On what is there already.
serve:
	@exec $(SERVE)

demo-data: .venv/runtime-installed
	$(MANAGE) migrate --verbosity 0  # checks the database first
	$(MANAGE) rebuild_record  # a database of an older release
	$(MANAGE) load_gazetteer
	$(MANAGE) load_demo
	$(MANAGE) collectstatic --no-input --verbosity 0

quality: .venv/dev-installed demo-data
	cd quality && npm install --no-package-lock --ignore-scripts --no-fund --no-audit
	$(call beside_the_site,$(BIN)/python -m quality.check http://localhost:$(PORT))

# Most of what they ask at once would be answered 503.
scan: export CLAIMLINE_ROOM ?= 0
scan: .venv/dev-installed demo-data
	$(call beside_the_site,$(BIN)/python -m quality.scan http://localhost:$(PORT))

audit: .venv/dev-installed
	@$(BIN)/python -m quality.audit

# A database a process; a file's tests stay together, as some load the demo data once a file. In
# the order of their names the browser's come first, and no process waits for one at the end.
test: check browser
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile \
		--no-loadscope-reorder

# PARTS="http report" measures these anew (bench/README.md).
bench: .venv/dev-installed
	@$(BIN)/python -m bench $(SIZE) $(PARTS)

bench-replicas: .venv/dev-installed
	@$(BIN)/python -m bench.replicas

guide: .venv/dev-installed browser
	CLAIMLINE_PICTURES=docs/editing $(BIN)/python -m pytest -q incidents/tests/browser/test_five_minutes.py

torture: .venv/dev-installed demo-data
	$(BIN)/python -m pytest -m torture
	$(BIN)/python -m bench.kill
	$(BIN)/python -m bench.slow

check: .venv/dev-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	$(BIN)/mypy .
	$(MANAGE) makemigrations --check --dry-run
	DEBUG=off CLAIMLINE_TLS=on CLAIMLINE_CONTACT=desk@claimline.example \
		$(MANAGE) check --deploy --fail-level WARNING --database default

# Without any, the browser tests say that they were skipped; in CI they fail.
browser: .venv/dev-installed
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do \
		command -v $$name >/dev/null && exit; \
	done; $(BIN)/playwright install chromium || true

stop:
	@test ! -x $(BIN)/python || $(BIN)/python -m config.database stop

# For whoever changes a word of the interface: translate the new entries, then make it again.
# Needs GNU gettext. The compiled catalogues are kept too, for machines without it.
messages: .venv/dev-installed
	$(MANAGE) makemessages --locale uk --locale ru --no-obsolete --no-wrap --add-location file \
		--ignore 'var/*' --ignore 'incidents/tests/*'
	$(MANAGE) compilemessages --locale uk --locale ru --ignore .venv

# For whoever changes a .in file: newest versions that fit, pinned with their hashes.
requirements: .venv/dev-installed
	for name in requirements requirements-dev; do \
		$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
			--generate-hashes --custom-compile-command 'make requirements' \
			--output-file $$name.txt $$name.in || exit; \
	done
	$(MAKE) sbom

# CycloneDX, the same for the same versions.
sbom: .venv/dev-installed
	PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py requirements --output-reproducible \
		--spec-version 1.6 --pyproject pyproject.toml --output-file - requirements.txt \
		| $(BIN)/python scripts/complete_sbom.py > docs/sbom.cdx.json.new
	mv docs/sbom.cdx.json.new docs/sbom.cdx.json

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Claimline needs Python 3.11")'
	$(PYTHON) -m venv .venv

.venv/runtime-installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/dev-installed: requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
