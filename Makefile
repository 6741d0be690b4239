# make book and make test are the two commands. Each installs what it needs into .venv, once.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
STRIP  := "$(abspath $(BIN))/nbstripout" --keep-id --extra-keys "metadata.papermill cell.metadata.papermill"
# A copy of CUHK Student: make book DATA=path
DATA   ?=

.DEFAULT_GOAL := help
.PHONY: help book test lab strip constraints clean

help:  ## list these targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

book: $(STAMP)  ## run the chapters that changed, build the pages (DATA=path/to/cuhk for real faces)
	@$(BIN)/sketchlib book build $(if $(DATA),--data "$(DATA)")

test: $(STAMP)  ## run the tests
	@$(BIN)/python -m pytest

lab: $(STAMP)  ## open JupyterLab on the chapters (and let git strip their outputs)
	@git config filter.nbstripout.clean '$(STRIP)' && git config filter.nbstripout.smudge cat && \
	    git config diff.ipynb.textconv '$(STRIP) -t' || true
	$(BIN)/jupyter lab chapters

strip: $(STAMP)  ## remove outputs from the chapters, and store them as Jupyter does
	@for file in chapters/*.ipynb; do $(STRIP) < $$file > $$file.new && mv $$file.new $$file; done

constraints: $(STAMP)  ## resolve the newest versions again into constraints.txt (needs uv)
	@command -v uv >/dev/null || { echo "make constraints needs uv: https://docs.astral.sh/uv/"; exit 1; }
	uv pip compile pyproject.toml --extra book --extra test --extra kaggle --extra export --universal \
	    --python-version 3.11 --no-header --no-annotate --upgrade --output-file constraints.new
	{ sed '/^[^#]/,$$d' constraints.txt; cat constraints.new; } > constraints.tmp
	mv constraints.tmp constraints.txt && rm constraints.new

clean:  ## remove what was built (not .venv, not runs)
	rm -rf build .pytest_cache .ruff_cache

# Installed again only when what is to be installed changes.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
	    echo "This needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is $$($(PYTHON) --version 2>&1):" \
	         "name another one, such as make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Installing into $(VENV); the first time this takes some minutes."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[book,test,export]"
	@touch $@
