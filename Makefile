# Thin targets; the work is in scripts/ and in `naer`.
APP := .venv/bin
PYTHONPATH := $(CURDIR)
export PYTHONPATH

.PHONY: run test check bench setup front format lock

run: setup front          ## set up what is missing and start everything
	@$(APP)/naer run

test: setup front         ## set up and run all tests but those marked scale
	@scripts/test

check: setup front        ## lint, types, import contracts, front end's own checks
	@scripts/check

bench: setup              ## retrieval quality, turn time: beside their peers
	@scripts/bench

setup:                    ## both Python environments, from their lock files
	@scripts/setup-app
	@scripts/setup-engine

front:                    ## the front end
	@scripts/build-front

format: setup             ## format the Python code
	@$(APP)/ruff format . && $(APP)/ruff check --fix .

lock:                     ## make the lock files anew
	@scripts/lock
