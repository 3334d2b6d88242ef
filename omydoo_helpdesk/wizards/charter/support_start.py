# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SupportStart(models.TransientModel):
    """The charter: read, adapted, published."""

    _name = "support.start"
    _inherit = ["support.start"]

    charter_lacks = fields.Text(
        compute="_compute_steps", export_string_translation=False
    )
    charter_id = fields.Many2one(
        comodel_name="support.charter",
        compute="_compute_charter_id",
    )
    charter_state = fields.Selection(related="charter_id.state")

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_charter_id(self):
        for start in self:
            start.charter_id = self._get_start_charter(start.company_id)

    # === ACTION METHODS === #

    def action_make_charter(self):
        """Make a draft in the words that the addon comes with.

        :return: the action that opens it
        :rtype: dict
        """
        company = self._get_start_company()
        charters = self.env["support.charter"]
        charter = self._get_start_charter(company)
        charter = charter or charters._make_first_charter(company)
        return self._open_charter(charter)

    def action_preview_charter(self):
        """Open the page as customers will read it.

        :return: the action
        :rtype: dict
        """
        return self._get_charter().action_preview()

    def action_edit_charter(self):
        """Open the charter, to be adapted.

        :return: the action
        :rtype: dict
        """
        return self._open_charter(self._get_charter())

    def action_publish_charter(self):
        """Open what follows from publishing, to be confirmed.

        :return: the action
        :rtype: dict
        """
        return self._get_charter().action_ask_publish()

    # === BUSINESS METHODS === #

    @api.model
    def _get_start_steps(self, company):
        return [
            *super()._get_start_steps(company),
            {"name": "charter", "lacks": self._get_charter_lacks(company)},
        ]

    @api.model
    def _get_start_charter(self, company):
        """Return the charter in force, or else the draft to publish.

        :param company: recordset of res.company
        :rtype: recordset of support.charter
        """
        charters = self.env["support.charter"]
        return charters._get_published(company) or charters.search(
            Domain("company_id", "=", company.id) & Domain("state", "=", "draft"),
            limit=1,
        )

    @api.model
    def _get_charter_lacks(self, company):
        charter = self._get_start_charter(company)
        if not charter:
            return self.env._("A charter: there is a text to begin with.")
        if charter.state != "published":
            return self.env._(
                "The charter is a draft. Read it as customers will, adapt it, and "
                "publish it: it can be changed by a new version only, from then on."
            )
        return ""

    def _get_charter(self):
        charter = self._get_start_charter(self._get_start_company())
        if not charter:
            raise UserError(self.env._("Make the charter first."))
        return charter

    @api.model
    def _open_charter(self, charter):
        return {
            "type": "ir.actions.act_window",
            "res_model": charter._name,
            "res_id": charter.id,
            "views": [(False, "form")],
        }
