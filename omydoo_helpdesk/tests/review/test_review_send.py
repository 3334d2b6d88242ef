# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..time.time_common import TimeCase
from .review_common import ReviewCase, ReviewMixin


@tagged("post_install", "-at_install")
class TestReviewSend(ReviewCase):
    """A selection is sent in batches: one that refuses keeps no other back."""

    def _mails(self):
        return self.env["mail.mail"].search([])

    def test_each(self):
        good, sent = self._draft(), self._draft(self.customer_b)
        running = self._draft(first=date(2026, 7, 1), last=date(2026, 7, 31))
        sent.action_publish_and_send()
        before = self._mails()
        some = good + sent + running
        action = some.action_send_selection()
        self.assertEqual(action["params"]["ids"], (good + running).ids)
        result = some.send_each()
        mails = self._mails() - before
        self.assertEqual(result["sent"], 1)
        self.assertEqual(result["mails"], len(mails))
        self.assertTrue(mails)
        [refused] = result["refused"]
        self.assertEqual(refused["id"], running.id)
        self.assertEqual(refused["name"], running.display_name)
        self.assertIn("not over", refused["reason"])
        self.assertEqual([review.state for review in some], ["sent", "sent", "draft"])
        # Begun again, after whatever interrupted it.
        again = some.send_each()
        self.assertEqual((again["sent"], again["mails"]), (0, 0))
        self.assertEqual(self._mails() - before, mails)

    def test_published_is_sent(self):
        review = self._draft()
        review.action_publish()
        published_at = review.published_at
        self.assertEqual(review.send_each()["sent"], 1)
        self.assertEqual(review.published_at, published_at)

    def test_who_may(self):
        review = self._draft()
        for user in (self.agent, self.a1):
            for name in ("send_each", "action_send_selection"):
                with self.assertRaises(AccessError):
                    getattr(review.with_user(user), name)()
        self.assertEqual(review.state, "draft")


@tagged("post_install", "-at_install")
class TestReviewSendTour(ReviewMixin, TimeCase, HttpCase):
    """The manager looks on while a selection is sent."""

    browser_size = "1440x900"

    def test_manager_sends_reviews(self):
        self._set_up_review()
        good = self._draft(first=date(2020, 6, 1), last=date(2020, 6, 30))
        running = self._draft(
            self.customer_b, first=date(2999, 6, 1), last=date(2999, 6, 30)
        )
        self.start_tour(
            "/odoo/support-reviews",
            "omydoo_helpdesk_manager_sends_reviews",
            login=self.manager.login,
        )
        self.assertEqual((good.state, running.state), ("sent", "draft"))
