# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

# Of a version that customers have read.
PUBLIC_STATES = ("published", "superseded")


class CharterPublic(models.Model):
    """What anybody reads of the charter: each version, at an address for good."""

    _name = "support.charter"
    _inherit = ["support.charter"]

    public_url = fields.Char(
        string="Public Address",
        compute="_compute_public_url",
        help="Where anybody reads this version, for good: to be named in quotations "
        "and terms of sale.",
    )

    # === COMPUTE METHODS === #

    @api.depends("version", "state", "company_id.support_charter_public")
    def _compute_public_url(self):
        for charter in self:
            # In sudo mode because customers do not read the settings of a company.
            is_public = charter.sudo().company_id.support_charter_public
            charter.public_url = (
                is_public
                and charter.state in PUBLIC_STATES
                and charter.get_base_url() + charter._get_public_path()
            )

    # === BUSINESS METHODS === #

    @api.model
    def _find_public(self, company):
        """Return the versions of a company that anybody may read, the latest first.

        :param company: recordset of res.company
        :return: in sudo mode; empty where the company keeps its charter to itself
        :rtype: recordset of support.charter
        """
        # In sudo mode because the public has no right on charters, and customers none
        # on what is superseded: this method is the access check. Never a draft.
        if not company.sudo().support_charter_public:
            return self.sudo().browse()
        return self.sudo().search(
            Domain("company_id", "=", company.id)
            & Domain("state", "in", PUBLIC_STATES),
            order="version desc",
        )

    @api.model
    def _get_site_company(self):
        """Return the company whose charter is at the address without a company.

        Not the reader's: the address is the same for all who read it.

        :rtype: recordset of res.company
        """
        # In sudo mode because nobody reads that user.
        return self.env.ref("base.public_user").sudo().company_id

    def _get_public_path(self):
        """Return the permanent address of this version, on its site.

        :rtype: str
        """
        self.ensure_one()
        path = f"/support/charter/{self.version}"
        if self.company_id != self._get_site_company():
            path += f"?company={self.company_id.id}"
        return path

    def _get_public_period(self, versions):
        """Return from when to when this version was in force.

        :param versions: recordset of support.charter: all that are public
        :return: the first day, and the version that replaced this one with its first
            day; empty and False for the one in force
        :rtype: tuple[date, recordset, date]
        """
        self.ensure_one()
        get_day = self.company_id._get_support_day
        later = versions.filtered(lambda other: other.version > self.version)
        follower = later.sorted("version")[:1]
        return (
            get_day(self.published_on),
            follower,
            follower and get_day(follower.published_on),
        )
