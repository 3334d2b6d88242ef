# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import COMPUTED

SEVERITIES = [
    ("blocking", "Blocking"),
    ("major", "Major"),
    ("minor", "Minor"),
]
# The states by which the editor is done with a bug, each with the day of it.
ENDS = {"fixed": "fixed_on", "refused": "refused_on"}


class DaysField(fields.Integer):
    """The days that the editor took with a bug."""

    def to_sql(self, model, alias):
        """Return the days of one bug; NULL, which no average counts, while it lasts."""
        return SQL(
            "(%s - %s)",
            model._field_to_sql(alias, "editor_ended_on"),
            model._field_to_sql(alias, "reported_on"),
        )


class BugDelay(models.Model):
    """How long the editor takes with a bug, and whether that is what was aimed at.

    In days of the calendar, from the day on which it was reported to that on which it
    was fixed or refused: the days of its states, which people set by hand. Of the core
    alone: a generic bug is ours.
    """

    _name = "support.upstream.bug"
    _inherit = ["support.upstream.bug"]

    severity = fields.Selection(
        selection=SEVERITIES,
        tracking=True,
        help="How much it hinders whoever has it. The settings of support say within "
        "how many days the editor should repair it.",
    )
    # Who moves a day afterwards is seen to have done so.
    reported_on = fields.Date(tracking=True)
    fixed_on = fields.Date(tracking=True)
    refused_on = fields.Date(tracking=True)
    editor_target_days = fields.Integer(
        string="Target in Days",
        compute="_compute_editor_target_days",
        store=True,
        aggregator=None,
        help="Of the editor; nought: none. It stays what it was once the editor is "
        "done.",
    )
    editor_due_on = fields.Date(
        string="Due at the Editor",
        compute="_compute_editor_delay",
        store=True,
        index="btree_not_null",
    )
    editor_ended_on = fields.Date(
        string="Done by the Editor", compute="_compute_editor_delay", store=True
    )
    # Not stored: what the editor still has is left out of the average, which a stored
    # number, never empty, would not be.
    editor_days = DaysField(
        string="Days at the Editor",
        compute="_compute_editor_days",
        aggregator="avg",
        help="From the report to the repair or the refusal; nought while it lasts.",
    )
    editor_result = fields.Selection(
        selection=[
            ("ongoing", "At the editor"),
            ("met", "Kept"),
            ("missed", "Not kept"),
            ("none", "No target"),
        ],
        string="Target of the Editor",
        compute="_compute_editor_delay",
        store=True,
    )
    is_editor_late = fields.Boolean(
        string="Late at the Editor",
        compute="_compute_is_editor_late",
        search="_search_is_editor_late",
    )

    # === COMPUTE METHODS === #

    @api.depends("severity", "kind", "company_id")
    def _compute_editor_target_days(self):
        for bug in self:
            # In sudo mode because not everybody who notes a bug reads the settings.
            targets = bug.company_id.sudo()._get_support_bug_targets()
            is_core = bug.kind == "core"
            bug.editor_target_days = is_core and targets.get(bug.severity) or 0

    @api.depends(
        "state", "kind", "editor_target_days", "reported_on", "fixed_on", "refused_on"
    )
    def _compute_editor_delay(self):
        for bug in self:
            start = bug.kind == "core" and bug.reported_on
            end = start and bug.state in ENDS and bug[ENDS[bug.state]]
            target = bug.editor_target_days
            due = start and target and start + timedelta(days=target)
            bug.editor_due_on = due or False
            # What is fixed before it was reported took no time.
            bug.editor_ended_on = max(start, end) if end else False
            if not due:
                bug.editor_result = start and "none"
            elif not end:
                bug.editor_result = "ongoing"
            else:
                bug.editor_result = "met" if end <= due else "missed"

    @api.depends("reported_on", "editor_ended_on")
    def _compute_editor_days(self):
        for bug in self:
            end = bug.editor_ended_on
            bug.editor_days = (end - bug.reported_on).days if end else 0

    @api.depends("editor_result", "editor_due_on")
    def _compute_is_editor_late(self):
        today = fields.Date.context_today(self)
        for bug in self:
            bug.is_editor_late = (
                bug.editor_result == "ongoing" and bug.editor_due_on < today
            )

    def _search_is_editor_late(self, operator, value):
        if operator != "in":  # the ORM negates; a boolean value is always [True]
            return NotImplemented
        return Domain("editor_result", "=", "ongoing") & Domain(
            "editor_due_on", "<", fields.Date.context_today(self)
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        names = (
            "editor_target_days",
            "editor_due_on",
            "editor_ended_on",
            "editor_result",
        )
        return super()._get_guarded_fields() | dict.fromkeys(names, COMPUTED)

    @api.model
    def _aim_again(self, companies):
        """Have the bugs that the editor is not done with follow the settings.

        :param companies: whose targets changed
        """
        bugs = self.with_context(active_test=False).search(
            Domain("company_id", "in", companies.ids)
            & Domain("kind", "=", "core")
            & Domain("state", "not in", list(ENDS))
        )
        self.env.add_to_compute(self._fields["editor_target_days"], bugs)
        bugs.modified(["editor_target_days"])
