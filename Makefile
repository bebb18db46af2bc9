# The work is done by tools/, in Python: on Windows say  py -m tools.run  where this says  make run.
PYTHON ?= python3
OPTIONS ?=

.PHONY: help run test verify bench lint lock bundle clean

help: ## these lines
	@grep -E '^[a-z]+: ##' $(firstword $(MAKEFILE_LIST)) | sed 's/: ##/\t/'

run: ## install what is wanting, prepare the store, serve at http://127.0.0.1:8000
	@exec $(PYTHON) -m tools.run $(OPTIONS)

test: ## all that must hold before a change is taken
	@exec $(PYTHON) -m tools.check test $(OPTIONS)

verify: ## the same with the long checks
	@exec $(PYTHON) -m tools.check verify $(OPTIONS)

bench: ## the table of speeds, also in var/bench.json
	@exec $(PYTHON) -m tools.check bench $(OPTIONS)

lint: ## form and types only
	@exec $(PYTHON) -m tools.check lint

lock: ## write the locks again; OPTIONS=--upgrade takes newer versions
	@exec $(PYTHON) -m tools.lock $(OPTIONS)

bundle: ## dist/: everything that a machine without a network needs to install or upgrade
	@exec $(PYTHON) -m tools.bundle

clean: ## remove what the other targets made, but never the data of an installation
	@exec $(PYTHON) -m tools.clean
