# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from .review_common import ReviewCase
from .test_service_review import ANSWERED


class Killed(BaseException):
    """What ends a process, and no code may catch."""


@tagged("post_install", "-at_install")
class TestReviewDraft(ReviewCase):
    """The job at the end of a period."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Of a demo, or of another test class.
        cls.env["sale.subscription"].search(
            [("id", "!=", cls.subscription.id)]
        ).support_plan_id = False
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {index}", "is_company": True} for index in range(5)]
        )
        for customer in cls.customers:
            cls._create_subscription(customer, cls.plan_24)

    def _run(self, **kwargs):
        # Without its commits: a test has one transaction.
        with (
            patch.object(self.env.cr, "commit", lambda: None),
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            self.Review._cron_draft(**kwargs)
        self.env.flush_all()
        return self.Review.search([("company_id", "=", self.company.id)])

    def test_no_job_unless_the_company_says_so(self):
        self._import(*ANSWERED)
        self.company.support_review_period = "none"
        self.assertFalse(self._run())

    def test_a_month_and_a_quarter(self):
        self._import(*ANSWERED)
        self.company.support_review_period = "month"
        review = self._run()
        self.assertEqual(review.partner_id, self.customer_a)
        self.assertEqual((review.date_from, review.date_to), (self.FIRST, self.LAST))
        self.assertEqual(review.kind, "month")
        self.company.support_review_period = "quarter"
        self.company.support_review_drafted_to = False
        quarter = self._run() - review
        self.assertEqual(quarter.date_from, date(2026, 4, 1))

    def test_customers_with_nothing_to_tell(self):
        self._import(*ANSWERED)
        self.company.write(
            {"support_review_period": "month", "support_review_quiet": "line"}
        )
        reviews = self._run()
        self.assertEqual(reviews.partner_id, self.customers + self.customer_a)
        quiet = reviews.filtered("is_quiet")
        self.assertEqual(quiet.partner_id, self.customers)
        self.assertEqual(
            quiet[0]._prepare_page()["sentences"],
            ["Nothing was asked, and nothing waits."],
        )

    def test_who_had_no_plan_in_the_period(self):
        self.company.write(
            {"support_review_period": "month", "support_review_quiet": "line"}
        )
        before, after, last = self.customers[:3]
        subscriptions = self.env["sale.subscription"]

        def of(customer):
            return subscriptions.search([("partner_id", "=", customer.id)])

        of(before).date = date(2026, 5, 31)
        of(after).date_start = date(2026, 7, 1)
        of(last).date = date(2026, 6, 1)
        customers = self._run().partner_id
        self.assertEqual(customers, self.customers[2:] + self.customer_a)

    def test_a_second_run_makes_no_double(self):
        self.company.write(
            {"support_review_period": "month", "support_review_quiet": "line"}
        )
        reviews = self._run()
        self.assertEqual(self._run(), reviews)
        # Nor one that has forgotten how far it was.
        self.company.support_review_drafted_to = False
        self.assertEqual(self._run(), reviews)

    def test_killed_and_resumed(self):
        self.company.write(
            {"support_review_period": "month", "support_review_quiet": "line"}
        )
        draft = type(self.Review)._draft
        calls = []

        def die(records, *args, **kwargs):
            calls.append(1)
            if len(calls) > 2:
                raise Killed
            return draft(records, *args, **kwargs)

        # Not by assertRaises, which undoes what was done before.
        with patch.object(type(self.Review), "_draft", die):
            try:
                self._run(batch_size=2)
            except Killed:
                calls.append("killed")
        self.assertEqual(calls[-1], "killed")
        first = self.Review.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(first), 4)
        self.assertFalse(self.company.support_review_drafted_to)
        reviews = self._run(batch_size=2)
        self.assertEqual(len(reviews), 6)
        self.assertEqual(len(reviews.partner_id), 6)
        self.assertLessEqual(first, reviews)
        self.assertEqual(self.company.support_review_drafted_to, self.LAST)

    @mute_logger("odoo.sql_db")
    def test_what_another_worker_drafts_is_left_to_it(self):
        theirs = self._draft(self.customers[1])
        # They had not committed it when we looked.
        with patch.object(
            type(self.Review),
            "_get_missing",
            lambda records, customers, *args: customers,
        ):
            mine = self.Review._draft(
                self.customers[:3], self.company, self.FIRST, self.LAST
            )
        self.assertEqual(mine.partner_id, self.customers[0] + self.customers[2])
        self.assertEqual(
            self.Review.search([("partner_id", "=", self.customers[1].id)]), theirs
        )

    def test_statements_do_not_grow_with_customers(self):
        for customer in self.customers:
            contact = self.env["res.partner"].create(
                {"name": "Contact", "parent_id": customer.id}
            )
            for _index in range(3):
                self._import(*ANSWERED, partner_id=contact.id)
        counts = []
        for some in (self.customers[:1], self.customers[1:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Review._count_figures(
                some, self.company, "month", self.FIRST, self.LAST
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_a_manager_does_not_wait_for_the_job(self):
        self._import(*ANSWERED)
        action = self.Review.with_user(self.manager).action_draft_last()
        reviews = self.Review.search(action["domain"])
        self.assertEqual(reviews.partner_id, self.customer_a)


@tagged("post_install", "-at_install")
class TestReviewAtOnce(BaseCase):
    """Two that draft at the same second, in two transactions of PostgreSQL.

    What they draft is committed, so it is deleted by hand afterwards.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        env = self._begin()
        self.partner_ids = (
            env["res.partner"]
            .create(
                [
                    {"name": f"Drafted twice {index}", "is_company": True}
                    for index in range(2)
                ]
            )
            .ids
        )
        env.cr.commit()
        self.addCleanup(self._clean_up)

    def _begin(self):
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        return api.Environment(cursor, SUPERUSER_ID, {})

    def _clean_up(self):
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            env["support.service.review"].search(
                [("partner_id", "in", self.partner_ids)]
            ).unlink()
            env["res.partner"].browse(self.partner_ids).unlink()

    def _draft(self, env):
        days = (date(2026, 6, 1), date(2026, 6, 30))
        return env["support.service.review"]._draft(
            env["res.partner"].browse(self.partner_ids), env.company, *days
        )

    @mute_logger("odoo.sql_db")
    def test_two_workers_make_no_double(self):
        first, second = self._begin(), self._begin()
        # Both have looked before either has drafted.
        for env in (first, second):
            self.assertFalse(
                env["support.service.review"].search(
                    [("partner_id", "in", self.partner_ids)]
                )
            )
        self.assertEqual(len(self._draft(first)), 2)
        first.cr.commit()
        self.assertFalse(self._draft(second))
        second.cr.commit()
        found = self._begin()["support.service.review"].search(
            [("partner_id", "in", self.partner_ids)]
        )
        self.assertEqual(len(found), 2)
