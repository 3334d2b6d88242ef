# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..common import SupportCase


@tagged("post_install", "-at_install")
class TestSupportSettings(SupportCase):
    """A17: the manager of the desk decides its settings, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.beta = cls.env["res.company"].create({"name": "Beta"})

    def test_manager_saves_the_form(self):
        action = self.env["res.company"].with_user(self.manager)
        action = action.action_support_settings()
        self.assertEqual(action["res_id"], self.company.id)
        view = self.env["ir.ui.view"].browse(action["views"][0][0])
        with Form(self.company.with_user(self.manager), view) as form:
            form.support_reopen_days = 21
            form.support_team_id = self.team
        self.assertEqual(self.company.support_reopen_days, 21)
        self.assertEqual(self.company.support_team_id, self.team)

    def _get_values(self):
        names = self.env["res.company"].with_user(self.manager)._get_support_settings()
        self.env.flush_all()
        self.company.invalidate_recordset()
        return {name: self.company[name] for name in names}

    def test_saved_as_it_was_opened_changes_nothing(self):
        """A default on a setting writes over what the company chose, at each visit.

        https://github.com/OCA/contract/pull/1434
        """
        self.company.write(
            {
                "support_reopen_days": 0,
                "support_acknowledge": False,
                "support_time_rounding": 0,
                "support_pack_alert_percent": 0,
                "support_phone": "+33 1 00 00 00 00",
                "support_team_id": self.team.id,
            }
        )
        before = self._get_values()
        Form(self.env["res.config.settings"]).save().execute()
        self.assertEqual(self._get_values(), before)
        view = self.env.ref("omydoo_helpdesk.support_settings_view_form")
        Form(self.company.with_user(self.manager), view).save()
        self.assertEqual(self._get_values(), before)

    def test_what_is_discarded_is_not_saved(self):
        """Some values were written although nobody had saved them.

        https://github.com/odoo/odoo/pull/25028
        """
        before = self._get_values()
        view = self.env.ref("omydoo_helpdesk.support_settings_view_form")
        for form in (
            Form(self.env["res.config.settings"]),
            Form(self.company.with_user(self.manager), view),
        ):
            form.support_reopen_days = 3
            form.support_acknowledge = not before["support_acknowledge"]
        self.assertEqual(self._get_values(), before)

    def test_all_settings_are_on_both_forms(self):
        """What administrators set, the manager of the desk sets too."""
        companies = self.env["res.company"].with_user(self.manager)
        names = companies._get_support_settings()
        arch = self.env.ref("omydoo_helpdesk.support_settings_view_form").arch
        settings = self.env["res.config.settings"]._fields
        for name in names:
            with self.subTest(name):
                self.assertIn(f'name="{name}"', arch)
                self.assertIn(name, settings)

    def test_nothing_else_of_the_company(self):
        company = self.company.with_user(self.manager)
        for vals in (
            {"name": "Mine"},
            {"support_reopen_days": 3, "name": "Mine"},
            {"currency_id": self.env.ref("base.EUR").id},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                company.write(vals)
        self.assertNotEqual(self.company.name, "Mine")

    def test_mails_that_do_not_leave(self):
        """Which mails the desk sends is for who runs it to say; editing them is not."""
        company = self.company.with_user(self.manager)
        mails = company.support_mail_ids
        closed = self.env.ref("omydoo_helpdesk.mail_template_closed")
        self.assertIn(closed, mails)
        view = self.env.ref("omydoo_helpdesk.support_settings_view_form")
        with Form(company, view) as form:
            form.support_silent_mail_ids.add(closed)
        self.assertEqual(self.company.support_silent_mail_ids, closed)
        company.support_silent_mail_ids = False
        self.assertFalse(self.company.support_silent_mail_ids)
        other = self.env.ref("sale.email_template_edi_sale")
        for command in (
            Command.link(other.id),
            Command.set([closed.id, other.id]),
            Command.create({"name": "Mine"}),
            Command.update(closed.id, {"subject": "Mine"}),
            Command.delete(closed.id),
        ):
            with self.subTest(command), self.assertRaises(AccessError):
                company.write({"support_silent_mail_ids": [command]})
        self.assertNotEqual(closed.subject, "Mine")

    def test_nobody_else(self):
        for user in (self.agent, self.project_manager, self.a1):
            with self.subTest(user.login):
                company = self.company.with_user(user)
                with self.assertRaises(AccessError):
                    company.write({"support_reopen_days": 3})
                with self.assertRaises(AccessError):
                    company.action_support_settings()

    def test_only_the_company_that_the_manager_works_in(self):
        with self.assertRaises(AccessError):
            self.beta.with_user(self.manager).write({"support_reopen_days": 3})
        self.manager.company_ids = [Command.link(self.beta.id)]
        with self.assertRaises(AccessError):
            self.beta.with_user(self.manager).with_context(
                allowed_company_ids=self.company.ids
            ).write({"support_reopen_days": 3})
        self.beta.with_user(self.manager).with_company(self.beta).write(
            {"support_reopen_days": 3}
        )
        self.assertEqual(self.beta.support_reopen_days, 3)

    def test_only_records_of_that_company(self):
        foreign = self.env["helpdesk.ticket.team"].create(
            {"name": "Beta's", "company_id": self.beta.id}
        )
        with self.assertRaises(AccessError):
            self.company.with_user(self.manager).support_team_id = foreign
        self.assertNotEqual(self.company.support_team_id, foreign)

    def test_administrators_as_before(self):
        self.env.user.group_ids = [Command.link(self.env.ref("base.group_system").id)]
        self.company.write({"name": "Renamed", "support_reopen_days": 4})
        self.assertEqual(
            (self.company.name, self.company.support_reopen_days), ("Renamed", 4)
        )
