# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
# Variables given to make reach the scripts of dev/: make demo PORT=8070
.PHONY: help demo stop logs test website attack pictures upgrade neighbours lint shell mails year bench pot wheel clean
.DEFAULT_GOAL := help

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

demo: ## Serves the helpdesk with demo data on http://127.0.0.1:8069 (PORT=, WORKERS=, ODOO=…)
	@dev/demo start

stop: ## Stops the demo's server and the private PostgreSQL
	@dev/demo stop
	@dev/postgres stop

logs: ## Follows the log of the demo's server
	@dev/demo logs

test: ## Runs all tests, or those named: T=path or node id of pytest
	@dev/test $(if $(T),"$(T)")

website: ## The same beside a website in two languages: what customers see (WEBSITE_LANG=fr_FR, T=)
	@dev/website $(if $(T),"$(T)")

attack: ## Sends strange requests and RPC calls to everything, thousands (ROUNDS=6)
	@ATTACK_ROUNDS=$(or $(ROUNDS),6) dev/test "omydoo_helpdesk/tests/test_routes_fuzz.py omydoo_helpdesk/tests/test_rpc_fuzz.py -o log_cli=true -o log_cli_level=INFO"

upgrade: ## Upgrades databases of released versions and compares (V=version: that one)
	@dev/upgrade $(V)

neighbours: ## Tests us beside OCA's other addons and under Odoo's own tests (MODE=ci or record, T=name)
	@dev/neighbours/run $(or $(MODE),all) $(T)

lint: ## Runs all linters with pre-commit
	@dev/lint

shell: ## Opens a Python shell on the demo database; runs what is piped into it
	@dev/shell

mails: ## Renders the mails of the desk to HTML files in .work/mails
	@dev/mails

pictures: ## Takes the pictures of the readme and of the French manual, from the demo
	@dev/pictures

year: ## Fills the demo database with a year of tickets: once, some minutes
	@dev/year

bench: ## Measures speed, says what is missed or worse (PART=desk, queue, portal, start or load)
	@dev/bench/run $(PART)

pot: ## Exports the terms to translate and merges them into the French ones
	@dev/pot

wheel: ## Builds the Python package of the addon in dist/
	@dev/wheel

clean: ## Stops everything and removes what was set up, databases included
	@dev/demo stop
	@dev/postgres remove
	@dev/clean
