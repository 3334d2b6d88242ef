# shellcheck shell=bash
# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
# Sourced after env.sh: databases that are built once and follow the sources.
# Tried instead: click-odoo-initdb and click-odoo-update (click-odoo-contrib 1.24). The
# update loads Odoo to find that nothing has changed: 32 s (5 s of CPU) against 0.9 s
# (0.1 s) here, before each 'make test' and 'make demo'. It installs no module that is
# new in the list; the creation loads no language, shows no progress, and writes the
# attachments into the database for its cache. Neither sees demo data that failed, nor a
# database left unfinished: most of ensure_db would stay, on three more packages.

# sql DATABASE QUERY: the bare result.
sql() { PGOPTIONS='-c client_min_messages=warning' psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$1" -c "$2" </dev/null; }
db_exists() { [ -n "$(sql postgres "SELECT 1 FROM pg_database WHERE datname = '$1'")" ]; }
drop_db() {
  sql postgres "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" ||
    die "The database $1 could not be dropped."
  rm -rf "$WORK/data/filestore/$1"
}

# What a database depends on: Odoo and OCA ('ground'), and what -u reads of our addons.
ground_hash() {
  {
    cat "$ROOT/dev/oca-addons.txt"
    if [ -z "${ODOO:-}" ]; then
      cat "$STAMPS/odoo"
    else
      git -C "$ODOO_PATH" rev-parse HEAD 2>/dev/null || stat -c %n%Y "$ODOO_PATH/odoo/release.py"
    fi
  } | sha256sum | cut -c1-16
}
addons_hash() {
  (
    cd "$ROOT"
    find "$ADDON" dev/addons -type f \
      \( -name '*.py' -o -name '*.xml' -o -name '*.csv' -o -name '*.po' -o -name '*.sql' \) \
      ! -path '*/tests/*' ! -path '*/static/*' -print0 | sort -z | xargs -0 sha256sum
  ) | sha256sum | cut -c1-16
}

# run_odoo NAME SENTENCE ARGUMENT…: Odoo with its progress shown and its log kept.
run_odoo() {
  local sentence=$2 log=$LOGS/$1.log
  shift 2
  set +e
  "$VENV/bin/python" -m odoo -c "$ODOO_CONF" --stop-after-init --no-http "$@" 2>&1 </dev/null |
    tee "$log" | awk '
      match($0, /Loading module [a-z0-9_]+ \([0-9]+\/[0-9]+\)/) {
        split(substr($0, RSTART, RLENGTH), word, " ")
        gsub(/[()]/, "", word[4])
        split(word[4], n, "/")
        if (n[1] % 20 == 0 || n[1] == n[2]) { printf "    %s of %s modules\n", n[1], n[2]; fflush() }
      }' >&2
  local status=${PIPESTATUS[0]}
  set -e
  if [ "$status" != 0 ]; then
    # checklog-odoo was tried: it says "No Odoo log record found" where Python fails
    # before Odoo's log begins (a package missing), which is a stranger's first failure.
    grep -vE ' (INFO|DEBUG) ' "$log" | tail -n 40 >&2
    die "$sentence (the whole log is in $log)"
  fi
}

# missing_modules DATABASE MODULES: those of the list that are not installed.
missing_modules() {
  sql "$1" "SELECT string_agg(wanted, ',') FROM unnest(string_to_array('$2', ',')) wanted
    WHERE wanted NOT IN (SELECT name FROM ir_module_module WHERE state = 'installed')"
}

# ensure_db DATABASE MODULES POLICY ARGUMENT…: builds the database, or brings it up to
# date with the sources. POLICY says what a new Odoo or OCA version does to it: 'keep'
# updates everything in place, 'rebuild' starts again. ARGUMENTs are for its creation.
# What it was built from is written in the database itself, once all went well.
ensure_db() (
  local db=$1 modules=$2 policy=$3 wanted built='' missing failed
  local key="key = 'omydoo_dev.built_from'"
  shift 3
  [[ $db =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]*$ ]] || die "'$db' cannot be the name of a database."
  [ -f "$ROOT/$ADDON/__manifest__.py" ] || die "The addon $ADDON is not in $ROOT."
  # One build of a database at a time; the lock goes with this subshell.
  exec 8>"$RUN/$db.lock"
  flock 8
  wanted="$(ground_hash) $(addons_hash) $modules"
  if db_exists "$db"; then
    built=$(sql "$db" "SELECT value FROM ir_config_parameter WHERE $key" 2>/dev/null || true)
    if [ -z "$built" ]; then
      [ -n "$OWN_CLUSTER" ] ||
        die "The database $db exists on your server but was not finished here: drop it, or choose another name."
      say "The database $db was left unfinished: starting it again"
      drop_db "$db"
    elif [ "$policy" = rebuild ] && [ "${built%% *}" != "${wanted%% *}" ]; then
      say "Odoo or the OCA addons have changed: building the database $db again"
      drop_db "$db"
      built=
    fi
  fi
  [ "$built" != "$wanted" ] || exit 0

  if [ -z "$built" ]; then
    say "Building the database $db (some minutes)"
    run_odoo "$db" "The database $db could not be built" -d "$db" -i "$modules" "$@"
  else
    local update=$ADDON
    [ "${built%% *}" = "${wanted%% *}" ] || update=base
    say "The sources have changed: updating the database $db"
    missing=$(missing_modules "$db" "$modules")
    run_odoo "$db" "The database $db could not be updated" \
      -d "$db" -u "$update" ${missing:+-i "$missing"} --i18n-overwrite
  fi
  missing=$(missing_modules "$db" "$modules")
  [ -z "$missing" ] || {
    grep -E ' (WARNING|ERROR|CRITICAL) ' "$LOGS/$db.log" | tail -n 20 >&2
    die "Odoo did not install $missing in the database $db (the log is in $LOGS/$db.log)."
  }
  # Odoo goes on without the demo data of a module when they fail to load.
  failed=$(sql "$db" "SELECT string_agg(m.name || ': ' || f.error, E'\n') FROM ir_demo_failure f
    JOIN ir_module_module m ON m.id = f.module_id")
  if [ -n "$failed" ]; then
    printf '%s\n' "$failed" >&2
    die "Demo data could not be loaded in the database $db."
  fi
  sql "$db" "DELETE FROM ir_config_parameter WHERE $key;
    INSERT INTO ir_config_parameter (key, value) VALUES ('omydoo_dev.built_from', '$wanted')"
)

ensure_demo_db() {
  ensure_db "$DEMO_DB" "$ADDON,omydoo_mail_sandbox" keep --with-demo --load-language=fr_FR
}
ensure_test_db() {
  ensure_db "$TEST_DB" "${TEST_MODULES:-$ADDON}" rebuild
}

# ensure_assets DATABASE: builds the bundles of scripts and styles that pages load, as
# Odoo's own runner does before its tests. Otherwise each test with a browser builds them,
# because what it stores is rolled back. Their addresses tell when their files were last
# written.
ensure_assets() (
  local db=$1 wanted
  local key="key = 'omydoo_dev.assets_from'"
  exec 8>"$RUN/$db.lock"
  flock 8
  wanted=$({
    sql "$db" "SELECT value FROM ir_config_parameter WHERE key = 'omydoo_dev.built_from'"
    stat -c %Y "$STAMPS/packages"
    find "$ROOT/$ADDON/static" -type f -printf '%p %T@\n' | sort
    cat "$ROOT/dev/assets.py"
  } | sha256sum | cut -c1-16)
  [ "$(sql "$db" "SELECT value FROM ir_config_parameter WHERE $key")" != "$wanted" ] || exit 0
  say "Building the scripts and styles of the database $db"
  run_logged "$db-assets" "The scripts and styles could not be built" \
    "$VENV/bin/python" -m odoo shell -c "$ODOO_CONF" -d "$db" --no-http <"$ROOT/dev/assets.py"
  sql "$db" "DELETE FROM ir_config_parameter WHERE $key;
    INSERT INTO ir_config_parameter (key, value) VALUES ('omydoo_dev.assets_from', '$wanted')"
)
