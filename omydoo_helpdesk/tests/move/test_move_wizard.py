# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from .move_common import NOW, MoveCase


@tagged("post_install", "-at_install")
class TestMoveWizard(MoveCase):
    """The manager looks at a file, says what is meant, and takes it."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(self.env.cr, "commit", lambda: None))

    def _open(self, *tickets, **vals):
        content = base64.b64encode(self._write_file(*tickets).read())
        form = Form(self.env["support.move.in"].with_user(self.manager))
        form.file = content
        for name, value in vals.items():
            form[name] = value
        return form.save()

    def _find_moved(self):
        return self.links.sudo()._find_moved("old")

    def test_looked_at_mapped_and_taken(self):
        with self.at(NOW):
            wizard = self._open(
                self._make_ticket(1),
                self._make_ticket(2, stage="Nearly there"),
                self._make_ticket(3, category="Whatever"),
                self._make_ticket(4, assignee={"email": "bob@old.example.com"}),
            )
            action = wizard.action_check()
            self.assertEqual(action["res_id"], wizard.id)
            self.assertEqual(wizard.state, "checked")
            self.assertFalse(self._find_moved())
            self.assertIn("Would be taken: 2", wizard.report)
            self.assertIn("Line 3, T2: Stage “Nearly there”", wizard.kept)
            lacking = wizard.line_ids.filtered("lacks")
            self.assertEqual(
                lacking.mapped(lambda line: (line.kind, line.name, line.count)),
                [
                    ("stage", "Nearly there", 1),
                    ("category", "Whatever", 1),
                    ("user", "bob@old.example.com", 1),
                ],
            )
            known = wizard.line_ids.filtered(lambda line: line.kind == "team")
            self.assertEqual((known.team_id, known.count), (self.team, 4))
            with Form(wizard) as form:
                for index, line in enumerate(wizard.line_ids):
                    if line in lacking:
                        with form.line_ids.edit(index) as row:
                            if line.kind == "stage":
                                row.stage_id = self.stage_awaiting
                            elif line.kind == "category":
                                row.leaves_out = True
                            else:
                                row.user_id = self.agent
            wizard.action_check()
            self.assertIn("Would be taken: 4", wizard.report)
            wizard.action_move_in()
            self.assertEqual(wizard.state, "done")
            self.assertFalse(wizard.kept)
        tickets = {ticket.number: ticket for ticket in self._find_moved()}
        self.assertEqual(len(tickets), 4)
        self.assertEqual(tickets["OLD-2"].stage_id, self.stage_awaiting)
        self.assertFalse(tickets["OLD-3"].category_id)
        self.assertEqual(tickets["OLD-4"].user_id, self.agent)

    def test_large_file_goes_on(self):
        module = "odoo.addons.omydoo_helpdesk"
        with (
            self.at(NOW),
            patch(f"{module}.wizards.move.support_move_in.SECONDS", -1),
            patch(f"{module}.models.move.support_move_link.BATCH", 2),
        ):
            wizard = self._open(*map(self._make_ticket, range(1, 6)))
            counts = []
            while wizard.state != "done":
                wizard.action_move_in()
                counts.append(len(self._find_moved()))
            self.assertEqual(counts, [2, 4, 5, 5])

    def test_no_file_is_said_in_words(self):
        wizard = self.env["support.move.in"].with_user(self.manager).create({})
        with self.assertRaisesRegex(UserError, "Choose the file"):
            wizard.action_check()
        wizard.file = base64.b64encode(b"PK\x03\x04")
        with self.assertRaisesRegex(UserError, "Give the former desk a name"):
            wizard.action_check()

    def test_csv_file(self):
        wizard = (
            self.env["support.move.in"]
            .with_user(self.manager)
            .create(
                {
                    "source": "old",
                    "file": base64.b64encode(
                        b"id,title,filed_at,team\n1,One,2026-06-01,Support\n2,Two,x,\n"
                    ),
                }
            )
        )
        with self.at(NOW):
            wizard.action_move_in()
        self.assertEqual(self._find_moved().mapped("name"), ["One"])
        self.assertIn("Line 3, –: “filed_at” is no moment", wizard.kept)

    def test_only_managers(self):
        for user in (self.agent, self.project_manager, self.a1):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["support.move.in"].with_user(user).create({})

    def test_nothing_of_another_company_is_meant(self):
        other = self.env["res.company"].create({"name": "Other"})
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        wizard = self._open(self._make_ticket(1))
        with self.at(NOW):
            wizard.action_check()
        line = wizard.line_ids.filtered(lambda line: line.kind == "team")
        with self.assertRaises(AccessError):
            line.team_id = team
        # Nor by a mapping that names it.
        run, ticket = self._move_in(
            self._make_ticket(1), mapping={"team": {"Support": f"#{team.id}"}}
        )
        self.assertFalse(ticket)


@tagged("post_install", "-at_install")
class TestMoveDownload(HttpCase, MoveCase):
    """The file of a desk is sent to its managers, and to nobody else."""

    def _get(self, user, address="/support/desk/export"):
        self.authenticate(user and user.login, user and user.login)
        return self.url_open(address)

    def test_manager_gets_the_desk(self):
        ticket = self._create_ticket(name="Out it goes")
        wizard = self.env["support.move.out"].with_user(self.manager).create({})
        self.assertEqual(wizard.ticket_count, ticket.search_count([]))
        response = self._get(self.manager, wizard.action_move_out()["url"])
        self.assertEqual(response.status_code, 200)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        lines = response.content.splitlines()
        self.assertIn(b'"format": "support-desk"', lines[0])
        self.assertIn(b"Out it goes", lines[-1])

    def test_others_do_not(self):
        for user in (self.agent, self.project_manager, self.a1):
            with self.subTest(user=user.login):
                self.assertEqual(self._get(user).status_code, 403)
        other = self.env["res.company"].create({"name": "Other"})
        address = f"/support/desk/export?company={other.id}"
        self.assertEqual(self._get(self.manager, address).status_code, 403)


@tagged("post_install", "-at_install")
class TestMoveTour(HttpCase, MoveCase):
    """The manager does it in the browser."""

    browser_size = "1440x900"

    def test_desk_moves_in(self):
        self.manager.lang = "en_US"
        self.start_tour(
            "/odoo",
            "omydoo_helpdesk_manager_moves_a_desk_in",
            login=self.manager.login,
        )
        ticket = self.links.sudo()._find_moved("old")
        self.assertEqual(ticket.number, "OLD-1")
        self.assertEqual(ticket.name, "What came along")
        self.assertEqual(ticket.stage_id, self.stage_awaiting)
