# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import os
import signal
import time
import traceback
from contextlib import ExitStack
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, modules, sql_db
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name

TIMEOUT = 60  # seconds for a process


class KillCase(BaseCase):
    """What is done in a process of its own that is killed (SIGKILL) on the way.

    The process is forked, with connections of its own to PostgreSQL: it kills itself
    at its n-th statement or commit, whatever that is, so that no place has to be named.
    What it committed stays, and is deleted by hand afterwards.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())

    def _in_transaction(self, function):
        with self.registry.cursor() as cr:
            return function(api.Environment(cr, SUPERUSER_ID, {}))

    def _run_killed(self, function, at=0):
        """Run something in a process of its own that is killed.

        :param function: called with nothing, in the process
        :param int at: the number of the statement before which, or of the commit before
            or after which it is killed; 0 for none
        :return: whether the process came to its end
        :rtype: bool
        """
        pid = os.fork()
        if not pid:
            self._be_process(function, at)
        deadline = time.monotonic() + TIMEOUT
        while not (waited := os.waitpid(pid, os.WNOHANG))[0]:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                self.fail("the process hangs")
            time.sleep(0.005)
        self._wait_for_server(pid)
        if os.WIFSIGNALED(waited[1]):
            self.assertEqual(os.WTERMSIG(waited[1]), signal.SIGKILL)
            return False
        self.assertEqual(os.WEXITSTATUS(waited[1]), 0, "the process failed")
        return True

    def _wait_for_server(self, pid):
        """Wait until PostgreSQL has noticed that a process is gone."""
        deadline = time.monotonic() + TIMEOUT
        while self._in_transaction(lambda env: self._is_connected(env, pid)):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def _is_connected(self, env, pid):
        env.cr.execute(
            "SELECT 1 FROM pg_stat_activity WHERE application_name = %s",
            [f"odoo-{pid}"],
        )
        return bool(env.cr.fetchone())

    def _be_process(self, function, at):
        """Be the process: never returns."""
        code = 1
        try:
            # Those of the test are not ours; closing them would end them for it too.
            inherited = (sql_db._Pool, sql_db._Pool_readonly, self.registry._db)
            sql_db._Pool = sql_db._Pool_readonly = None
            self.registry._db = sql_db.db_connect(get_db_name())
            self.registry._db_readonly = None
            modules.module.current_test = None
            with ExitStack() as stack:
                for patched in self._get_patches(at):
                    stack.enter_context(patched)
                function()
            code = 0
            del inherited
        except BaseException:
            traceback.print_exc()
        finally:
            # Nothing that the test registered is run, no connection is closed.
            os._exit(code)

    def _get_patches(self, at):
        """Return the patches that count, and kill; and that let no mail out."""
        count = 0
        execute, commit = sql_db.Cursor.execute, sql_db.Cursor.commit

        def tick():
            nonlocal count
            count += 1
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)

        def counted_execute(cursor, *args, **kwargs):
            tick()
            return execute(cursor, *args, **kwargs)

        def counted_commit(cursor):
            tick()
            commit(cursor)
            tick()

        servers = self.registry["ir.mail_server"]
        return (
            patch.object(sql_db.Cursor, "execute", counted_execute),
            patch.object(sql_db.Cursor, "commit", counted_commit),
            patch.object(servers, "_disable_send", lambda *args: True),
        )

    def _run_until_done(self, function, check, steps):
        """Kill a process again and again, later each time, until one comes to its end.

        :param function: what it does, called with nothing
        :param check: called after each of them with nothing
        :param steps: iterator of the numbers at which it is killed
        :return: how many were killed
        :rtype: int
        """
        killed = 0
        for at in steps:
            is_done = self._run_killed(function, at)
            check()
            if is_done:
                return killed
            killed += 1
        raise AssertionError("it never came to its end")
