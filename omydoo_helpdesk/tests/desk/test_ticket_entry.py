# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import etree

from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from ..sla_common import SlaCase


@tagged("post_install", "-at_install")
class TestTicketEntry(SlaCase):
    """A ticket that an agent types in, or copies, as the least of agents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.least = new_test_user(
            cls.env,
            "support_least",
            groups="helpdesk_mgmt.group_helpdesk_user_own",
            company_id=cls.company.id,
        )
        cls.tickets = cls.env["helpdesk.ticket"].with_user(cls.least)
        cls.second = cls.env["helpdesk.ticket.team"].create(
            {"name": "Second", "company_id": cls.company.id, "sequence": 99}
        )
        cls.vals = {"name": "A call", "description": "<p>It rings</p>"}

    # === TEAM (A12) === #

    def test_call_goes_to_the_agents_team(self):
        self.team.user_ids = [Command.link(self.least.id)]
        self.company.support_team_id = self.second
        ticket = self.tickets.create(self.vals)
        self.assertEqual(ticket.team_id, self.team)
        form = Form(self.tickets)
        self.assertEqual(form.team_id, self.team)
        form.name = "Another"
        form.description = "x"
        typed = form.save()
        self.assertEqual(typed.team_id, self.team)
        self.assertEqual(typed.stage_id, ticket.stage_id)
        result = self.tickets.load(["name", "description"], [["In a file", "x"]])
        self.assertFalse(result["messages"])
        self.assertEqual(self.tickets.browse(result["ids"]).team_id, self.team)

    def test_agent_without_team_takes_the_companys(self):
        self.assertFalse(self.tickets.create(self.vals).team_id)
        self.company.support_team_id = self.second
        self.assertEqual(self.tickets.create(self.vals).team_id, self.second)
        self.assertEqual(Form(self.tickets).team_id, self.second)
        self.second.active = False
        self.assertFalse(self.tickets.create(self.vals).team_id)

    def test_given_team_and_assignee_win(self):
        (self.team + self.second).user_ids = [Command.link(self.least.id)]
        self.assertEqual(self.tickets.create(self.vals).team_id, self.team)
        given = self.tickets.create({**self.vals, "team_id": self.second.id})
        self.assertEqual(given.team_id, self.second)
        assigned = self.env["helpdesk.ticket"].create(
            {**self.vals, "user_id": self.agent.id}
        )
        self.assertEqual((assigned.team_id, assigned.user_id), (self.team, self.agent))
        default = self.tickets.with_context(default_team_id=self.second.id)
        self.assertEqual(default.create(self.vals).team_id, self.second)
        none = self.env["helpdesk.ticket"].create({**self.vals, "team_id": False})
        self.assertFalse(none.team_id)

    def test_team_of_another_company_is_not_taken(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.second.company_id = other
        self.second.user_ids = self.least
        self.assertFalse(self.tickets.create(self.vals).team_id)

    def test_title_of_what_is_typed(self):
        new = self.tickets.new({})
        self.assertEqual(new.display_name, "New Ticket")
        new.name = "A call"
        self.assertEqual(new.display_name, "A call")
        ticket = self.tickets.create(self.vals)
        self.assertEqual(ticket.display_name, f"{ticket.number} - A call")

    # === COPY (A6, C11) === #

    def test_copy_is_another_request(self):
        order = self.env["sale.order"].create({"partner_id": self.customer_a.id})
        project = self.env["project.project"].create({"name": "Theirs"})
        task = self.env["project.task"].create(
            {"name": "Theirs", "project_id": project.id}
        )
        ticket = self._create_ticket(
            user_id=False,
            sale_order_ids=order.ids,
            project_id=project.id,
            task_id=task.id,
            claimed_priority="3",
        )
        self.team.user_ids = [Command.link(self.least.id)]
        ticket.user_id = self.least
        for user in (self.least, self.agent, self.project_manager):
            with self.subTest(user.login):
                copy = ticket.with_user(user).copy().sudo()
                self.assertNotEqual(copy.number, ticket.number)
                self.assertEqual(copy.partner_id, ticket.partner_id)
                self.assertEqual(copy.description, ticket.description)
                self.assertFalse(copy.sale_order_ids)
                self.assertFalse(copy.project_id + copy.task_id.project_id)
                self.assertFalse(copy.task_id)
                self.assertFalse(copy.claimed_priority)
                self.assertFalse(copy.closed_date)

    def test_copy_of_what_is_closed_is_open(self):
        """https://github.com/Dolibarr/dolibarr/issues/38559: it carried the times of
        the original, and the day of the copy as that of its closing.
        """
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with self.at("2026-06-01 08:00:00"):
            ticket = self._create_ticket()
            ticket.stage_id = done
            self.env.flush_all()
        with self.at("2026-06-10 08:00:00"):
            copy = ticket.with_user(self.agent).copy().sudo()
            self.env.flush_all()
        self.assertFalse(copy.stage_id.closed)
        self.assertFalse(copy.closed_date)
        self.assertEqual(str(copy.filed_at), "2026-06-10 08:00:00")
        self.assertFalse(copy.is_closing_told)

    # === THE VIEWS === #

    def _get_arch(self, kind):
        return etree.fromstring(self.tickets.get_view(view_type=kind)["arch"])

    def test_nothing_of_cover_before_it_is_qualified(self):
        """On a subscriber's ticket, *Not covered* would say the opposite (A14)."""
        ticket = self._create_ticket(category_id=False)
        self.assertEqual((ticket.scope, ticket.coverage), ("to_qualify", "none"))
        for kind in ("form", "list"):
            with self.subTest(kind):
                badge = self._get_arch(kind).find(".//field[@name='coverage']")
                self.assertEqual(badge.get("invisible"), "scope == 'to_qualify'")

    def test_priority_changes_where_its_reason_is_given(self):
        """A click on a star saves at once elsewhere, and would be refused (A1)."""
        field = ".//field[@name='priority'][@widget='priority']"
        self.assertIn(
            "'autosave': False", self._get_arch("form").find(field).get("options")
        )
        self.assertEqual(self._get_arch("list").find(field).get("readonly"), "1")
        card = self._get_arch("kanban").find(f".//footer//{field[3:]}")
        self.assertEqual(card.get("readonly"), "1")

    def test_holds_are_grouped_by_party(self):
        ticket = self._file("2026-06-01 07:00:00", stage_id=self.stage_awaiting.id)
        self._file("2026-06-01 07:00:00")
        groups = self.env["helpdesk.ticket"]._read_group(
            [("partner_id", "=", self.a1.partner_id.id)],
            ["hold_party"],
            ["id:recordset"],
        )
        self.assertEqual(dict(groups)["customer"], ticket)
        ticket.stage_id = self.stage_progress
        self.assertFalse(ticket.hold_party)
