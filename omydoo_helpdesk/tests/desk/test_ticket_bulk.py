# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..sla_common import SlaCase

FEW, MANY = 5, 50


@tagged("post_install", "-at_install")
class TestTicketBulk(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = cls.env["helpdesk.ticket"].concat(
            *(cls._create_ticket(name=f"Request {number}") for number in range(3))
        )
        cls.tag = cls.env["helpdesk.ticket.tag"].create(
            {"name": "Printer", "company_id": False}
        )

    def _open(self, tickets=None, user=None):
        tickets = self.tickets if tickets is None else tickets
        wizards = self.env["support.ticket.bulk"].with_user(user or self.agent)
        return Form(
            wizards.with_context(active_model=tickets._name, active_ids=tickets.ids)
        )

    def _apply(self, tickets=None, user=None, **vals):
        form = self._open(tickets, user)
        for name, value in vals.items():
            form[name] = value
        form.save().action_apply()
        self.env.flush_all()

    def assertRefused(self, ticket, reason, **vals):
        """Check that nothing is changed, and that the ticket in the way is named."""
        before = self.tickets.read(["stage_id", "user_id", "priority", "tag_ids"])
        with self.assertRaisesRegex(
            UserError, f"(?s)Nothing was changed.*{ticket.number}: .*{reason}"
        ):
            self._apply(tag_ids=self.tag, **vals)
        self.env.invalidate_all()
        self.assertEqual(
            self.tickets.read(["stage_id", "user_id", "priority", "tag_ids"]), before
        )

    def test_everything_at_once(self):
        self.tickets[0].with_user(self.agent).write(
            {"priority": "3", "priority_reason": "The shop is closed"}
        )
        self._apply(
            stage_id=self.stage_awaiting,
            assignment="me",
            priority="3",
            priority_reason="Season begins",
            tag_ids=self.tag,
        )
        for ticket in self.tickets:
            self.assertEqual(ticket.stage_id, self.stage_awaiting)
            self.assertEqual(ticket.user_id, self.agent)
            self.assertEqual(ticket.priority, "3")
            self.assertEqual(ticket.tag_ids, self.tag)
            self.assertEqual(ticket.resolution_state, "held")
        # Who had that priority keeps the reason it was given for.
        self.assertEqual(
            self.tickets.mapped("priority_reason"),
            ["The shop is closed", "Season begins", "Season begins"],
        )

    def test_empty_stays_as_it_is(self):
        self.tickets[1].user_id = self.manager
        self._apply(tag_ids=self.tag)
        self.assertEqual(self.tickets[1].user_id, self.manager)
        self.assertEqual(self.tickets.stage_id, self.stage_new)
        self.assertEqual(self.tickets.tag_ids, self.tag)

    def test_nothing_chosen(self):
        with self.assertRaisesRegex(UserError, "what is to be changed"):
            self._apply()

    def test_a_priority_needs_its_reason(self):
        form = self._open()
        form.priority = "3"
        with self.assertRaises(AssertionError):  # required in the form
            form.save()

    def test_a_stage_of_another_team(self):
        other = self.env["helpdesk.ticket.team"].create(
            {"name": "Other", "user_ids": [Command.set(self.agent.ids)]}
        )
        self.tickets[1].team_id = other
        stage = self.stage_awaiting.copy({"team_ids": [Command.set(self.team.ids)]})
        self.assertNotIn(stage, self._open().usable_stage_ids[:])
        wizard = self._open().save()
        wizard.write({"stage_id": stage.id, "tag_ids": [Command.set(self.tag.ids)]})
        with self.assertRaisesRegex(UserError, f"{self.tickets[1].number}: its team"):
            wizard.action_apply()
        self.assertEqual(self.tickets.stage_id, self.stage_new)

    def test_a_colleague_of_another_team(self):
        stranger = new_test_user(
            self.env, "bulk_stranger", "helpdesk_mgmt.group_helpdesk_user"
        )
        self.assertRefused(
            self.tickets[0], "of its team", assignment="user", user_id=stranger
        )

    def test_a_team_that_assigns_by_hand(self):
        self.assertRefused(self.tickets[2], "by hand", assignment="team")

    def test_one_refuses_when_it_is_written(self):
        """Whatever rule is in the way: the ticket is found, the others stay."""
        refusing = self.tickets[1]
        cls = type(self.env["helpdesk.ticket"])
        write = cls.write

        def refuse(tickets, vals):
            res = write(tickets, vals)
            if refusing in tickets and "stage_id" in vals:
                raise ValidationError("it is being invoiced.")
            return res

        with patch.object(cls, "write", refuse):
            self.assertRefused(refusing, "being invoiced", stage_id=self.stage_awaiting)

    def test_who_may_not_write(self):
        self.env["ir.rule"].create(
            {
                "name": "This one is closed to all",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "domain_force": f"[('id', '!=', {self.tickets[1].id})]",
                "perm_read": False,
            }
        )
        with self.assertRaisesRegex(
            UserError, f"{self.tickets[1].number}: you may not change it"
        ):
            self._apply(tag_ids=self.tag)
        self.assertFalse(self.tickets.tag_ids)

    def test_statements_by_batch(self):
        few, many = (
            self._create_ticket(name="Few").concat(
                *(self._create_ticket(name=str(number)) for number in range(count - 1))
            )
            for count in (FEW, MANY)
        )
        self._count(few, self.manager)
        counted = [
            self._count(few, self.project_manager),
            self._count(many, self.manager),
        ]
        self.assertLessEqual(counted[1] - counted[0], 8)

    def _count(self, tickets, user):
        form = self._open(tickets)
        form.assignment = "user"
        form.user_id = user
        form.tag_ids = self.tag
        wizard = form.save()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        wizard.action_apply()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
