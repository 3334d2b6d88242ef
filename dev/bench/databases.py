# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Databases of the benchmark: one with the dependencies, kept, and a copy for each
thing to compare, made anew each time."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections import deque
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

# What our addon depends on, so that only the addon makes the difference.
DEPENDENCIES = (
    "helpdesk_mgmt",
    "helpdesk_mgmt_project",
    "helpdesk_mgmt_sale",
    "helpdesk_ticket_partner_response",
    "portal",
    "sale_management",
    "sale_timesheet",
    "subscription_oca",
)
# The same mark as that of the other databases made here (dev/db.sh).
MARK = "omydoo_dev.built_from"
LOADING = re.compile(r"Loading module \w+ \((\d+)/(\d+)\)")
# What the autovacuum of a server that lives does by itself.
BIG_TABLES = (
    "helpdesk_ticket",
    "support_ticket_event",
    "helpdesk_ticket_sla",
    "mail_followers",
)
VACUUMS = 12
VACUUM_PAUSE = 5  # seconds


class BenchError(Exception):
    """Something failed; the message tells the user what."""


@contextmanager
def connection(database):
    """Give an autocommit cursor on a database."""
    with closing(psycopg2.connect(dbname=database)) as connected:
        connected.autocommit = True
        with connected.cursor() as cr:
            yield cr


class Databases:
    """Builds and drops the databases.

    :param args: the command line's arguments
    :param progress: the progress bar
    """

    def __init__(self, args, progress):
        self.args = args
        self.progress = progress
        self.data = Path(args.work) / "data" / "filestore"
        self.logs = Path(args.work) / "logs"
        self.wanted = f"{args.ground} {','.join(DEPENDENCIES)}"

    def has_template(self):
        """Say whether the database with the dependencies is there and up to date."""
        database = self.args.database
        return self._exists(database) and self._get_mark(database) == self.wanted

    def build_template(self):
        """Build the database with the dependencies."""
        database = self.args.database
        self.drop(database)
        self.install(database, DEPENDENCIES)
        with connection(database) as cr:
            cr.execute(
                "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)",
                (MARK, self.wanted),
            )

    def copy(self, database, modules):
        """Copy the database with the dependencies and install modules in the copy.

        :return: as ``install``; None where there is nothing to install
        """
        self.drop(database)
        with connection("postgres") as cr:
            cr.execute(f'CREATE DATABASE "{database}" TEMPLATE "{self.args.database}"')
        source = self.data / self.args.database
        if source.is_dir():
            shutil.copytree(source, self.data / database, dirs_exist_ok=True)
        if modules:
            return self.install(database, modules)
        self.progress.advance(1)
        return None

    def drop(self, database):
        """Drop a database of ours, if it exists.

        :raise BenchError: if it is somebody else's
        """
        if self._exists(database):
            if not self.args.own_cluster and not self._get_mark(database):
                raise BenchError(
                    f"The database {database} exists on your server but was not made "
                    "here: drop it, or choose another name with BENCH_DB=…"
                )
            with connection("postgres") as cr:
                try:
                    # Ends an autovacuum by itself, which FORCE may not: it belongs to
                    # nobody, and the measures would be lost at their end.
                    cr.execute(f'DROP DATABASE "{database}"')
                except psycopg2.errors.ObjectInUse:
                    cr.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
        shutil.rmtree(self.data / database, ignore_errors=True)

    def install(self, database, modules):
        """Install modules in a database, created if need be.

        :return: ``seconds`` it took, and ``memory``, the most that Odoo had, in MB
        :rtype: dict
        """
        log = self.logs / f"{database}.log"
        command = [sys.executable, "-m", "odoo", "-c", self.args.conf, "-d", database]
        command += ["-i", ",".join(modules), "--without-demo=True"]
        command += ["--stop-after-init", "--no-http"]
        tail = deque(maxlen=30)
        started = time.monotonic()
        with (
            subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            ) as process,
            log.open("w") as file,
        ):
            for line in process.stdout:
                file.write(line)
                tail.append(line)
                loading = LOADING.search(line)
                if loading:
                    done, total = map(int, loading.groups())
                    self.progress.advance(done / total)
            _pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - started
        if process.returncode:
            sys.stderr.write("\n" + "".join(tail))
            raise BenchError(f"{database} could not be built (see {log})")
        missing = set(modules) - self._get_installed(database)
        if missing:
            raise BenchError(f"Odoo did not install {missing} (see {log})")
        return {"seconds": seconds, "memory": usage.ru_maxrss / 1024}

    def vacuum(self, database):
        """Bring the statistics and the visibility map of the big tables up to date."""
        with connection(database) as cr:
            for table in BIG_TABLES:
                cr.execute("SELECT to_regclass(%s)", (table,))
                if cr.fetchone()[0]:
                    self._vacuum(cr, table)

    def _vacuum(self, cr, table):
        """Vacuum a table until nearly all of it is known as visible to everybody.

        An autovacuum that began before the rows were written keeps them from being so,
        and no index is read alone.
        """
        for _attempt in range(VACUUMS):
            cr.execute(f"VACUUM (ANALYZE) {table}")
            cr.execute(
                "SELECT relallvisible >= 0.95 * relpages FROM pg_class"
                " WHERE oid = %s::regclass",
                (table,),
            )
            if cr.fetchone()[0]:
                break
            time.sleep(VACUUM_PAUSE)

    def _exists(self, database):
        with connection("postgres") as cr:
            cr.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
            return bool(cr.fetchone())

    def _get_mark(self, database):
        with connection(database) as cr:
            cr.execute("SELECT to_regclass('ir_config_parameter')")
            if not cr.fetchone()[0]:
                return None
            cr.execute("SELECT value FROM ir_config_parameter WHERE key = %s", (MARK,))
            row = cr.fetchone()
            return row and row[0]

    def _get_installed(self, database):
        with connection(database) as cr:
            cr.execute("SELECT name FROM ir_module_module WHERE state = 'installed'")
            return {name for (name,) in cr.fetchall()}
