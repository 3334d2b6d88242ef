# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..axe_common import AxeCase
from ..portal_common import PortalCase
from ..time.time_common import TimeCase
from .review_common import ReviewMixin

REPORT = "odoo.addons.base.models.ir_actions_report.IrActionsReport"


class PortalReviewMixin(ReviewMixin):
    """The last month of customer A: an answer that was late, a pack, words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_review()
        cls.first, cls.last = cls.Review._get_last_period("month", cls.company)
        cls.day = cls.first + timedelta(days=10)
        filed_at = fields.Datetime.to_datetime(cls.day)
        cls.ticket = cls._create_ticket(name="Zeppelin late")
        cls.ticket._sla_import_history(
            [
                [
                    {"kind": "filed", "at": filed_at},
                    {"kind": "answered", "at": filed_at + timedelta(days=9)},
                ]
            ]
        )
        cls._log(cls.ticket, 1.5, date=cls.day)
        cls.review = cls._draft(first=cls.first, last=cls.last)
        cls.review.write({"comment": "A calm month", "proposal": "A training"})


@tagged("post_install", "-at_install")
class TestPortalReview(PortalReviewMixin, PortalCase, TimeCase):
    """What a customer reads of reviews, and who is noted to have read one."""

    def _url(self, review=None):
        return f"/my/reviews/{(review or self.review).id}"

    def test_page_and_reading(self):
        self.review.action_publish_and_send()
        self._login(self.a1)
        page = self._get(self._url())
        text = page.text_content()
        for words in ("Zeppelin late", "A calm month", "A training", "1 h 30"):
            self.assertIn(words, text)
        # Nothing of the desk's: what is behind a figure.
        self.assertFalse(page.xpath("//*[@data-figure]"))
        self.assertTrue(page.xpath("//form[contains(@class, 'review_read')]"))
        self._post(f"{self._url()}/read", {})
        self.assertFalse(
            self._get(self._url()).xpath("//form[contains(@class, 'review_read')]")
        )
        self.review.invalidate_recordset()
        self.assertEqual(self.review.reading_ids.partner_id, self.a1.partner_id)

    def test_found_from_the_page_of_the_plan(self):
        self._login(self.a1)
        self.assertFalse(
            self._get("/my/support").xpath("//section[@name='support_reviews']")
        )
        self.review.action_publish()
        path = self._localize(self._url())
        for page in ("/my/support", "/my/reviews"):
            self.assertTrue(self._get(page).xpath(f"//a[@href='{path}']"), page)

    @mute_logger("odoo.http")
    def test_who_reads_nothing(self):
        self._login(self.a1)
        # A draft is the desk's.
        self.assertEqual(self.url_open(self._url()).status_code, 404)
        self.review.action_publish()
        self._login(self.b1)
        self.assertEqual(self.url_open(self._url()).status_code, 404)
        self.assertEqual(self.url_open(f"{self._url()}/pdf").status_code, 404)
        self.assertEqual(self._post(f"{self._url()}/read", {}).status_code, 404)
        self.a2.partner_id.support_portal_access = "own"
        self.env.registry.clear_cache()
        self._login(self.a2)
        self.assertEqual(self.url_open(self._url()).status_code, 404)
        self.assertTrue(
            self._get("/my/reviews").xpath(
                "//*[contains(@class, 'o_support_review_none')]"
            )
        )
        self.assertFalse(self.review.reading_ids)

    def test_an_agent_reads_without_being_noted(self):
        self._login(self.agent)
        page = self.url_open(self._url())
        self.assertIn("Zeppelin late", page.text)
        self.review.invalidate_recordset()
        self.assertFalse(self.review.reading_ids)

    def test_the_version_that_counts(self):
        self.review.action_publish()
        newer = self.Review.browse(self.review.action_correct()["res_id"])
        newer.with_user(self.manager).action_publish()
        self._login(self.a1)
        path = self._localize(self._url(newer))
        self.assertTrue(self._get(self._url()).xpath(f"//a[@href='{path}']"))
        links = self._get("/my/reviews").xpath("//a[contains(@href, '/my/reviews/')]")
        self.assertEqual([link.get("href") for link in links], [path])

    def test_without_what_prints_it_is_a_page(self):
        self.review.action_publish()
        self._login(self.a1)
        with patch(f"{REPORT}.get_wkhtmltopdf_state", lambda self: "install"):
            page = self._get(f"{self._url()}/pdf")
        text = page.text_content()
        self.assertIn(self.customer_a.name, text)
        self.assertIn("Zeppelin late", text)
        self.assertIn(self.company.name, text)

    def test_quiet(self):
        review = self._draft(first=date(2024, 3, 1), last=date(2024, 3, 31))
        review.action_publish()
        self._login(self.a1)
        page = self._get(self._url(review))
        (sentences,) = page.xpath("//ul[contains(@class, 'review_sentences')]")
        self.assertEqual(len(sentences), 1)
        self.assertFalse(page.xpath("//*[contains(@class, 'o_support_review_part')]"))


@tagged("post_install", "-at_install")
class TestPortalReviewAccessibility(PortalReviewMixin, AxeCase, TimeCase):
    """The pages break no rule, at any width."""

    def test_pages(self):
        self.review.action_publish()
        newer = self.Review.browse(self.review.action_correct()["res_id"])
        newer.with_user(self.manager).action_publish()
        self.assertAccessible(
            [
                "/my/reviews",
                f"/my/reviews/{self.review.id}",
                f"/my/reviews/{newer.id}",
            ],
            self.a1,
        )

    def test_read_without_a_button(self):
        self.review.action_publish_and_send()
        with self._browse(self.a1) as browser:
            self._open_page(browser, f"/my/reviews/{self.review.id}")
            self._wait_until(
                browser, "document.querySelector('.o_support_review_read.d-none')"
            )
        self.review.invalidate_recordset()
        self.assertEqual(self.review.unread_ids, self.a2.partner_id)


@tagged("post_install", "-at_install")
class TestReviewScreen(PortalReviewMixin, AxeCase, TimeCase):
    """The manager's screen: each figure opens what is behind it."""

    def test_two_clicks(self):
        figure = "[data-figure='response.missed']"
        with self._browse(self.manager) as browser:
            self._open_page(browser, f"/odoo/support-reviews/{self.review.id}")
            self._wait_until(browser, f'document.querySelector("{figure}")')
            self._evaluate(browser, f'document.querySelector("{figure}").click(); true')
            self._wait_until(
                browser,
                "[...document.querySelectorAll('.o_list_view .o_data_row')]"
                ".some((row) => row.textContent.includes('Zeppelin late'))",
            )
