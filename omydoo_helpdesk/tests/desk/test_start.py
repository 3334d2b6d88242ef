# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .start_common import MANAGER, StartCase


@tagged("post_install", "-at_install")
class TestStart(StartCase):
    """A new desk is set up from one page, which knows what lacks from what there is."""

    def test_nothing_is_there(self):
        lacks = self._get_lacks()
        self.assertEqual(
            set(lacks),
            {
                "company",
                "hours",
                "plans",
                "team",
                "mail",
                "charter",
                "customer",
                "test",
            },
        )
        self.assertNotIn("", lacks.values())
        self.assertFalse(self._start().is_done)

    def test_each_step_is_on_the_page_in_the_order_of_a_first_day(self):
        arch = etree.fromstring(
            self.env["support.start"].with_user(self.boss).get_view()["arch"]
        )
        names = [node.get("name") for node in arch.iter("div") if node.get("name")]
        self.assertEqual(
            [name for name in names if f"{name}_lacks" in self.env["support.start"]],
            [
                "company",
                "hours",
                "plans",
                "team",
                "mail",
                "charter",
                "customer",
                "test",
            ],
        )

    def test_only_for_its_manager(self):
        agent = self._new_user("start_agent", "helpdesk_mgmt.group_helpdesk_user")
        for user in (agent, self.colleague):
            with self.assertRaises(AccessError):
                self.env["support.start"].with_user(user).action_open()
        desk = self.env["helpdesk.ticket"]
        self.assertFalse(desk.with_user(agent).get_my_desk()["start"])
        self.assertEqual(
            desk.with_user(self.boss).get_my_desk()["start"], {"done": 0, "total": 7}
        )

    def test_no_other_company(self):
        start = self._start(phone="+33 1 00 00 00 00")
        with self.assertRaises(AccessError), self.cr.savepoint():
            start.company_id = self.company  # by RPC
        start.sudo().company_id = self.company  # the last guard
        start.invalidate_recordset()
        for name in (
            "action_set_phone",
            "action_set_hours",
            "action_add_holidays",
            "action_make_plans",
            "action_set_team",
            "action_set_mail",
            "action_make_charter",
            "action_subscribe",
            "action_file_test",
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(start, name)()

    def test_nobody_else_s_page(self):
        start = self._start()
        other = self._new_user("start_other", MANAGER)
        with self.assertRaises(AccessError):
            start.with_user(other).read(["phone"])

    def test_telephone(self):
        self._start(phone="+33 1 99 00 00 00").action_set_phone()
        self.assertEqual(self.new.support_phone, "+33 1 99 00 00 00")
        self.assertEqual(self._get_lacks()["company"], "")

    def test_who_sets_the_country_is_named(self):
        self.new.write({"country_id": False, "support_phone": "1"})
        self.assertIn(self.admin.name, self._get_lacks()["company"])

    def test_team(self):
        self._start(team_name="Secours").action_set_team()
        team = self.new.support_team_id
        self.assertEqual(
            (team.name, team.company_id, team.user_id, team.user_ids),
            ("Secours", self.new, self.boss, self.boss),
        )
        self.assertEqual(self._get_lacks()["team"], "")
        self._start(team_name="Support").action_set_team()
        self.assertEqual(self.new.support_team_id, team)
        self.assertEqual(team.name, "Support")

    def test_team_of_somebody_whose_right_another_gives(self):
        self._start(team_user_ids=[Command.link(self.colleague.id)]).action_set_team()
        lacks = self._get_lacks()["team"]
        self.assertIn(self.colleague.name, lacks)
        self.assertIn(self.admin.name, lacks)
        self.assertNotIn(self.boss.name, lacks)
        self.assertFalse(
            self.colleague.has_group("helpdesk_mgmt.group_helpdesk_user_own")
        )

    def test_team_by_who_may_give_rights(self):
        boss = self._new_user("start_full", f"{MANAGER},base.group_erp_manager")
        self._start(
            boss, team_user_ids=[Command.link(self.colleague.id)]
        ).action_set_team()
        self.assertTrue(self.colleague.has_group("helpdesk_mgmt.group_helpdesk_user"))
        self.assertFalse(self.colleague.has_group(MANAGER))
        self.assertEqual(self._get_lacks(boss)["team"], "")

    def test_mail(self):
        """It says what lacks next, and who has it: an administrator has most of it."""
        self.new.alias_domain_id = False
        self.env["fetchmail.server"].search([]).active = False
        self.assertIn("The team first", self._get_lacks()["mail"])
        self._start().action_set_team()
        lacks = self._get_lacks()["mail"]
        self.assertIn("domain", lacks)
        self.assertIn(self.admin.name, lacks)
        self.new.alias_domain_id = self.env["mail.alias.domain"].create(
            {"name": "nouvelle.example.com", "company_ids": [Command.link(self.new.id)]}
        )
        self.assertIn("address itself", self._get_lacks()["mail"])
        self._start(mail_name="aide").action_set_mail()
        self.assertEqual(
            self.new.support_team_id.alias_email, "aide@nouvelle.example.com"
        )
        lacks = self._get_lacks()["mail"]
        self.assertIn("aide@nouvelle.example.com", lacks)
        self.assertIn(self.admin.name, lacks)
        self.env["fetchmail.server"].create(
            {"name": "Mails", "server_type": "imap", "state": "done"}
        )
        self.assertEqual(self._get_lacks()["mail"], "")

    def test_a_mail_that_came_is_proof_enough(self):
        self.env["fetchmail.server"].search([]).active = False
        self.new.alias_domain_id = self.env["mail.alias.domain"].create(
            {"name": "nouvelle.example.com", "company_ids": [Command.link(self.new.id)]}
        )
        self._start().action_set_team()
        self._start(mail_name="aide").action_set_mail()
        self.assertIn("Nothing brings", self._get_lacks()["mail"])
        self.env["mail.thread"].message_process(
            "helpdesk.ticket",
            "From: Claire <claire@lune.example.com>\n"
            "To: aide@nouvelle.example.com\nSubject: Hello\nMessage-Id: <start-1@x>\n"
            "Content-Type: text/plain\n\nHello",
        )
        self.assertEqual(self._get_lacks()["mail"], "")

    def test_all_of_it(self):
        """Done but for the mail, which can wait: the page goes, and can be called."""
        self._subscribe()
        action = self._start().action_file_test()
        test = self.env["helpdesk.ticket"].browse(action["res_id"])
        test.with_user(self.boss).message_post(
            body="Here", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertIn("archive", self._get_lacks()["test"])
        self._start().action_archive_test()
        lacks = self._get_lacks()
        self.assertTrue(lacks.pop("mail"))
        self.assertEqual(set(lacks.values()), {""})
        desk = self.env["helpdesk.ticket"].with_user(self.boss)
        self.assertFalse(desk.get_my_desk()["start"])
        start = self._start()
        self.assertTrue(start.is_done)
        # What was typed the first time is there to be changed.
        self.assertEqual(start.phone, "+33 1 99 00 00 00")
        self.assertEqual(start.team_user_ids, self.boss)
