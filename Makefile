# SupportBox: `make` prints this list.
PYTHON ?= python3
PORT ?= 8000
METERS ?= ../shared/bench
RIG ?= ../shared/rig
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test check fmt letters messages bench look torture clean
help:
	@echo "make demo      a desk with sample mail, in one command (PORT=8000)"
	@echo "make test      all tests this machine can run"
	@echo "make check     lint, types, arrows, sizes"
	@echo "make fmt       format the code"
	@echo "make letters   bless the golden letters again and show what changed"
	@echo "make messages  compile the translations"
	@echo "make bench     measure (minutes)"
	@echo "make look      measure the pages in a browser, with screenshots (minutes)"
	@echo "make torture   break it on purpose (long)"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "SupportBox needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	@echo "Making a Python environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/demo.done: pyproject.toml | $(VENV)/bin/python
	@echo "Installing SupportBox and its libraries (about a minute, once) ..."
	@$(BIN)/python -m pip install --disable-pip-version-check --no-warn-script-location -e '.[demo]'
	@touch $@

$(VENV)/test.done: pyproject.toml | $(VENV)/bin/python
	@echo "Installing SupportBox and its test tools (about a minute, once) ..."
	@$(BIN)/python -m pip install --disable-pip-version-check --no-warn-script-location -e '.[test,check]'
	@touch $@ $(VENV)/demo.done

demo: $(VENV)/demo.done
	@exec $(BIN)/supportbox demo --port $(PORT)

test: $(VENV)/test.done
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/house

fmt: $(VENV)/test.done
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

letters: $(VENV)/test.done
	$(BIN)/python -m tests.mail.bless
	git diff --stat -- tests/mail/letters

messages: $(VENV)/test.done
	$(BIN)/python -m supportbox.translations

bench: $(VENV)/test.done
	$(BIN)/python -m bench --meters $(METERS)

look: $(VENV)/test.done
	$(BIN)/python -m bench.look --rig $(RIG) --lighthouse

torture: $(VENV)/test.done
	$(BIN)/python -m bench.torture all --long
	SUPPORTBOX_LONG_TESTS=1 $(BIN)/python -m pytest tests/security/test_forgeries.py tests/flows/test_letters_out.py tests/channels/chat

clean:
	rm -rf $(VENV) build *.egg-info
