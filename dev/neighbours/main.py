# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Our addon as a guest: what ``dev/neighbours/run`` runs. See there."""

import argparse
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import record
import schema
from databases import Databases, Trouble

OURS = "omydoo_helpdesk"
OCA = [
    "helpdesk_mgmt",
    "helpdesk_mgmt_project",
    "helpdesk_mgmt_sale",
    "helpdesk_ticket_partner_response",
    "subscription_oca",
]
BASE = [*OCA, "portal", "rating", "sale_management", "sale_timesheet"]
NEIGHBOURS = [
    "helpdesk_mgmt_activity",
    "helpdesk_mgmt_crm",
    "helpdesk_mgmt_fieldservice",
    "helpdesk_mgmt_merge",
    "helpdesk_mgmt_rating",
    "helpdesk_mgmt_sale_project",
    "helpdesk_mgmt_sla",
    "helpdesk_mgmtsystem_nonconformity",
    "helpdesk_portal_priority",
    "helpdesk_product",
    "helpdesk_ticket_close_inactive",
    "helpdesk_ticket_related",
    "helpdesk_type",
]
# Odoo's own addons beside which tests of ours run: not theirs, which are long.
ODOO = ["base_automation", "hr_holidays"]
SUITES = [
    "account",
    "mail",
    "sale",
    "project",
    "sale_project",
    "hr_timesheet",
    "portal",
    "sale_management",
    "resource",
    "rating",
]
# What the names of our own tests begin with.
OWN = "neighbours/tests/"
# In continuous integration one class of so many is run of the long suites.
SAMPLES = {"account": 12, "mail": 6, "sale": 3, "project": 2}
# What runs again once our addon has been uninstalled.
SUITES_AFTER = ["sale_project", "hr_timesheet", "portal", "rating"]


class Run:
    """One run: its databases, what it has found, and what it prints."""

    def __init__(self, args):
        self.args = args
        self.dbs = Databases(args.root, args.work, args.conf, args.database)
        self.here = Path(args.root) / "dev" / "neighbours"
        self.recorded = self.here / "recorded"
        self.purpose = record.Purpose(self.here / "differences.txt")
        self.odoo = Path(args.odoo) / "odoo" / "addons"
        self.lock = threading.Lock()
        self.failures = []
        self.started = time.monotonic()

    # === WORDS === #
    def say(self, text):
        """Print a line with the time since the start."""
        with self.lock:
            print(f"{time.monotonic() - self.started:6.0f} s  {text}", flush=True)

    def fail(self, text):
        """Note and print a failure."""
        self.failures.append(text)
        self.say(f"FAILED {text}")

    def do(self, title, function, *args):
        """Call a step; what it cannot do is a failure of this step only."""
        try:
            told = function(*args)
        except Trouble as trouble:
            self.fail(f"{title}: {trouble}")
        except Exception as error:  # pylint: disable=broad-except
            # The other steps still have something to say.
            self.fail(f"{title}: {error!r}")
        else:
            self.say(f"{title}: {told}")

    def compare(self, title, without, found, whole=True):
        """Note each difference that is not on purpose.

        :return: a sentence with the counts
        """
        told = record.differences(without, found, whole)
        meant = {name for name in told if self.purpose.get_reason(name)}
        for name, words in told.items():
            if name not in meant:
                self.fail(f"{title}: {name}: {words}")
        counts = {
            o: list(found.values()).count(o) for o in ("passed", "failed", "skipped")
        }
        words = ", ".join(f"{count} {o}" for o, count in counts.items() if count)
        return (
            f"{words or 'no test'}; {len(told)} differ, {len(meant)} of them on purpose"
        )

    def green(self, title, found):
        """Note each of our own tests that did not pass."""
        for name, outcome in found.items():
            if outcome != "passed":
                self.fail(f"{title}: {name}: {outcome}")
        return f"{len(found)} of our tests"

    # === WHERE TESTS ARE === #
    def get_suite(self, module):
        """Return the folder of a module's own tests, in a list; none if it has none."""
        places = [Path(path) / "odoo" / "addons" for path in sys.path if path]
        places += [self.dbs.neighbours, self.odoo]
        for place in places:
            if (place / module / "tests").is_dir():
                return [place / module / "tests"]
        return []

    def get_own(self, modules):
        """Return our tests of living beside these neighbours."""
        files = [self.here / "tests" / "test_desk.py"]
        files += [self.here / "tests" / f"test_{module}.py" for module in modules]
        return [path for path in files if path.is_file()]

    # === TEMPLATES === #
    def build(self, name, built_from, make):
        """Make a template unless it was made from the same sources."""
        key = "omydoo_dev.built_from"
        database = self.dbs.name(name)
        if self.dbs.exists(name):
            query = f"SELECT value FROM ir_config_parameter WHERE key = '{key}'"
            if self.dbs.sql(database, query) == [[built_from]]:
                return
        self.dbs.drop(name)
        self.say(f"Building {database}")
        make()
        self.dbs.sql(
            database,
            "INSERT INTO ir_config_parameter (key, value)"
            f" VALUES ('{key}', '{built_from}')"
            " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
        )

    def build_without(self):
        """Make the database of what our addon depends on."""

        def make():
            self.dbs.sql("postgres", f'CREATE DATABASE "{self.dbs.name("without")}"')
            self.dbs.install("without", [], BASE)

        self.build("without", self.args.ground, make)

    def build_with(self):
        """Make the same with our addon."""

        def make():
            self.dbs.copy("without", "with")
            self.dbs.install("with", [], [OURS])

        self.build("with", f"{self.args.ground} {self.args.addons}", make)

    # === NEIGHBOURS === #
    def beside(self, module):
        """Install a neighbour after us; run its tests and ours."""
        title = f"{module} after us"
        with self.dbs.passing("with", f"after_{module}") as name:
            self.dbs.install(name, [module], [module])
            return self.try_all(title, name, [module], [module])

    def try_all(self, title, name, modules, ours):
        """Run our tests and the neighbours' own in a process, which loads the registry.

        :param modules: the neighbours that the database has
        :param ours: those beside which our own tests run, if we are there
        :return: a sentence with the counts
        """
        suites = [path for module in modules for path in self.get_suite(module)]
        found = self.dbs.outcomes(name, modules, [*self.get_own(ours), *suites])
        own = {name: found[name] for name in found if name.startswith(OWN)}
        theirs = {name: found[name] for name in found if name not in own}
        without = {
            name: outcome
            for name, outcome in record.read(self.recorded / "together.txt").items()
            if name.partition("/")[0] in modules
        }
        if modules != NEIGHBOURS:
            # One that fails there, for another neighbour, may well pass here.
            without |= {
                name: theirs.get(name, "absent")
                for name, outcome in without.items()
                if outcome == "failed"
            }
        told = self.compare(title, without, theirs)
        return f"{self.green(title, own)}; theirs: {told}"

    def before(self, module):
        """Install a neighbour first, then us; run our tests."""
        with self.dbs.passing("without", f"before_{module}") as name:
            self.dbs.install(name, [module], [module])
            self.dbs.install(name, [module], [OURS])
            own = self.dbs.outcomes(name, [module], self.get_own([module]))
        return self.green(f"{module} before us", own)

    def after(self, module):
        """Install a neighbour after us; run our tests."""
        with self.dbs.passing("with", f"after_{module}") as name:
            self.dbs.install(name, [module], [module])
            own = self.dbs.outcomes(name, [module], self.get_own([module]))
        return self.green(f"{module} after us", own)

    def together_after(self):
        """Install all neighbours after us, run all tests, then uninstall us again."""
        title = "all together, after us"
        with self.dbs.passing("with", "together") as name:
            self.dbs.install(name, NEIGHBOURS, NEIGHBOURS)
            told = self.try_all(title, name, NEIGHBOURS, NEIGHBOURS)
            title = "all together, uninstalled"
            self.live(name, NEIGHBOURS)
            self.dbs.uninstall(name, NEIGHBOURS, OURS)
            return f"{told}; uninstalled: {self.try_all(title, name, NEIGHBOURS, [])}"

    def together_before(self):
        """Install all neighbours, then us; run our tests."""
        with self.dbs.passing("without", "together_before") as name:
            self.dbs.install(name, NEIGHBOURS, NEIGHBOURS)
            self.dbs.install(name, NEIGHBOURS, [OURS])
            own = self.dbs.outcomes(name, NEIGHBOURS, self.get_own(NEIGHBOURS))
        return self.green("all together, before us", own)

    # === ODOO'S AND OCA'S SUITES === #
    def suite(self, module, every=1):
        """Compare a suite with what was recorded without us."""
        title = f"tests of {module}"
        with self.dbs.passing("with", f"suite_{module}") as name:
            return self.compare_suite(title, name, module, every)

    def compare_suite(self, title, name, module, every=1):
        """Run a suite; what differs is run a second time, in case it just happens."""
        without, sample = self.get_without(module, every)
        if sample > 1:
            # Recorded as a sample: the same classes, no others.
            every = sample
        option = f"--one-class-in={every}"
        suite = self.get_suite(module)
        found = self.dbs.outcomes(name, [], suite, option)
        whole = every == sample
        told = record.differences(without, found, whole)
        again = {path for path in map(self.get_file, told) if path.is_file()}
        if again and not all(map(self.purpose.get_reason, told)):
            second = self.dbs.outcomes(name, [], sorted(again))
            found |= {test: second[test] for test in found if test in second}
        return self.compare(title, without, found, whole)

    def get_without(self, module, every):
        """Return a suite's outcomes without us, and of which sample they are.

        As recorded; what is not recorded is run, as the sample that is asked for.
        """
        path = self.recorded / f"{module}.txt"
        if path.is_file():
            return record.read(path), record.read_sample(path)
        with self.dbs.passing("without", f"without_{module}") as name:
            option = f"--one-class-in={every}"
            return self.dbs.outcomes(name, [], self.get_suite(module), option), every

    def get_file(self, test):
        """Return the file of a test's name."""
        module, *path = test.partition("::")[0].split("/")
        return self.get_suite(module)[0].parent.joinpath(*path)

    # === UNINSTALLED === #
    def live(self, name, modules):
        """Leave some life of ours in a database: what an uninstallation meets."""
        script = (self.here / "life.py").read_text()
        sentence = f"The life before uninstalling {OURS} could not be lived"
        self.dbs.odoo(name, modules, sentence, "shell", script=script)

    def uninstalled(self):
        """Uninstall us; everything of the others works, and nothing of ours is left."""
        title = "uninstalled"
        with self.dbs.passing("with", "uninstalled") as name:
            self.live(name, [])
            self.dbs.uninstall(name, [], OURS)
            for words in schema.get_rest(self.dbs, name, "without"):
                if not self.purpose.get_reason(f"schema::{words.replace(' ', '_')}"):
                    self.fail(f"{title}: left in the database: {words}")
            modules = [*OCA, *SUITES_AFTER]
            suites = [path for module in modules for path in self.get_suite(module)]
            found = self.dbs.outcomes(name, [], [*self.get_own([]), *suites])
        own = {name: found[name] for name in found if name.startswith(OWN)}
        told = [self.green(title, own)]
        for module in modules:
            theirs = {n: o for n, o in found.items() if n.startswith(f"{module}/")}
            without, _sample = self.get_without(module, 1)
            words = self.compare(f"{title}, tests of {module}", without, theirs)
            told.append(f"tests of {module}: {words}")
        return "\n           ".join(told)

    # === RECORDING === #
    def record_suite(self, module, modules):
        """Record a suite without us, with these neighbours installed.

        Whole, unless the command asks for a sample.
        """
        every = self.args.sample
        with self.dbs.passing("without", f"record_{module}") as name:
            if modules:
                self.dbs.install(name, modules, modules)
            suite = [p for m in modules or [module] for p in self.get_suite(m)]
            if not suite:
                return "has no tests"
            found = self.dbs.outcomes(name, modules, suite, f"--one-class-in={every}")
        record.write(self.recorded / f"{module}.txt", found, every)
        failed = list(found.values()).count("failed")
        return f"{len(found)} tests, {failed} fail without us"


def get_steps(run, mode, wanted):
    """Return what to do: tuples of group, name, title, function and arguments."""
    if mode == "record":
        steps = [("odoo", m, run.record_suite, m, []) for m in [*SUITES, *OCA]]
        steps = [
            ("addons", "together", run.record_suite, "together", NEIGHBOURS),
            *steps,
        ]
    else:
        ci = mode == "ci"
        steps = [
            ("odoo", m, run.suite, m, SAMPLES.get(m, 1) if ci else 1)
            for m in [*SUITES, *OCA]
        ]
        steps += [("uninstall", "uninstalled", run.uninstalled)]
        steps += [("addons", "together", run.together_after)]
        steps += [("addons", "together", run.together_before)]
        for module in NEIGHBOURS:
            steps += [("addons", module, run.beside, module)]
            steps += [("addons", module, run.before, module)]
        for module in ODOO:
            steps += [("addons", module, run.after, module)]
            steps += [("addons", module, run.before, module)]
    return [s for s in steps if not wanted or s[0] in wanted or s[1] in wanted]


def main():
    """Run what the command line asks for; the exit status tells whether all is well."""
    parser = argparse.ArgumentParser()
    for option in ("root", "work", "conf", "odoo", "database", "ground", "addons"):
        parser.add_argument(f"--{option}", required=True)
    parser.add_argument("--sample", type=int, default=1, help="record one class in N")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 4))
    parser.add_argument(
        "mode", nargs="?", default="all", choices=["all", "ci", "record"]
    )
    parser.add_argument("wanted", nargs="*")
    args = parser.parse_intermixed_args()
    run = Run(args)
    try:
        run.build_without()
        if args.mode != "record":
            run.build_with()
    except Trouble as trouble:
        sys.exit(f"ERROR: {trouble}")
    steps = get_steps(run, args.mode, args.wanted)
    if not steps:
        sys.exit(f"ERROR: nothing is called {' '.join(args.wanted)}.")
    with ThreadPoolExecutor(args.jobs) as pool:
        for _group, name, function, *rest in steps:
            title = f"{function.__name__} {name}".replace("_", " ")
            pool.submit(run.do, title, function, *rest)
    if args.mode == "all" and not args.wanted:
        for pattern in set(run.purpose.reasons) - run.purpose.used:
            run.fail(f"differences.txt: {pattern} differs no more, take the line out")
    for words in run.failures:
        print(f"FAILED {words.splitlines()[0]}")
    print(f"{len(steps)} steps, {len(run.failures)} failures")
    sys.exit(bool(run.failures))


if __name__ == "__main__":
    main()
