# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from ..common import SupportCase


@tagged("post_install", "-at_install")
class TestApplicableStages(SupportCase):
    """The stages of a team are looked up once, and not remembered wrong."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_team = cls.team.copy({"name": "Another team"})
        cls.stage = cls.env["helpdesk.ticket.stage"].create(
            {"name": "Of all teams", "company_id": False, "sequence": 1}
        )

    def _find(self, team=None):
        return (team or self.team).sudo()._get_applicable_stages()

    def test_it_is_asked_once(self):
        found = self._find()
        self.assertIn(self.stage, found)
        with self.assertQueryCount(0):
            self.assertEqual(self._find(), found)
        # Who reads by their own rights is told what is theirs, as ever.
        with patch.object(type(self.team), "_find_applicable_stages") as find:
            found_by_agent = self.team.with_user(self.agent)._get_applicable_stages()
        find.assert_not_called()
        self.assertLessEqual(found_by_agent, found)

    def test_it_follows_the_stages(self):
        self._find()
        self.stage.team_ids = self.other_team
        self.assertNotIn(self.stage, self._find())
        self.assertIn(self.stage, self._find(self.other_team))
        self.stage.team_ids = [Command.link(self.team.id)]
        self.assertIn(self.stage, self._find())
        self.stage.active = False
        self.assertNotIn(self.stage, self._find())
        archived_too = self.team.sudo().with_context(active_test=False)
        self.assertIn(self.stage, archived_too._get_applicable_stages())
        self.stage.active = True
        self.assertIn(self.stage, self._find())
        new = self.stage.copy({"name": "A new one"})
        self.assertIn(new, self._find())
        new.sequence, self.stage.sequence = -2, -1
        self.assertEqual(self._find()[:2], new + self.stage)
        new.sequence, self.stage.sequence = -1, -2
        self.assertEqual(self._find()[:2], self.stage + new)
        new.unlink()
        self.assertNotIn(new, self._find())

    def test_it_follows_the_companies(self):
        company = self.env["res.company"].create({"name": "Another company"})
        self._find()
        self.stage.company_id = company
        self.assertNotIn(self.stage, self._find())
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "A team elsewhere", "company_id": self.team.company_id.id}
        )
        self.assertNotIn(self.stage, self._find(team))
        team.company_id = company
        self.assertIn(self.stage, self._find(team))

    def test_a_stage_whose_team_is_gone_is_one_of_all(self):
        self.stage.team_ids = self.other_team
        self.assertNotIn(self.stage, self._find())
        self.other_team.unlink()
        self.env.invalidate_all()
        self.assertIn(self.stage, self._find())

    def test_it_follows_the_stages_of_a_team(self):
        """Another addon, or somebody, may list them on the form of a team."""
        links = self.env["helpdesk.ticket.stage"]._fields["team_ids"]
        # What is made here is gone with the transaction, from the models too.
        self.addCleanup(self.registry.reset_changes)
        self.env["ir.model.fields"].create(
            {
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket.team"),
                "name": "x_stage_ids",
                "field_description": "Stages",
                "ttype": "many2many",
                "relation": "helpdesk.ticket.stage",
                "relation_table": links.relation,
                "column1": links.column2,
                "column2": links.column1,
            }
        )
        self.assertIn(self.stage, self._find())
        self.other_team.x_stage_ids = self.stage
        self.assertNotIn(self.stage, self._find())
        self.assertIn(self.stage, self._find(self.other_team))
        self.team.x_stage_ids = [Command.link(self.stage.id)]
        self.assertIn(self.stage, self._find())
        (self.team + self.other_team).x_stage_ids = [Command.unlink(self.stage.id)]
        third_team = self.env["helpdesk.ticket.team"].create(
            {"name": "A third team", "x_stage_ids": [Command.link(self.stage.id)]}
        )
        self.assertNotIn(self.stage, self._find())
        self.assertIn(self.stage, self._find(third_team))
