# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .bug_common import BugCase


@tagged("post_install", "-at_install")
class TestBugRelease(BugCase):
    """A repair frees its tickets in batches, and nobody is told twice."""

    def _create_tickets(self, bug, number, partners=None):
        partners = partners or (self.a1 + self.b1).partner_id
        return self.env["helpdesk.ticket"].create(
            [
                {
                    "name": f"Report {index}",
                    "description": "<p>Wrong</p>",
                    "partner_id": partners[index % len(partners)].id,
                    "team_id": self.team.id,
                    "category_id": self.category_in.id,
                    "upstream_bug_id": bug.id,
                }
                for index in range(number)
            ]
        )

    def test_customers_are_told_once_in_their_language(self):
        self.b1.lang = "en_US"
        bug, other = self._create_bug(kind="generic"), self._create_bug(kind="generic")
        self._create_tickets(bug, 4)
        self._create_tickets(other, 2)
        update = self._plan("2026-06-01 10:00:00", bug + other)
        before = self.env["mail.mail"].search([])
        self._done("2026-06-02 21:00:00", update)
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(
            sorted(mails.mapped("email_to")),
            sorted((self.a1 + self.b1).mapped("email")),
        )
        by_address = {mail.email_to: mail for mail in mails}
        self.assertIn("Hello", by_address[self.b1.email].body_html)
        # Each reads of their own tickets only, of both bugs.
        for user in (self.a1, self.b1):
            own, theirs = (
                self.env["helpdesk.ticket"].search([("partner_id", "=", partner.id)])
                for partner in (
                    user.partner_id,
                    (self.a1 + self.b1 - user).partner_id,
                )
            )
            body = by_address[user.email].body_html
            self.assertEqual(len(own), 3)
            for number in own.mapped("number"):
                self.assertIn(number, body)
            for number in theirs.mapped("number"):
                self.assertNotIn(number, body)
        self._run_job()
        self.assertEqual(self.env["mail.mail"].search([]) - before, mails)

    def test_one_mail_over_several_batches(self):
        bug = self._create_bug()
        tickets = self._create_tickets(bug, 5, self.a1.partner_id)
        bug.action_release()
        before = self.env["mail.mail"].search([])
        self._run_job(batch_size=2)
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(len(mails), 1)
        for ticket in tickets:
            self.assertTrue(ticket.bug_released)
            self.assertEqual(ticket.stage_id, self.stage_done)
            self.assertIn(ticket.number, mails.body_html)

    def test_resumes_after_a_crash(self):
        bug = self._create_bug()
        tickets = self._create_tickets(bug, 6)
        bug.action_release()
        before = self.env["mail.mail"].search([])
        calls = []

        def release_then_crash(model, batch):
            calls.append(batch)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return original(model, batch)

        original = type(self.Bug)._release_tickets
        with patch.object(type(self.Bug), "_release_tickets", release_then_crash):
            # Not with assertRaises, which would undo the first batch as well.
            try:
                self._run_job(batch_size=2)
            except KeyboardInterrupt:
                calls.append("crashed")
        self.assertEqual(len(calls), 3)
        self.assertEqual(tickets.mapped("bug_released").count(True), 2)
        self._run_job(batch_size=2)
        self.assertEqual(set(tickets.mapped("bug_released")), {True})
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(
            sorted(mails.mapped("email_to")),
            sorted((self.a1 + self.b1).mapped("email")),
        )

    def test_no_more_statements_for_more_tickets(self):
        counts = []
        for number in (10, 100, 100):
            bug = self._create_bug()
            self._create_tickets(bug, number)
            bug.action_release()
            self.env.flush_all()
            self.env.invalidate_all()
            tickets = self.env["helpdesk.ticket"].search(
                self.Bug._get_release_domain(), order="partner_id, id"
            )
            self.assertEqual(len(tickets), number)
            start = self.env.cr.sql_log_count
            self.Bug._release_tickets(tickets)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        # The first one warms the caches.
        self.assertLessEqual(counts[1], counts[0] + 5)
        self.assertLessEqual(counts[2], counts[0])

    def test_no_mail_of_the_stage_either(self):
        template = self.env["mail.template"].create(
            {
                "name": "Closed",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Your ticket is closed",
                "partner_to": "{{ object.partner_id.id }}",
            }
        )
        self.stage_done.mail_template_id = template
        bug = self._create_bug()
        self._create_tickets(bug, 1)
        bug.action_release()
        before = self.env["mail.mail"].search([])
        messages = self.env["mail.message"].search([], order="id desc", limit=1)
        self._run_job()
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(len(mails), 1)
        self.assertFalse(
            self.env["mail.message"].search(
                [("id", ">", messages.id), ("subject", "=", "Your ticket is closed")]
            )
        )

    def test_duplicates_and_archived_are_freed_in_silence(self):
        bug = self._create_bug()
        ticket, twin, archived = self._create_tickets(bug, 3, self.a1.partner_id)
        twin.duplicate_id = ticket
        archived.active = False
        bug.action_release()
        before = self.env["mail.mail"].search([])
        self._run_job()
        self.assertEqual(set((ticket + twin + archived).mapped("bug_released")), {True})
        mail = self.env["mail.mail"].search([]) - before
        self.assertIn(ticket.number, mail.body_html)
        self.assertNotIn(twin.number, mail.body_html)
        self.assertNotIn(archived.number, mail.body_html)

    def test_ticket_written_on_since_is_not_closed(self):
        """A repair says nothing of what the customer asked besides.

        https://github.com/pluginsGLPI/escalade/issues/320 and
        https://github.com/pluginsGLPI/escalade/issues/414: related tickets are closed
        along, and what was said on them is over.
        """
        with self.at("2026-06-01 07:00:00"):
            bug = self._create_bug()
            tickets = self._create_tickets(bug, 3, self.a1.partner_id)
            self.env.flush_all()
        silent, written, answered_by_us = tickets
        with self.at("2026-06-01 09:00:00"):
            for ticket, author in (
                (written, self.a2.partner_id),
                (answered_by_us, self.agent.partner_id),
            ):
                ticket.message_post(
                    body="And another thing",
                    author_id=author.id,
                    email_from=author.email,
                    message_type="email",
                    subtype_xmlid="mail.mt_comment",
                )
        with self.at("2026-06-02 07:00:00"):
            bug.action_release()
            self._run_job()
        self.assertEqual(silent.stage_id, self.stage_done)
        self.assertEqual(answered_by_us.stage_id, self.stage_done)
        self.assertFalse(written.stage_id.closed)
        self.assertTrue(written.bug_released)
        self.assertEqual(written.resolution_state, "ongoing")

    def test_only_the_buttons_say_that_it_is_repaired(self):
        """By RPC too: each of these would free tickets, hold the clocks of every team
        or keep the news from who waits for it.
        """
        bug = self._create_bug()
        update = self._plan("2026-06-01 10:00:00", bug)
        for record, vals in (
            (bug, {"released_at": "2026-06-01 10:00:00"}),
            (bug, {"hold_party": "editor"}),
            (bug, {"update_id": False}),
            (bug, {"merged_into_id": self._create_bug().id}),
            (update, {"state": "done"}),
            (update, {"is_told": True}),
            (update, {"done_by_id": self.manager.id}),
            (update.line_ids, {"state": "failed"}),
            (update.line_ids, {"reason": "Because"}),
        ):
            for user in (self.agent, self.manager):
                with (
                    self.subTest(user=user.login, vals=vals),
                    self.assertRaisesRegex(AccessError, "cannot be written"),
                ):
                    record.with_user(user).write(vals)
        with self.assertRaisesRegex(AccessError, "cannot be written"):
            update.with_user(self.agent).create(
                {"scheduled_at": "2030-01-01 10:00:00", "state": "done"}
            )
        update.with_user(self.agent).action_done()
        self.assertEqual(update.state, "done")
        self.assertTrue(bug.released_at)
