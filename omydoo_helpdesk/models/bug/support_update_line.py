# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...const import COMPUTED


class SupportUpdateLine(models.Model):
    """A known bug on a weekly update, and what became of it."""

    _name = "support.update.line"
    _inherit = ["support.guarded.mixin"]
    _description = "Content of a Weekly Update"
    _order = "update_id, id"
    _check_company_auto = True

    update_id = fields.Many2one(
        comodel_name="support.update", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="update_id.company_id", store=True)
    bug_id = fields.Many2one(
        comodel_name="support.upstream.bug",
        string="Known Bug",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("done", "Carried Out"),
            ("failed", "Moved to a later update"),
        ],
        required=True,
        default="planned",
        readonly=True,
    )
    reason = fields.Char(readonly=True, help="Why it was moved to a later update.")

    _bug_uniq = models.Constraint(
        "UNIQUE (update_id, bug_id)", "This bug is already on this update."
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.browse()._check_guarded(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_guarded([vals])
        held = {bug: bug.hold_party for bug in self.bug_id}
        res = super().write(vals)
        self.bug_id._sync_tickets(held)
        return res

    @api.model
    def _get_guarded_fields(self):
        names = ("state", "reason")
        return super()._get_guarded_fields() | dict.fromkeys(names, COMPUTED)

    @api.model
    def _get_guarded_reason(self):
        return self.env._("the buttons of the update write it.")

    def unlink(self):
        bugs = self.bug_id
        held = {bug: bug.hold_party for bug in bugs}
        res = super().unlink()
        bugs._sync_tickets(held)
        return res

    def _fail(self, reason, update):
        """Move what failed to a later update.

        :param str reason: why, for the desk
        :param update: the later one
        """
        bugs = self.bug_id
        self._write_guarded({"state": "failed", "reason": reason})
        update._plan(bugs)
        for bug in bugs:
            bug.message_post(
                body=self.env._(
                    "Moved to the update of %(moment)s: %(reason)s",
                    moment=update._format_start(),
                    reason=reason,
                )
            )
