# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import doctest

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from ...const import MACRO_PLACEHOLDERS
from ...tools import macro
from ..sla_common import SlaCase

FILED = "2026-06-01 08:00:00"
LATER = "2026-06-01 09:00:00"
EN = "<p>Hello {{ customer }} of {{ company }}, {{ number }}: {{ resolution_due }}.</p>"
FR = "<p>Bonjour {{ customer }} de {{ company }}, échéance {{ resolution_due }}.</p>"
# In the language of whoever writes it.
NO_PLACEHOLDER = "no placeholder|pas de champ"


class MacroCase(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag = cls.env["helpdesk.ticket.tag"].create(
            {"name": "Printer", "company_id": False}
        )
        cls.macro = cls.env["support.macro"].create({"name": "Due", "body": EN})
        cls.macro.with_context(lang="fr_FR").body = FR
        cls.ticket = cls._create_ticket()
        # An agent has no group of the timesheets, but is an employee.
        cls.env["hr.employee"].create(
            {
                "name": cls.agent.name,
                "user_id": cls.agent.id,
                "company_id": cls.company.id,
            }
        )

    def _open(self, user=None, ticket=None, **vals):
        """Open the dialog on a ticket as its user does.

        :return: a Form
        """
        ticket = ticket or self.ticket
        wizards = self.env["support.macro.send"].with_user(user or self.agent)
        form = Form(wizards.with_context(default_ticket_id=ticket.id))
        for name, value in vals.items():
            form[name] = value
        return form

    def _send(self, user=None, ticket=None, **vals):
        wizard = self._open(user, ticket, **vals).save()
        wizard.action_send()
        self.env.flush_all()
        return wizard


@tagged("post_install", "-at_install")
class TestMacro(MacroCase):
    # === THE TEXT === #

    def test_doctests(self):
        self.assertEqual(doctest.testmod(macro).failed, 0)

    def test_the_customer_s_language(self):
        ticket = self._file(FILED)
        form = self._open(ticket=ticket, macro_id=self.macro)
        self.assertIn("Bonjour support_a1", form.body)
        self.assertIn("de Customer A", form.body)
        # 4 h after 10:00 in Paris, a pause at noon
        self.assertIn("15:00", form.body)
        self.assertIn("lundi", form.body.lower())
        self.assertIn("(Français)", form.reader_notice)
        self.a1.partner_id.lang = "en_US"
        form = self._open(ticket=ticket, macro_id=self.macro)
        self.assertIn(f"of Customer A, {ticket.number}: Monday", form.body)

    def test_values_are_text(self):
        self.a1.partner_id.name = "<script>alert(1)</script> & {{ agent }}"
        body = self._open(macro_id=self.macro).body
        self.assertNotIn("<script", body)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ agent }}", body)

    def test_no_code(self):
        macros = self.env["support.macro"].with_user(self.manager)
        for expression in (
            "object.company_id",
            "env['res.users'].search([])",
            "7 * 6",
            "customer.email",
            "<b>customer</b>",
        ):
            body = f"<p>{{{{ {expression} }}}}</p>"
            with self.assertRaisesRegex(ValidationError, NO_PLACEHOLDER):
                macros.create({"name": "Code", "body": body})
            with self.assertRaisesRegex(ValidationError, NO_PLACEHOLDER):
                self.macro.with_context(lang="fr_FR").write({"body": body})
            with self.assertRaisesRegex(ValidationError, NO_PLACEHOLDER):
                self.macro.update_field_translations("body", {"fr_FR": body})

    def test_qweb_is_no_code_either(self):
        self.macro.with_context(
            lang="fr_FR"
        ).body = '<p>A<t t-out="user.login"/><t t-esc="7*6"/>B</p><script>x()</script>'
        body = self._open(macro_id=self.macro).body
        self.assertNotIn("42", body)
        self.assertNotIn(self.agent.login, body)
        self.assertNotIn("script", body)

    def test_what_is_not_known_is_told(self):
        ticket = self._create_ticket(partner_id=self.b1.partner_id.id)
        form = self._open(ticket=ticket, macro_id=self.macro)
        self.assertIn("resolution_due", form.missing_notice)
        self.assertFalse(self._open(ticket=self._file(FILED)).missing_notice)

    def test_every_placeholder_is_known(self):
        wizard = self._open().save()
        self.assertEqual(wizard._get_placeholders().keys(), {*MACRO_PLACEHOLDERS})

    def test_those_there_are(self):
        macros = self.env["support.macro"].search([("company_id", "=", False)])
        macros -= self.macro
        self.assertEqual(len(macros), 15)
        ticket = self._file(FILED)
        for one in macros:
            form = self._open(ticket=ticket, macro_id=one)
            self.assertIn("support_a1", form.body, one.name)
            self.assertNotIn("{{", form.body, one.name)
            self.assertFalse(form.missing_notice, one.name)

    # === WHAT IS DONE === #

    def test_everything_in_one_click(self):
        self.macro.write(
            {
                "stage_id": self.stage_awaiting.id,
                "tag_ids": [Command.set(self.tag.ids)],
                "assignment": "me",
                "minutes": 15,
                "time_note": "Looked at it",
            }
        )
        ticket = self._file(FILED)
        with self.at(LATER):
            self._send(ticket=ticket, macro_id=self.macro)
        self.assertEqual(ticket.stage_id, self.stage_awaiting)
        self.assertEqual(ticket.tag_ids, self.tag)
        self.assertEqual(ticket.user_id, self.agent)
        line = ticket.timesheet_ids
        self.assertEqual(line.support_real_hours, 0.25)
        self.assertEqual(line.name, "Looked at it")
        self.assertEqual(line.user_id, self.agent)
        # An answer like any other: the clock, the customer, the hold.
        self.assertClock(ticket, "response", "met", "2026-06-01 13:00:00")
        self.assertEqual(ticket.resolution_state, "held")
        message = ticket.message_ids.filtered(
            lambda one: one.author_id == self.agent.partner_id
            and one.message_type == "comment"
        )
        self.assertIn("Bonjour support_a1", message.body)
        self.assertIn(self.a1.partner_id, message.notified_partner_ids)

    def test_the_text_is_edited_first(self):
        form = self._open(macro_id=self.macro)
        form.body = "<p>By hand<script>x()</script></p>"
        form.save().action_send()
        self.assertEqual(self.ticket.message_ids[0].body, "<p>By hand</p>")

    def test_without_a_macro(self):
        self._send(body="<p>Just so</p>")
        self.assertEqual(self.ticket.message_ids[0].body, "<p>Just so</p>")
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    def test_nothing_to_send(self):
        with self.assertRaisesRegex(UserError, "nothing to send"):
            self._send()

    def test_send_and_hold(self):
        self._open(macro_id=self.macro).save().action_send_hold()
        self.assertEqual(self.ticket.stage_id, self.stage_awaiting)

    def test_send_and_close(self):
        ticket = self._file(FILED)
        with self.at(LATER):
            self._open(ticket=ticket, macro_id=self.macro).save().action_send_close()
            self.env.flush_all()
        self.assertEqual(ticket.stage_id, self.stage_done)
        self.assertEqual(ticket.response_state, "met")
        self.assertEqual(ticket.resolution_state, "met")

    def test_nobody_s(self):
        self.ticket.user_id = self.manager
        self.macro.assignment = "nobody"
        self._send(macro_id=self.macro)
        self.assertFalse(self.ticket.user_id)

    def test_all_or_nothing(self):
        """Nothing is sent if one of the things to do is refused."""
        stranger = new_test_user(
            self.env, "no_member", "helpdesk_mgmt.group_helpdesk_user"
        )
        self.macro.write({"assignment": "user", "user_id": stranger.id})
        before = self.ticket.message_ids
        with self.assertRaisesRegex(UserError, f"{self.ticket.number}.*of its team"):
            self._send(macro_id=self.macro)
        self.assertEqual(self.ticket.message_ids, before)

    def test_a_stage_of_another_team(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        stage = self.stage_awaiting.copy({"team_ids": [Command.set(other.ids)]})
        self.macro.stage_id = stage
        form = self._open(macro_id=self.macro)
        self.assertFalse(form.stage_id)
        wizard = form.save()
        wizard.stage_id = stage
        with self.assertRaisesRegex(UserError, "no stage of the team"):
            wizard.action_send()

    # === WHO MAY === #

    def test_managers_edit(self):
        with self.assertRaises(AccessError):
            self.macro.with_user(self.agent).name = "Mine"
        self.macro.with_user(self.manager).name = "Ours"
        self.assertEqual(self.macro.name, "Ours")

    def test_of_a_team(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        self.macro.team_ids = other
        self.assertNotIn(self.macro, self._open().usable_macro_ids[:])
        macros = self.env["support.macro"]
        self.assertFalse(
            macros.with_user(self.agent).search([("id", "=", self.macro.id)])
        )
        self.assertTrue(
            macros.with_user(self.manager).search([("id", "=", self.macro.id)])
        )

    def test_of_another_company(self):
        beta = self.env["res.company"].create({"name": "Beta"})
        self.macro.company_id = beta
        for user in (self.agent, self.manager):
            found = (
                self.env["support.macro"]
                .with_user(user)
                .search([("id", "=", self.macro.id)])
            )
            self.assertFalse(found)

    def test_who_may_not_write(self):
        own = new_test_user(
            self.env, "own_sender", "helpdesk_mgmt.group_helpdesk_user_own"
        )
        self.ticket.user_id = self.manager
        with self.assertRaises(AccessError):
            self._send(user=own, macro_id=self.macro)


@tagged("post_install", "-at_install")
class TestMacroTour(MacroCase, HttpCase):
    browser_size = "1440x900"

    def test_agent_answers_with_a_macro(self):
        self.a1.partner_id.name = "Camille"
        self.ticket.user_id = self.agent
        self.macro.body = "<p>Bonjour {{ customer }}, voici la réponse.</p>"
        self.macro.with_context(lang="fr_FR").body = self.macro.body
        self.env["mail.canned.response"].with_user(self.manager).create(
            {
                "source": "reload",
                "substitution": "Please reload the page and try again.",
                "group_ids": [
                    Command.set(
                        self.env.ref("helpdesk_mgmt.group_helpdesk_user_own").ids
                    )
                ],
            }
        )
        self.start_tour(
            f"/odoo/action-helpdesk_mgmt.helpdesk_ticket_action/{self.ticket.id}",
            "omydoo_helpdesk_agent_answers_with_a_macro",
            login=self.agent.login,
        )
        self.env.invalidate_all()
        self.assertEqual(self.ticket.stage_id, self.stage_done)
        bodies = self.ticket.message_ids.mapped("body")
        self.assertTrue(any("reload the page" in body for body in bodies), bodies)
        self.assertTrue(any("Bonjour Camille" in body for body in bodies), bodies)
