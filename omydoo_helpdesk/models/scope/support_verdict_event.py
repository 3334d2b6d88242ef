# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...const import CONTEST_ENDS, CONTESTED, SCOPES


class SupportVerdictEvent(models.Model):
    """Append-only log of the verdicts that customers contest, and of what came of it.

    A row when a verdict is contested, and another one when that ends.
    """

    _name = "support.verdict.event"
    _inherit = ["support.ledger.mixin"]
    _description = "Contested Verdict"
    _order = "at desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        index="btree_not_null",
        ondelete="set null",
    )
    at = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    kind = fields.Selection(
        selection=[(CONTESTED, "Contested"), *CONTEST_ENDS],
        string="What Happened",
        required=True,
    )
    scope = fields.Selection(
        selection=SCOPES, string="Verdict", help="The one that is contested."
    )
    scope_reason = fields.Selection(
        selection=lambda self: self._selection_scope_reason(), string="Its Reason"
    )
    decider_id = fields.Many2one(
        comodel_name="res.users",
        string="Verdict Of",
        ondelete="restrict",
        help="Who had decided it; nobody: it follows from the charter.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        ondelete="restrict",
        help="Who contested it, or who decided what was contested.",
    )
    words = fields.Text(help="As they were written, by the customer or by us.")
    verdict_key = fields.Char(
        export_string_translation=False,
        help="Tells one verdict on a ticket from another.",
    )

    _once = models.UniqueIndex(
        "(ticket_id, verdict_key) WHERE kind = 'contested'",
        "This verdict was contested already.",
    )

    # === SELECTION METHODS === #

    @api.model
    def _selection_scope_reason(self):
        field = self.env["helpdesk.ticket"]._fields["scope_reason"]
        return field._description_selection(self.env)

    # === ACTION METHODS === #

    def action_view_ticket(self):
        """Open the ticket on which it happened.

        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        return self.ticket_id._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _get_ledger_refusal(self):
        return self.env._(
            "The log of contested verdicts stays as it was written: it is neither "
            "changed, copied nor deleted."
        )

    def _get_verdict(self):
        """Return the verdict that this row is about, to note it again.

        :return: values of another row
        :rtype: dict
        """
        self.ensure_one()
        return {
            "scope": self.scope,
            "scope_reason": self.scope_reason,
            "decider_id": self.decider_id.id,
        }
