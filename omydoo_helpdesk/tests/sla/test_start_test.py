# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..desk.start_common import StartCase


@tagged("post_install", "-at_install")
class TestStartTest(StartCase):
    """A request that tries the desk leaves no trace in what the desk counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._subscribe()

    def _file(self):
        action = self._start().action_file_test()
        return self.env["helpdesk.ticket"].browse(action["res_id"]).with_user(self.boss)

    def _answer(self, test):
        test.message_post(
            body="Here is how.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _count(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.boss)
        self.env.flush_all()
        return (
            tickets.search_count([]),
            tickets.get_my_desk(),
            tickets.get_desk_overview(),
            tickets.formatted_read_group([], ["partner_id"], ["__count"]),
        )

    def test_as_the_customer_filed_it(self):
        test = self._file()
        self.assertEqual(test.partner_id.name, "Claire Lune")
        self.assertEqual(test.scope, "in_scope")
        self.assertEqual(test.response_state, "ongoing")
        self.assertTrue(test.response_deadline)
        self.assertEqual(self._start().action_file_test()["res_id"], test.id)
        with self.assertRaises(UserError):
            self._start().action_archive_test()
        self._answer(test)
        self.assertEqual(test.response_state, "met")

    def test_nobody_is_mailed(self):
        mails = self.env["mail.mail"].search([])
        test = self._file()
        self._answer(test)
        test.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.env.flush_all()
        self.assertEqual(self.env["mail.mail"].search([]), mails)
        self.assertFalse(
            self.env["mail.notification"].search(
                [
                    ("mail_message_id.model", "=", "helpdesk.ticket"),
                    ("mail_message_id.res_id", "=", test.id),
                    ("res_partner_id", "=", test.partner_id.id),
                ]
            )
        )

    def test_no_count_has_it(self):
        before = self._count()
        test = self._file()
        self.assertNotEqual(self._count(), before)
        self._answer(test)
        self._start().action_archive_test()
        after = self._count()
        # The set-up is done now: that is told on the same page.
        self.assertTrue(before[1].pop("start"))
        self.assertFalse(after[1].pop("start"))
        self.assertEqual(after, before)

    def test_it_stays_archived(self):
        test = self._file()
        self._answer(test)
        self._start().action_archive_test()
        for user in (self.boss, self.env.user):
            with self.assertRaisesRegex(UserError, "stays archived"):
                test.with_user(user).action_unarchive()

    def test_nobody_makes_a_test_of_a_request(self):
        """Whose customer would hear of nothing any more."""
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Real", "description": "x", "company_id": self.new.id}
        )
        with self.assertRaises(AccessError):
            ticket.with_user(self.boss).is_setup_test = True
        with self.assertRaises(AccessError):
            ticket.with_user(self.boss).create(
                {"name": "Mine", "description": "x", "is_setup_test": True}
            )
        self.assertFalse(ticket.copy().is_setup_test)

    def test_a_real_answer_is_as_good(self):
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "Real",
                "description": "x",
                "company_id": self.new.id,
                "team_id": self.new.support_team_id.id,
                "partner_id": self.env["res.partner"]
                .search([("email", "=", "claire@lune.example.com")])
                .id,
            }
        )
        self.assertTrue(self._get_lacks()["test"])
        self._answer(ticket.with_user(self.boss))
        self.assertEqual(self._get_lacks()["test"], "")
