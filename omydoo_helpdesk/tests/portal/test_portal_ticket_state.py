# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..portal_common import HIGH_ANSWERS, PDF
from .portal_ticket_common import ACTIONS, TicketPageCase


@tagged("post_install", "-at_install")
class TestPortalTicketState(TicketPageCase):
    def setUp(self):
        super().setUp()
        self._login(self.a1)

    # === REOPEN === #

    def test_reopen(self):
        self.ticket.stage_id = self.stage_done
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertTrue(page.xpath("//form[contains(@action, '/reopen')]"))
        response = self._act(
            "reopen", files=[("attachment", ("a.pdf", PDF, "application/pdf"))]
        )
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.ticket.stage_id, self.stage_new)
        self.assertEqual(self.ticket.reopen_count, 1)
        message = self._comments()
        self.assertIn("Le problème est revenu", message.body)
        self.assertEqual(message.attachment_ids.name, "a.pdf")
        # The second one of two finds it open.
        self.assertEqual(self._act("reopen").status_code, 303)
        self.assertEqual(self.ticket.reopen_count, 1)
        self.assertEqual(len(self._comments()), 1)

    def test_reopen_needs_a_reason(self):
        self.ticket.stage_id = self.stage_done
        pdf = [("attachment", ("a.pdf", PDF, "application/pdf"))]
        for files in (None, pdf):
            response = self._act("reopen", {"reopen_reason": " "}, files=files)
            self.assertPageAgain(response, "reopen_reason", {})
        self.assertEqual(self.ticket.stage_id, self.stage_done)

    def test_reopen_too_late(self):
        self.ticket.stage_id = self.stage_done
        self.ticket.closed_date = fields.Datetime.now() - timedelta(days=16)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertFalse(page.xpath("//form[contains(@action, '/reopen')]"))
        closed = "//*[@id='support_closed']"
        self.assertIn(self.ticket.number, self._text(page, closed))
        self.assertTrue(page.xpath(f"{closed}//a[contains(@href, '/new/ticket')]"))
        self.assertEqual(self._act("reopen").status_code, 303)
        self.assertEqual(self.ticket.stage_id, self.stage_done)
        self.assertFalse(self._comments())

    def test_merged(self):
        other = self._create_ticket()
        self.ticket.write({"stage_id": self.stage_done.id, "duplicate_id": other.id})
        before = self._snapshot()
        for action in ACTIONS:
            self.assertEqual(self._act(action).status_code, 303)
        self.assertEqual(self._snapshot(), before)

    # === URGENT === #

    def test_urgent(self):
        response = self._act("urgent")
        self.assertEqual(response.status_code, 303)
        self.assertRecordValues(
            self.ticket,
            [{"claimed_priority": "3", "priority": "3", **HIGH_ANSWERS}],
        )
        self.assertEqual(self.ticket.activity_ids.user_id, self.agent)
        message = self._comments()
        self.assertEqual(message.author_id, self.a1.partner_id)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertFalse(page.xpath("//form[contains(@action, '/urgent')]"))
        self.assertIn("+33 1 23 45 67 89", page.text_content())
        self.assertTrue(page.xpath("//li[@class='o_support_timeline_urgent']"))
        # Once only.
        other = {"blocking_what": "Encore", "blocking_who": "Personne"}
        self._act("urgent", other)
        self.assertEqual(self.ticket.blocking_what, HIGH_ANSWERS["blocking_what"])
        self.assertEqual(len(self._comments()), 1)

    def test_urgent_needs_both_answers(self):
        before = self._snapshot()
        for values, field in (
            ({"blocking_what": "Caisse", "blocking_who": ""}, "blocking_who"),
            ({"blocking_what": "", "blocking_who": "Tous"}, "blocking_what"),
            ({"blocking_what": "x" * 2001, "blocking_who": "Tous"}, "blocking_what"),
            ({"blocking_what": "Caisse", "blocking_who": "x" * 251}, "blocking_who"),
        ):
            page = self.assertPageAgain(self._act("urgent", values), field, values)
            self.assertTrue(page.xpath("//details[@open][.//*[@id='blocking_what']]"))
        self.assertEqual(self._snapshot(), before)

    def test_urgent_on_a_closed_ticket(self):
        self.ticket.stage_id = self.stage_done
        before = self._snapshot()
        self.assertEqual(self._act("urgent").status_code, 303)
        self.assertEqual(self._snapshot(), before)

    # === RATE === #

    def _rating(self):
        self.env.invalidate_all()
        return self.ticket.rating_ids

    def test_rate(self):
        self.assertEqual(self._act("rate").status_code, 303)
        self.assertFalse(self._rating(), "not while it is open")
        self.ticket.stage_id = self.stage_done
        self.assertEqual(self._act("rate").status_code, 303)
        self.assertRecordValues(
            self._rating(),
            [
                {
                    "rating": 3,
                    "feedback": "Un peu long",
                    "consumed": True,
                    "partner_id": self.a1.partner_id.id,
                    "rated_partner_id": self.agent.partner_id.id,
                }
            ],
        )
        self.assertEqual(self.ticket.satisfaction, "okay")
        # No answer: nothing is reopened, nobody is told of one.
        self.assertEqual(self.ticket.stage_id, self.stage_done)
        self.assertFalse(self.ticket.activity_ids)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertIn("Un peu long", self._text(page, "//*[@id='support_rating']"))

    def test_change_the_rating(self):
        self.ticket.stage_id = self.stage_done
        self._act("rate")
        self._act("rate", {"satisfaction": "dissatisfied", "feedback": ""})
        self.assertEqual(self._rating().mapped("rating"), [1])
        self.assertEqual(self.ticket.satisfaction, "dissatisfied")
        self.assertEqual(self.ticket.activity_ids.user_id, self.manager)
        rating = self._rating()
        rating.write({"rated_on": fields.Datetime.now() + timedelta(days=-15)})
        self.ticket.closed_date = fields.Datetime.now() - timedelta(days=20)
        self._act("rate", {"satisfaction": "satisfied"})
        self.assertEqual(self._rating().mapped("rating"), [1])

    def test_colleagues_rate_for_themselves(self):
        self.ticket.stage_id = self.stage_done
        self._act("rate")
        self._login(self.a2)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertNotIn("Un peu long", self._text(page, "//*[@id='support_rating']"))
        self._act("rate", {"satisfaction": "satisfied"})
        self.assertEqual(sorted(self._rating().mapped("rating")), [3, 5])

    def test_wrong_rates(self):
        self.ticket.stage_id = self.stage_done
        for satisfaction in ("", "5", "great", "satisfied\x00,"):
            values = {"satisfaction": satisfaction, "feedback": "Bien"}
            self.assertPageAgain(
                self._act("rate", values), "satisfaction", {"feedback": "Bien"}
            )
        self.assertPageAgain(
            self._act("rate", {"satisfaction": "okay", "feedback": "x" * 2001}),
            "feedback",
            {},
        )
        self.assertFalse(self._rating())

    def test_link_of_a_mail(self):
        """Odoo's own page: a GET decides nothing; the rating is the same record."""
        self.ticket.stage_id = self.stage_done
        token = self.ticket._rating_get_access_token()
        self.authenticate(None, None)
        response = self.url_open(f"/rate/{token}/5")
        self.assertEqual(response.status_code, 200)
        self.url_open(f"/rate/{token}/submit_feedback?rate=5")
        self.assertFalse(self._rating().consumed)
        response = self._post(
            f"/rate/{token}/submit_feedback", {"rate": 5, "feedback": "Merci"}
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.ticket.satisfaction, "satisfied")
        self._login(self.a1)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertIn("Merci", self._text(page, "//*[@id='support_rating']"))
        self._act("rate")
        self.assertEqual(self._rating().mapped("rating"), [3])

    def test_reporting(self):
        self.ticket.stage_id = self.stage_done
        self._act("rate")
        unrated = self._create_ticket()
        groups = (
            self.env["helpdesk.ticket"]
            .with_user(self.manager)
            .formatted_read_group(
                [("id", "in", (self.ticket + unrated).ids)],
                ["support_plan_id"],
                ["rating_last_value:avg", "__count"],
            )
        )
        self.assertEqual(len(groups), 1)
        self.assertEqual(groups[0]["rating_last_value:avg"], 3)
        self.assertEqual(groups[0]["__count"], 2)
        with self.assertRaises(AccessError):
            self.env["helpdesk.ticket"].with_user(self.a1).search_read(
                [], ["satisfaction"]
            )
