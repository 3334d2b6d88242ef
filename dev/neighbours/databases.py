# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Databases copied from templates, and the processes of Odoo and pytest on them."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

# Odoo says so when it goes on without what it could not load.
TROUBLE = re.compile(r"^\S+ \S+ \d+ (ERROR|CRITICAL) ", re.MULTILINE)


class Trouble(Exception):
    """What a process of Odoo could not do, in words and with the end of its log."""


class Databases:
    """The databases of one run; each has the given prefix.

    :param root: folder of the sources
    :param work: folder of what is set up
    :param conf: configuration file of Odoo to start from
    :param prefix: what the names of all databases begin with
    """

    def __init__(self, root, work, conf, prefix):
        self.root = Path(root)
        self.conf = Path(conf)
        self.prefix = prefix
        self.filestore = Path(work) / "data" / "filestore"
        self.folder = Path(work) / "neighbours"
        self.logs = Path(work) / "logs"
        self.neighbours = self.folder / "python" / "odoo" / "addons"

    # === POSTGRESQL === #
    def sql(self, database, query):
        """Return the rows of a query as lists of texts."""
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(
            [*command, "-d", database, "-c", query],
            check=True,
            capture_output=True,
            text=True,
        )
        return [line.split("|") for line in done.stdout.splitlines()]

    def name(self, name):
        """Return the whole name of a database."""
        return f"{self.prefix}_{name}"

    def exists(self, name):
        """Tell whether there is such a database."""
        query = f"SELECT 1 FROM pg_database WHERE datname = '{self.name(name)}'"
        return bool(self.sql("postgres", query))

    def drop(self, name):
        """Drop a database with its files, if it exists."""
        database = self.name(name)
        self.sql("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        shutil.rmtree(self.filestore / database, ignore_errors=True)

    def copy(self, source, name):
        """Make a database from another one; its files are links to the same content."""
        self.drop(name)
        old, new = self.name(source), self.name(name)
        self.sql("postgres", f'CREATE DATABASE "{new}" TEMPLATE "{old}"')
        if (self.filestore / old).is_dir():
            shutil.copytree(
                self.filestore / old, self.filestore / new, copy_function=os.link
            )
        return name

    @contextmanager
    def passing(self, source, name):
        """Give a copy that is dropped in the end."""
        try:
            yield self.copy(source, name)
        finally:
            self.drop(name)

    # === ODOO === #
    def addons_path(self, modules):
        """Return a folder with these neighbours only.

        Two of them install themselves wherever they are found.
        """
        needed, todo = set(), list(modules)
        while todo:
            module = todo.pop()
            manifest = self.neighbours / module / "__manifest__.py"
            if module not in needed and manifest.is_file():
                needed.add(module)
                # pylint: disable=eval-used  # a manifest of a pinned package
                todo += eval(manifest.read_text())["depends"]
        key = "+".join(sorted(modules)) if len(modules) < 2 else f"{len(modules)}"
        folder = self.folder / "paths" / (key or "none")
        folder.mkdir(parents=True, exist_ok=True)
        for module in needed:
            link = folder / module
            if not link.is_symlink():
                link.symlink_to(self.neighbours / module)
        return folder

    def conf_for(self, name, modules):
        """Return a configuration file that finds our addon and these neighbours."""
        text = self.conf.read_text()
        path = f"{self.root},{self.addons_path(modules)}"
        text = re.sub(r"(?m)^addons_path = .*$", f"addons_path = {path}", text)
        conf = self.folder / f"{self.name(name)}.conf"
        conf.write_text(text)
        return conf

    def odoo(self, name, modules, sentence, *arguments, script=None):
        """Run Odoo on a database.

        :param name: the database's
        :param modules: the neighbours it finds
        :param sentence: says what failed, if it fails
        :param arguments: of the command line; the first may be a command
        :param script: text for its standard input
        :raise Trouble: when it fails, or logs an error
        """
        command, *rest = arguments if script else ("server", *arguments)
        run = [sys.executable, "-m", "odoo", command]
        run += ["-c", self.conf_for(name, modules), "-d", self.name(name), *rest]
        if command != "module":
            run += ["--no-http", "--max-cron-threads=0"]
        log = self.logs / f"{self.name(name)}.log"
        with log.open("a") as stream:
            start = stream.tell()
            done = subprocess.run(
                run,
                input=script,
                stdin=None if script else subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                text=True,
            )
        text = log.read_text()[start:]
        if done.returncode or TROUBLE.search(text):
            found = TROUBLE.search(text)
            words = text[found.start() :] if found else text
            raise Trouble(f"{sentence} (log: {log})\n{words[-3000:]}")
        return text

    def install(self, name, modules, wanted):
        """Install modules in a database.

        :param modules: the neighbours it finds
        :param wanted: names of the modules to install
        :raise Trouble: when one of them is not installed in the end
        """
        wanted = ",".join(wanted)
        sentence = f"{wanted} does not install in {self.name(name)}"
        self.odoo(name, modules, sentence, "-i", wanted, "--stop-after-init")
        missing = self.sql(
            self.name(name),
            f"SELECT wanted FROM unnest(string_to_array('{wanted}', ',')) wanted"
            " WHERE wanted NOT IN"
            " (SELECT name FROM ir_module_module WHERE state = 'installed')",
        )
        if missing:
            raise Trouble(f"{sentence}: {missing} are missing")

    def uninstall(self, name, modules, unwanted):
        """Uninstall a module.

        :param modules: the neighbours the database has
        :param unwanted: name of the module to take away
        :raise Trouble: when it is still there, or something of it
        """
        sentence = f"{unwanted} cannot be uninstalled in {self.name(name)}"
        script = (
            f"env['ir.module.module'].search([('name', '=', '{unwanted}')])"
            ".button_immediate_uninstall()\n"
        )
        self.odoo(name, modules, sentence, "shell", script=script)
        left = self.sql(
            self.name(name),
            "SELECT 'state', state FROM ir_module_module"
            f" WHERE name = '{unwanted}' AND state != 'uninstalled'"
            " UNION ALL SELECT 'xmlid', name FROM ir_model_data"
            f" WHERE module = '{unwanted}'",
        )
        if left:
            raise Trouble(f"{sentence}: left are {left[:20]}")

    # === PYTEST === #
    def outcomes(self, name, modules, targets, *options):
        """Run tests on a database in a process of its own.

        :param name: the database's
        :param modules: the neighbours it finds
        :param targets: files and folders of tests
        :param options: of pytest
        :return: the outcome of each test by its name
        :rtype: dict
        :raise Trouble: when the registry does not load
        """
        target = self.folder / f"{self.name(name)}.outcomes"
        target.unlink(missing_ok=True)
        log = self.logs / f"{self.name(name)}.tests.log"
        run = [sys.executable, "-m", "pytest", "-c", self.root / "setup.cfg"]
        run += ["--rootdir", "/", "-p", "no:cacheprovider", "-p", "odoo_loader"]
        run += ["-p", "outcomes", "--outcomes", target, "-q", "--tb=short"]
        run += ["--odoo-database", self.name(name), "--odoo-http"]
        run += ["--odoo-config", self.conf_for(name, modules)]
        run += ["--odoo-extra", "max-cron-threads=0", *options, *targets]
        with log.open("w") as stream:
            subprocess.run(
                run, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT
            )
        if not target.is_file():
            raise Trouble(f"No test ran (log: {log})\n{log.read_text()[-3000:]}")
        lines = target.read_text().splitlines()
        return {
            name: outcome for outcome, _, name in (ln.partition("\t") for ln in lines)
        }
