# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ..sla_common import SlaCase


@tagged("post_install", "-at_install")
class TestAnswerElsewhere(SlaCase):
    """Answers to a ticket that is over: too late to reopen it, or to a merged one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(user_id=cls.agent.id)
        cls.partner = cls.a1.partner_id

    def _post(self, body, ticket=None, author=None, **vals):
        author = author or self.partner
        return (ticket or self.ticket).message_post(
            body=body,
            author_id=author.id,
            email_from=author.email,
            message_type=vals.pop("message_type", "email"),
            subtype_xmlid="mail.mt_comment",
            **vals,
        )

    def _close_long_ago(self, ticket=None, days=16):
        ticket = ticket or self.ticket
        ticket.stage_id = self.stage_done
        ticket.closed_date = fields.Datetime.now() - timedelta(days=days)
        return ticket

    def _find_next(self, ticket=None):
        return self.env["helpdesk.ticket"].search(
            [("previous_ticket_id", "=", (ticket or self.ticket).id)]
        )

    # === TOO LATE === #

    def test_answer_after_the_window_is_another_request(self):
        """Months later, a recycled thread is another request.

        https://github.com/SupportFlow/supportflow/issues/235 and
        https://github.com/frappe/helpdesk/issues/3465: linked, with what was said.
        """
        self._post("<p>It worked for a week.</p>")
        self._post("<p>We restarted it.</p>", author=self.agent.partner_id)
        self.ticket.message_post(body="Only for us", subtype_xmlid="mail.mt_note")
        self._close_long_ago()
        file = self.env["ir.attachment"].create(
            {"name": "screen.png", "datas": base64.b64encode(b"picture")}
        )
        self._post("<p>It is back.</p>", attachment_ids=file.ids)
        new = self._find_next()
        self.assertEqual(len(new), 1)
        self.assertTrue(self.ticket.stage_id.closed)
        self.assertFalse(new.stage_id.closed)
        self.assertRecordValues(
            new,
            [
                {
                    "name": self.ticket.name,
                    "partner_id": self.partner.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "duplicate_id": False,
                }
            ],
        )
        words = [
            new.description.find(text)
            for text in ("It is back.", "We restarted it.", "It worked for a week.")
        ]
        self.assertEqual(words, sorted(words))
        self.assertNotIn(-1, words)
        self.assertNotIn("Only for us", new.description)
        self.assertNotIn(self.agent.name, new.description)
        posted = new.message_ids.filtered(lambda m: m.author_id == self.partner)
        self.assertIn("It is back.", posted.body)
        self.assertEqual(posted.attachment_ids.mapped("name"), ["screen.png"])
        self.assertNotEqual(posted.attachment_ids, file)

    def test_answer_within_the_window_makes_none(self):
        """A word of thanks is no request: https://github.com/osTicket/osTicket/issues/2909."""
        self._close_long_ago(days=14)
        self._post("<p>Thank you.</p>")
        self.assertFalse(self._find_next())

    def test_programs_and_agents_make_none(self):
        """An out-of-office must not: https://github.com/osTicket/osTicket/issues/342."""
        self._close_long_ago()
        self._post("<p>We called them.</p>", author=self.agent.partner_id)
        self._post(
            "<p>I am away.</p>",
            ticket=self.ticket.with_context(support_auto_reply=True),
        )
        self._post("<p>Hello</p>", author=self.b1.partner_id)
        self.assertFalse(self._find_next())

    def test_answer_in_the_portal_too(self):
        self._close_long_ago()
        self.ticket.with_user(self.a2).message_post(body="Me too")
        new = self._find_next()
        self.assertEqual(new.partner_id, self.a2.partner_id)
        self.assertIn("Me too", new.description)

    def test_team_that_is_gone_gets_nothing(self):
        """https://github.com/faveosuite/faveo-helpdesk/issues/206"""
        self._close_long_ago()
        self.team.active = False
        self._post("<p>It is back.</p>")
        new = self._find_next()
        self.assertTrue(new)
        self.assertNotEqual(new.team_id, self.team)

    # === MERGED === #

    def _merge(self, ticket, target):
        ticket.write({"duplicate_id": target.id, "stage_id": self.stage_done.id})

    def test_answer_to_a_merged_ticket_reaches_the_kept_one(self):
        """Not the abandoned one: https://github.com/zammad/zammad/issues/983 and
        https://github.com/frappe/helpdesk/issues/2539.
        """
        kept = self._create_ticket(stage_id=self.stage_awaiting.id)
        between = self._create_ticket()
        self._merge(between, kept)
        self._merge(self.ticket, between)
        self._post("<p>One more thing.</p>")
        self.assertIn(
            "One more thing.",
            kept.message_ids.filtered(lambda m: m.author_id == self.partner).body,
        )
        self.assertNotEqual(kept.stage_id, self.stage_awaiting, "they answered")
        self.assertTrue(self.ticket.stage_id.closed)
        self.assertFalse(between.message_ids.filtered(lambda m: "One more" in m.body))

    def test_nothing_goes_to_another_customer(self):
        kept = self._create_ticket(partner_id=self.b1.partner_id.id)
        self._merge(self.ticket, kept)
        self._post("<p>Secret</p>")
        self.assertFalse(kept.message_ids.filtered(lambda m: "Secret" in m.body))

    def test_two_merged_into_each_other_end(self):
        other = self._create_ticket()
        self._merge(self.ticket, other)
        self._merge(other, self.ticket)
        self._post("<p>Once</p>")
        self.assertEqual(
            len((self.ticket + other).message_ids.filtered(lambda m: "Once" in m.body)),
            1,
        )

    def test_kept_one_that_is_over_goes_on_elsewhere(self):
        kept = self._close_long_ago(self._create_ticket())
        self.ticket.write({"duplicate_id": kept.id, "stage_id": self.stage_done.id})
        self._post("<p>It is back.</p>")
        self.assertIn("It is back.", self._find_next(kept).description)

    # === NOBODY WHO IS GONE === #

    def test_nobody_who_is_gone_is_given_work(self):
        """https://github.com/frappe/helpdesk/issues/2040"""
        self.ticket.stage_id = self.stage_done
        self.team.user_ids = [Command.unlink(self.agent.id)]
        self.agent.active = False
        self._post("<p>Thank you.</p>")
        self.assertFalse(
            self.ticket.activity_ids.filtered(lambda a: a.user_id == self.agent)
        )
        self.assertEqual(self.ticket.activity_ids.user_id, self.manager)
