# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from ..sla_common import SlaCase

NOW = "2026-06-03 10:00:00"  # noon in Paris, a Wednesday
LIMIT = "odoo.addons.omydoo_helpdesk.report.helpdesk_ticket_my_desk.DESK_COUNT_LIMIT"


@tagged("post_install", "-at_install")
class TestMyDesk(SlaCase):
    """Each figure is what its list shows, to the same user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What there is besides is not of this desk.
        cls.env["helpdesk.ticket"].search([]).active = False
        cls.company.helpdesk_mgmt_ticket_auto_assign = False
        cls.env["sale.order"].search([("state", "=", "sent")]).state = "draft"

    def _get_desk(self, user=None, moment=NOW):
        with self.at(moment):
            return (
                self.env["helpdesk.ticket"].with_user(user or self.agent).get_my_desk()
            )

    def _get_tiles(self, user=None, moment=NOW):
        desk = self._get_desk(user, moment)
        return {
            tile["name"]: tile
            for section in desk["sections"]
            for tile in section["tiles"]
        }

    def _get_counts(self, user=None, moment=NOW):
        tiles = self._get_tiles(user, moment)
        return {name: tile["count"] for name, tile in tiles.items()}

    def _file_day(self):
        """File a ticket of each kind.

        :return: by the name of the tile
        """
        mine = {"user_id": self.agent.id}
        return {
            # Filed on Tuesday: both were due within 4 hours of work.
            "late": self._file("2026-06-02 07:00:00", **mine),
            # Filed at half past eight: for half past one, with the break.
            "at_risk": self._file("2026-06-03 06:30:00", **mine),
            # For half past four.
            "today": self._file("2026-06-03 09:30:00", **mine),
            "untaken": self._file("2026-06-03 09:30:00"),
            "untaken_late": self._file("2026-06-02 07:00:00"),
            "to_qualify": self._file("2026-06-03 09:30:00", category_id=False),
        }

    def test_what_waits_for_an_agent(self):
        self._file_day()
        closed = self._file("2026-06-02 07:00:00", user_id=self.agent.id)
        self._write("2026-06-02 08:00:00", closed, stage_id=self.stage_done.id)
        self._file("2026-06-02 07:00:00", user_id=self.manager.id)
        # A duplicate stays in its stage where the company names none for it.
        duplicate = self._file("2026-06-03 09:30:00", category_id=False)
        self._write("2026-06-03 09:40:00", duplicate, duplicate_id=closed.id)
        self.assertFalse(duplicate.closed)
        self.assertEqual(
            self._get_counts(),
            {
                "late": 1,
                "at_risk": 1,
                "waiting": 3,
                "today": 2,
                "untaken": 3,
                "untaken_late": 1,
                "to_qualify": 1,
            },
        )

    def test_an_answer_ends_waiting(self):
        tickets = self._file_day()
        self._answer("2026-06-03 09:45:00", tickets["today"])
        self.assertEqual(self._get_counts()["waiting"], 2)

    def test_each_figure_is_what_its_list_shows(self):
        self._file_day()
        for user in (self.agent, self.project_manager, self.manager):
            for name, tile in self._get_tiles(user).items():
                with self.at(NOW), self.subTest(user=user.login, tile=name):
                    model = self.env[tile["model"]].with_user(user)
                    self.assertEqual(
                        len(model.search(Domain(tile["domain"]))), tile["count"]
                    )
                    action = self.env["ir.actions.act_window"]._for_xml_id(
                        tile["action"]
                    )
                    self.assertEqual(action["res_model"], tile["model"])
                    self.assertTrue(tile["empty"])

    def test_nothing_to_do_is_said(self):
        self.assertEqual(set(self._get_counts().values()), {0})
        self.assertFalse(self._get_desk()["timer"])

    def test_tickets_of_other_teams(self):
        other = self.env["helpdesk.ticket.team"].create(
            {"name": "Other", "user_ids": [Command.set(self.manager.ids)]}
        )
        self._file("2026-06-03 09:30:00", team_id=other.id)
        self.assertEqual(self._get_counts()["untaken"], 0)
        self.team.user_ids = [Command.unlink(self.manager.id)]
        self._file("2026-06-03 09:30:00")
        self.assertEqual(self._get_counts(self.manager)["untaken"], 1)
        # Who is in no team looks after all.
        other.user_ids = [Command.clear()]
        self.assertEqual(self._get_counts(self.manager)["untaken"], 2)

    def test_record_rules_and_companies(self):
        own = new_test_user(
            self.env, "desk_own", "helpdesk_mgmt.group_helpdesk_user_own"
        )
        self._file("2026-06-02 07:00:00", user_id=self.agent.id)
        self._file("2026-06-02 07:00:00", user_id=self.agent.id, category_id=False)
        self.assertEqual(self._get_counts(own)["to_qualify"], 0, "not theirs to read")
        beta = self.env["res.company"].create({"name": "Beta"})
        stranger = new_test_user(
            self.env,
            "desk_beta",
            "helpdesk_mgmt.group_helpdesk_manager",
            company_id=beta.id,
            company_ids=[Command.set(beta.ids)],
        )
        self.assertEqual(set(self._get_counts(stranger).values()), {0})

    def test_figures_are_capped(self):
        for _number in range(3):
            self._file("2026-06-03 09:30:00")
        with patch(LIMIT, 2):
            tile = self._get_tiles()["untaken"]
        self.assertEqual((tile["count"], tile["is_capped"]), (2, True))
        with patch(LIMIT, 3):
            tile = self._get_tiles()["untaken"]
        self.assertEqual((tile["count"], tile["is_capped"]), (3, False))

    def test_project_manager(self):
        self.assertNotIn("to_convert", self._get_tiles())
        ticket = self._file(
            "2026-06-01 07:00:00",
            category_id=self.category_out.id,
            user_id=self.agent.id,
        )
        with self.at("2026-06-02 07:00:00"):
            self.env["helpdesk.ticket.handover"].with_user(self.agent).create(
                {
                    "ticket_ids": [Command.set(ticket.ids)],
                    "user_id": self.project_manager.id,
                    "action": "quotation",
                }
            ).action_hand_over()
            self.env.flush_all()
        order = self.env["sale.order"].create({"partner_id": self.customer_a.id})
        order.state = "sent"
        order.ticket_ids = ticket
        tiles = self._get_tiles(self.project_manager)
        self.assertEqual(tiles["to_convert"]["count"], 1)
        self.assertIn(self.agent.name, tiles["to_convert"]["note"])
        self.assertEqual(tiles["quotations"]["count"], 1)
        self.assertEqual(tiles["packs"]["count"], 0)
        self.assertEqual(tiles["changes"]["count"], 0)
        self.assertEqual(self._get_counts(self.manager)["to_convert"], 0, "another's")

    def test_timer(self):
        ticket = self._file("2026-06-03 07:00:00", user_id=self.agent.id)
        self.env["hr.employee"].create({"name": "Agent", "user_id": self.agent.id})
        with self.at("2026-06-03 08:15:00"):
            ticket.with_user(self.agent).action_timer_start()
        self.assertEqual(
            self._get_desk()["timer"],
            {
                "ticket_id": ticket.id,
                "title": ticket.display_name,
                "started_at": "2026-06-03 08:15:00",
            },
        )
        self.assertFalse(self._get_desk(self.manager)["timer"])

    def test_who_does_not_work_here(self):
        employee = new_test_user(self.env, "desk_employee")
        for user in (employee, self.a1):
            tickets = self.env["helpdesk.ticket"].with_user(user)
            with self.assertRaisesRegex(AccessError, "works at the desk"):
                tickets.get_my_desk()
        with self.assertRaisesRegex(AccessError, "works at the desk"):
            self.env["helpdesk.ticket"].with_user(self.agent).get_desk_overview()

    def test_as_many_statements_whatever_there_is(self):
        self._file_day()
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        tickets.get_my_desk()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            tickets.get_my_desk()
            return self.env.cr.sql_log_count - before

        few = count()
        for _number in range(5):
            self._file_day()
        self.assertEqual(count(), few)


@tagged("post_install", "-at_install")
class TestDeskOverview(SlaCase):
    """The manager's figures, each with the tickets behind it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.ticket"].search([]).active = False
        cls.company.helpdesk_mgmt_ticket_auto_assign = False

    def _get_blocks(self, user=None):
        with self.at(NOW):
            blocks = (
                self.env["helpdesk.ticket"]
                .with_user(user or self.manager)
                .get_desk_overview()
            )
        return {block["name"]: block for block in blocks}

    def _get_figures(self, block):
        return {
            row["label"]: [cell["value"] for cell in row["cells"]]
            for row in block["rows"]
        }

    def _fill(self):
        kept = self._file("2026-06-02 06:00:00", user_id=self.agent.id)
        self._answer("2026-06-02 07:00:00", kept)
        self._write("2026-06-02 08:00:00", kept, stage_id=self.stage_done.id)
        missed = self._file("2026-05-20 06:00:00", user_id=self.agent.id)
        self._answer("2026-05-22 06:00:00", missed)
        self._write("2026-05-22 07:00:00", missed, stage_id=self.stage_done.id)
        held = self._file("2026-06-03 06:30:00", user_id=self.agent.id)
        self._answer("2026-06-03 07:00:00", held)
        self._write("2026-06-03 07:30:00", held, stage_id=self.stage_awaiting.id)
        self._file("2026-06-02 07:00:00")
        kept.rating_last_value = 1
        self.env.flush_all()

    def test_figures(self):
        self._fill()
        blocks = self._get_blocks()
        self.assertEqual(
            self._get_figures(blocks["work"]),
            {
                "Support": [2, 1, 1],
                self.agent.name: [1, 0, 0],
                "Untaken": [1, 1, 1],
            },
        )
        # Kept and missed, within 7 and within 30 days.
        self.assertEqual(
            self._get_figures(blocks["compliance"]),
            {
                "First Response": [1.0, 0, 2 / 3, 1],
                "Resolution": [1.0, 0, 0.5, 1],
            },
        )
        self.assertEqual(
            self._get_figures(blocks["flow"]),
            {"7 days": [3, 1, 2], "30 days": [4, 2, 2]},
        )
        self.assertEqual(
            self._get_figures(blocks["waiting"]), {"Us": [1], "Customer": [1]}
        )
        self.assertEqual(
            self._get_figures(blocks["satisfaction"]), {"Dissatisfied": [1, 1]}
        )
        self.assertEqual(self._get_figures(blocks["scope"]), {"In scope": [3, 4]})

    def test_each_figure_opens_its_tickets(self):
        self._fill()
        opened = 0
        for name, block in self._get_blocks().items():
            action = self.env.ref(block["action"])
            self.assertEqual(action.type, "ir.actions.act_window", name)
            for row in block["rows"]:
                for cell in row["cells"]:
                    if cell["format"] != "integer" or "domain" not in cell:
                        continue
                    with self.at(NOW), self.subTest(block=name, row=row["label"]):
                        tickets = self.env["helpdesk.ticket"].with_user(self.manager)
                        found = tickets.search_count(Domain(cell["domain"]))
                        self.assertEqual(found, cell["value"])
                        self.assertTrue(cell["title"])
                        opened += bool(found)
        self.assertGreater(opened, 15)

    def test_hours(self):
        ticket = self._file("2026-06-02 06:00:00", user_id=self.agent.id)
        project = self.env["project.project"].create(
            {"name": "Support", "partner_id": self.customer_a.id}
        )
        employee = self.env["hr.employee"].create(
            {"name": "Agent", "user_id": self.agent.id}
        )
        self.env["account.analytic.line"].create(
            {
                "name": "Looked into it",
                "project_id": project.id,
                "ticket_id": ticket.id,
                "employee_id": employee.id,
                "date": "2026-06-02",
                "unit_amount": 1.5,
            }
        )
        self.env.flush_all()
        block = self._get_blocks()["hours"]
        self.assertEqual(self._get_figures(block)["Spent"], [1.5, 1.5])
        with self.at(NOW):
            found = self.env["helpdesk.ticket"].search(
                Domain(block["rows"][0]["cells"][0]["domain"])
            )
        self.assertEqual(found, ticket)

    def test_nothing_is_said_in_words(self):
        for name, block in self._get_blocks().items():
            self.assertFalse(block["rows"], name)
            self.assertTrue(block["empty"], name)

    def test_nothing_of_other_companies(self):
        self._fill()
        beta = self.env["res.company"].create({"name": "Beta"})
        stranger = new_test_user(
            self.env,
            "overview_beta",
            "helpdesk_mgmt.group_helpdesk_manager",
            company_id=beta.id,
            company_ids=[Command.set(beta.ids)],
        )
        for name, block in self._get_blocks(stranger).items():
            self.assertFalse(block["rows"], name)
