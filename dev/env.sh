# shellcheck shell=bash disable=SC2034
# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
# Sourced by every script of this folder: where things are, and how to speak.
# Every variable may be set from outside; `make` passes what it is given.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ADDON=omydoo_helpdesk
WORK=${WORK:-$ROOT/.work}
mkdir -p "$WORK"
WORK=$(cd "$WORK" && pwd)
VENV=$WORK/venv
PREFIX=$WORK/odoo      # where the Debian packages are unpacked
STAMPS=$WORK/stamps    # one file for each finished step: the hash of its inputs
LOGS=$WORK/logs
RUN=$WORK/run          # the process ids of what was started
PYTHON=${PYTHON:-python3}
PORT=${PORT:-8069}
DEMO_DB=${DEMO_DB:-omydoo_demo}
TEST_DB=${TEST_DB:-omydoo_test}
BENCH_DB=${BENCH_DB:-omydoo_bench}
UPGRADE_DB=${UPGRADE_DB:-omydoo_upgrade}
PRE_COMMIT_VERSION=4.6.2
mkdir -p "$STAMPS" "$LOGS" "$RUN"

say() { printf '==> %s\n' "$*" >&2; }
die() {
  printf '\n%s\n' "ERROR: $*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# run_logged NAME SENTENCE COMMAND…: runs quietly, and on failure shows the end
# of the log and the one sentence that says what failed.
run_logged() {
  local name=$1 sentence=$2
  shift 2
  if ! "$@" >"$LOGS/$name.log" 2>&1; then
    tail -n 25 "$LOGS/$name.log" >&2
    die "$sentence (the whole log is in $LOGS/$name.log)"
  fi
}

# hash_of FILE…: one hash of the contents of files.
hash_of() { cat -- "$@" | sha256sum | cut -d' ' -f1; }
# stamped NAME HASH: whether this step was finished with these very inputs.
stamped() { [ "$(cat "$STAMPS/$1" 2>/dev/null)" = "$2" ]; }
stamp() { printf '%s\n' "$2" >"$STAMPS/$1"; }

# need_packages PACKAGE…: installs Debian packages as root, else names them.
need_packages() {
  [ $# -gt 0 ] || return 0
  have apt-get || die "These programs are missing, install them first (names of Debian's packages): $*"
  [ "$(id -u)" = 0 ] || die "Some programs are missing: run 'apt-get install $*' as root, then this command again."
  say "Installing $*"
  run_logged apt-update "The package lists could not be downloaded: is the network up?" \
    apt-get -q -o APT::Update::Error-Mode=any update
  DEBIAN_FRONTEND=noninteractive run_logged apt-install "These packages could not be installed: $*" \
    apt-get -q install -y --no-install-recommends "$@"
}

# wish_package PACKAGE COMMAND: the same, once, for what not every Debian release has.
wish_package() {
  if have "$2" || stamped "wish-$1" tried || [ "$(id -u)" != 0 ] || ! have apt-get; then return 0; fi
  stamp "wish-$1" tried
  apt-get -q update >"$LOGS/apt-update.log" 2>&1 || return 0
  if [ -n "$(apt-cache madison "$1")" ]; then
    need_packages "$1"
  else
    say "This Debian release has no $1: reports are shown as web pages, not as PDF files"
  fi
}

# need_gevent: what a server with several workers needs besides, unless it is there.
need_gevent() {
  ! "$VENV/bin/python" -c 'import gevent' 2>/dev/null || return 0
  PYTHONPATH='' run_logged pip-workers "gevent could not be downloaded or installed: is the network up?" \
    "$VENV/bin/python" -m pip --disable-pip-version-check --no-input install --prefer-binary \
    -r "$ROOT/dev/workers/requirements.txt"
}

# need_tools WHAT…: installs what these kinds of work lack on this machine.
need_tools() {
  local what packages=()
  for what in "$@"; do
    case $what in
      python)
        { have "$PYTHON" && "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; } || packages+=(python3-venv)
        ;;
      postgres)
        have psql || packages+=(postgresql-client)
        [ -z "$OWN_CLUSTER" ] || [ -n "$(find_pg_bin)" ] || packages+=(postgresql)
        ;;
      browser)
        have google-chrome || have chromium || have chromium-browser || packages+=(chromium)
        ;;
      lint)
        have git || packages+=(git)
        have node || packages+=(nodejs)
        have npm || packages+=(npm)
        ;;
      gettext) have msgmerge || packages+=(gettext) ;;
      *) die "There is no kind of work '$what'." ;;
    esac
  done
  need_packages "${packages[@]}"
  "$PYTHON" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' ||
    die "Odoo 19 runs on Python 3.10 to 3.13, not on $("$PYTHON" -V): name another one, as in 'make demo PYTHON=python3.13'."
}

# The folder of PostgreSQL's server programs: the newest there is, or nothing.
find_pg_bin() {
  local dir
  dir=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -type d 2>/dev/null | sort -V | tail -n 1)
  if [ -n "$dir" ] && [ -x "$dir/bin/initdb" ]; then
    printf '%s\n' "$dir/bin"
  elif have initdb; then
    dirname "$(command -v initdb)"
  fi
}

# Odoo's Python folder: ours, or the one in ODOO (a source checkout, a folder with the
# package 'odoo', or that package itself).
if [ -z "${ODOO:-}" ]; then
  ODOO_PATH=$PREFIX/usr/lib/python3/dist-packages
else
  [ -d "$ODOO" ] || die "ODOO=$ODOO is not a folder."
  ODOO_PATH=$(cd "$ODOO" && pwd)
  [ -f "$ODOO_PATH/odoo/release.py" ] || ODOO_PATH=$(dirname "$ODOO_PATH")
  grep -q '^version_info = (19, 0,' "$ODOO_PATH/odoo/release.py" 2>/dev/null ||
    die "ODOO=$ODOO does not hold Odoo 19.0 (no odoo/release.py that says so)."
fi

# The private PostgreSQL cluster, unless the PG variables name a server.
work_hash=$(printf '%s' "$WORK" | sha256sum | cut -c1-12)
# The path of a socket is limited to 107 bytes: never below a deep work folder.
PG_SOCKETS=/tmp/omydoo-pg-$work_hash
PG_ELSEWHERE=/var/tmp/omydoo-pg-$work_hash
# PostgreSQL refuses to run as root.
PG_SYSTEM_USER=
if [ "$(id -u)" = 0 ]; then
  if getent passwd postgres >/dev/null; then PG_SYSTEM_USER=postgres; else PG_SYSTEM_USER=nobody; fi
fi
OWN_CLUSTER=
if [ "${PGHOST:-}" = "$PG_SOCKETS" ] || [ -z "${PGHOST:-}${PGPORT:-}${PGUSER:-}${PGPASSWORD:-}" ]; then
  OWN_CLUSTER=1
  export PGHOST=$PG_SOCKETS PGPORT=5432 PGUSER=odoo
fi
ODOO_CONF=$WORK/odoo.conf
export PYTHONPATH=$ODOO_PATH${PYTHONPATH:+:$PYTHONPATH}
# A locale that every machine has: messages and sorting do not depend on the caller's.
export LC_ALL=C.UTF-8
