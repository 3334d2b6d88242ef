# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestMailQueue(PortalCase):
    """Customers do not wait for mails, and no mail is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.helpdesk_mgmt_portal_select_team = True
        subtypes = cls.env["mail.message.subtype"].search(
            [("res_model", "in", ["helpdesk.ticket.team", False])]
        )
        cls.team.message_subscribe(cls.agent.partner_id.ids, subtypes.ids)
        cls.mail_cron = cls.env.ref("mail.ir_cron_mail_scheduler_action")
        cls.message_cron = cls.env.ref("mail.ir_cron_send_scheduled_message")
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")

    # === HELPERS === #

    @contextmanager
    def _no_sending(self):
        """Check that no mail is given to a server."""
        with patch.object(self.registry["mail.mail"], "send", autospec=True) as send:
            yield
        send.assert_not_called()

    def _get_mails(self, ticket, receipts=False):
        """Return the mails of a ticket to the desk, or else the receipts."""
        return (
            self.env["mail.mail"]
            .search([("model", "=", ticket._name), ("res_id", "=", ticket.id)])
            .filtered(
                lambda mail: (
                    ticket.partner_id in mail.recipient_ids
                    and mail.subject.startswith(ticket.number)
                )
                == receipts
            )
        )

    def _get_schedules(self, ticket):
        return self.env["mail.message.schedule"].search(
            [("mail_message_id", "in", ticket.message_ids.ids)]
        )

    def _is_woken(self, cron):
        return bool(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        )

    # === IN THE REQUEST === #

    def test_filing_sends_nothing(self):
        self._login(self.a1)
        with self._no_sending():
            ticket = self._file(team=self.team.id)
        self.assertFalse(self._get_mails(ticket))
        self.assertTrue(self._is_woken(self.message_cron))

    def test_who_files_follows(self):
        """With the team's followers, and as a customer: no internal note."""
        self._login(self.a1)
        ticket = self._file(team=self.team.id)
        self.assertEqual(
            ticket.message_partner_ids, self.a1.partner_id + self.agent.partner_id
        )
        follower = ticket.message_follower_ids.filtered(
            lambda follower: follower.partner_id == self.a1.partner_id
        )
        self.assertEqual(follower.subtype_ids, self.env.ref("mail.mt_comment"))

    def test_closing_sends_nothing(self):
        template = self.env.ref("helpdesk_mgmt.closed_ticket_template")
        self.done.mail_template_id = template
        ticket = self._create_ticket()
        self._login(self.a1)
        with self._no_sending():
            self._post(
                "/ticket/close", {"ticket_id": ticket.id, "stage_id": self.done.id}
            )
        mail = self._get_mails(ticket).filtered(
            lambda mail: ticket.number in (mail.subject or "")
        )
        self.assertEqual(mail.state, "outgoing")
        self.assertTrue(self._is_woken(self.mail_cron))

    def test_answering_sends_nothing(self):
        ticket = self._create_ticket()
        ticket.message_subscribe(self.agent.partner_id.ids)
        self._login(self.a1)
        with self._no_sending():
            response = self.url_open(
                "/mail/message/post",
                json={
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "thread_model": "helpdesk.ticket",
                        "thread_id": ticket.id,
                        "post_data": {"body": "Toujours en panne"},
                    },
                },
            )
        self.assertNotIn("error", response.json())
        self.assertFalse(self._get_mails(ticket))
        self._run_notifications()
        self.assertIn(self.agent.partner_id, self._get_mails(ticket).recipient_ids)

    def test_answering_where_a_colleague_follows(self):
        """The links in the mail are made of what customers may not read."""
        ticket = self._create_ticket()
        ticket.message_subscribe(self.a2.partner_id.ids)
        ticket.with_user(self.a1).message_post(
            body="Toujours en panne", message_type="comment"
        )
        self._run_notifications()
        mail = self._get_mails(ticket)
        self.assertEqual(mail.recipient_ids, self.a2.partner_id)

    def test_agents_are_not_concerned(self):
        ticket = self._create_ticket().with_user(self.agent)
        with patch.object(self.registry["mail.mail"], "send", autospec=True) as send:
            ticket.message_post(
                body="Bonjour",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.a1.partner_id.ids,
            )
        send.assert_called()

    # === AFTER IT === #

    def test_who_is_told_is_found_out_later(self):
        self._login(self.a1)
        with self._no_sending():
            ticket = self._file(team=self.team.id)
        self.assertFalse(self._get_mails(ticket))
        self.assertFalse(self._get_mails(ticket, receipts=True))
        self.assertEqual(len(self._get_schedules(ticket)), 1)
        self.assertTrue(self._is_woken(self.message_cron))
        self._run_notifications()
        self.assertFalse(self._get_schedules(ticket))
        receipt = self._get_mails(ticket, receipts=True)
        self.assertEqual(receipt.recipient_ids, self.a1.partner_id)
        self.assertEqual(receipt.state, "outgoing")
        mail = self._get_mails(ticket)
        self.assertEqual(mail.recipient_ids, self.agent.partner_id)
        self.assertEqual(mail.author_id, self.a1.partner_id)

    def test_a_notification_that_fails_keeps_no_other_back(self):
        self._login(self.a1)
        bad, good = (
            self._file(team=self.team.id, subject=name) for name in ("Bad", "Good")
        )
        notify = self.registry["helpdesk.ticket"]._notify_thread

        def fail(ticket, message, *args, **kwargs):
            if ticket == bad:
                ticket.env.cr.execute("SELECT 1 / 0")
            return notify(ticket, message, *args, **kwargs)

        with (
            patch.object(self.registry["helpdesk.ticket"], "_notify_thread", fail),
            mute_logger("odoo.sql_db"),
            self.assertLogs(
                "odoo.addons.omydoo_helpdesk.models.odoo.mail_message", "ERROR"
            ),
        ):
            self._run_notifications()
        self.assertTrue(self._get_mails(good))
        self.assertFalse(self._get_schedules(good))
        schedule = self._get_schedules(bad)
        self.assertGreater(schedule.scheduled_datetime, fields.Datetime.now())
        # It is tried again, and told then.
        with self.at(schedule.scheduled_datetime + timedelta(seconds=1)):
            self._run_notifications()
        self.assertTrue(self._get_mails(bad))
        self.assertFalse(self._get_schedules(bad))

    def test_a_receipt_that_fails_keeps_nothing_from_the_desk(self):
        """And is tried again by itself: nobody is told twice."""
        self._login(self.a1)
        ticket = self._file(team=self.team.id)
        with (
            patch.object(
                self.registry["helpdesk.ticket"],
                "_acknowledge",
                lambda self: self.env.cr.execute("SELECT 1 / 0"),
            ),
            mute_logger("odoo.sql_db"),
            self.assertLogs(
                "odoo.addons.omydoo_helpdesk.models.portal.helpdesk_ticket_mail",
                "ERROR",
            ),
        ):
            self._run_notifications()
        told = self._get_mails(ticket)
        self.assertEqual(told.recipient_ids, self.agent.partner_id)
        self.assertFalse(self._get_mails(ticket, receipts=True))
        schedule = self._get_schedules(ticket)
        self.assertGreater(schedule.scheduled_datetime, fields.Datetime.now())
        with self.at(schedule.scheduled_datetime + timedelta(seconds=1)):
            self._run_notifications()
        self.assertEqual(len(self._get_mails(ticket, receipts=True)), 1)
        self.assertEqual(self._get_mails(ticket), told)
        self.assertFalse(self._get_schedules(ticket))

    def test_a_ticket_that_is_not_filed_tells_nobody(self):
        self._login(self.a1)
        before = self.env["mail.message.schedule"].search_count([])
        self.assertEqual(self._submit(subject="").status_code, 400)
        self.assertEqual(self.env["mail.message.schedule"].search_count([]), before)

    # === WHERE NO SERVER ANSWERS === #

    def test_failed_mails_are_tried_again(self):
        self._login(self.a1)
        ticket = self._file(team=self.team.id)
        self._run_notifications()
        mail = self._get_mails(ticket)
        queue = self.env["mail.mail"]
        with patch.object(
            self.registry["ir.mail_server"],
            "_connect__",
            side_effect=ConnectionRefusedError("no server"),
        ):
            queue.process_email_queue()
        self.assertEqual(mail.state, "exception")
        at = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.mail_cron.id)], order="call_at desc", limit=1
        )
        self.assertGreater(at.call_at, fields.Datetime.now())
        # Not at once, so that a server that is down is left in peace.
        queue._requeue_support_mails()
        self.assertEqual(mail.state, "exception")
        with self.at(at.call_at + timedelta(minutes=1)):
            queue._requeue_support_mails()
        self.assertEqual(mail.state, "outgoing")

    def test_refused_mails_are_not(self):
        """Some may have got them, and who refused them does so again."""
        ids = {"helpdesk.ticket": self._create_ticket().id, "res.partner": 1}
        mails = self.env["mail.mail"].create(
            [
                {
                    "model": model,
                    "res_id": ids[model],
                    "state": "exception",
                    "failure_type": failure,
                }
                for model, failure in (
                    ("helpdesk.ticket", "mail_email_invalid"),
                    ("helpdesk.ticket", "unknown"),
                    ("res.partner", False),
                )
            ]
        )
        with self.at(fields.Datetime.now() + timedelta(hours=1)):
            mails._requeue_support_mails()
        self.assertEqual(set(mails.mapped("state")), {"exception"})

    # === STATEMENTS === #

    def _count_statements(self, number):
        """Return the statements of filing, with so many tickets there before."""
        self.env["helpdesk.ticket"].create(
            [
                {
                    "name": f"Before {index}",
                    "description": "<p>x</p>",
                    "partner_id": self.a1.partner_id.id,
                    "team_id": self.team.id,
                }
                for index in range(number)
            ]
        )
        self.env.flush_all()
        start = self.env.cr.sql_log_count
        self._file(team=self.team.id)
        return self.env.cr.sql_log_count - start

    def test_filing_takes_as_many_statements_for_whoever_has_many_tickets(self):
        self._login(self.a1)
        self._count_statements(1)
        few = self._count_statements(1)
        self.assertEqual(self._count_statements(60), few)
