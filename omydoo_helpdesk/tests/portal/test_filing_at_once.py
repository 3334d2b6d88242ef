# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from concurrent.futures import ThreadPoolExecutor

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

THREADS, FILINGS, LIMIT = 4, 5, 7


@tagged("post_install", "-at_install")
class TestFilingAtOnce(BaseCase):
    """One person with many browsers, each in a transaction of PostgreSQL.

    What is counted has to be committed, so it is deleted by hand afterwards.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._clean_up)

    def _in_transaction(self, function):
        with self.registry.cursor() as cr:
            return function(api.Environment(cr, SUPERUSER_ID, {}))

    def _clean_up(self):
        self._in_transaction(
            lambda env: env["support.filing.counter"]
            .search([("user_id", "=", SUPERUSER_ID)])
            .unlink()
        )

    def _count(self, _number, limit=LIMIT):
        def count(env):
            # The snapshot of the request is older than what the others commit.
            env["res.users"].search_count([])
            return env["support.filing.counter"]._count(env.user, limit)[0]

        return self._in_transaction(count)

    def _count_rows(self):
        return self._in_transaction(
            lambda env: env["support.filing.counter"].search_count(
                [
                    ("user_id", "=", SUPERUSER_ID),
                    ("filed_at", "<=", fields.Datetime.now()),
                ]
            )
        )

    def test_all_are_counted_and_none_fails(self):
        with ThreadPoolExecutor(THREADS) as pool:
            counts = list(pool.map(self._count, range(THREADS * FILINGS)))
        allowed = [count for count in counts if count <= LIMIT]
        self.assertEqual(sorted(allowed), list(range(1, LIMIT + 1)))
        self.assertEqual(self._count_rows(), LIMIT)

    def test_nobody_waits_for_a_ticket_to_be_done(self):
        def file_slowly(env):
            env["support.filing.counter"]._count(env.user)
            # While this one is being filed.
            return self._count(2)

        self.assertEqual(self._in_transaction(file_slowly), 2)

    def test_what_is_rolled_back_is_not_counted(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["support.filing.counter"]._count(env.user)
            self.assertEqual(self._count_rows(), 1)
            cr.rollback()
        self.assertEqual(self._count_rows(), 0)
