# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class SupportCharter(models.Model):
    _name = "support.charter"
    _description = "Support Charter"
    _inherit = ["mail.thread"]
    _order = "company_id, version desc, id desc"

    name = fields.Char(required=True, translate=True)
    version = fields.Integer(readonly=True, copy=False, default=0)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("published", "Published"),
            ("superseded", "Superseded"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    published_on = fields.Datetime(readonly=True, copy=False)
    section_ids = fields.One2many(
        comodel_name="support.charter.section",
        inverse_name="charter_id",
        copy=True,
    )

    _published_uniq = models.UniqueIndex(
        "(company_id) WHERE state = 'published'",
        "A company has one published charter: publish the new version instead.",
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "version")
    def _compute_display_name(self):
        for charter in self:
            if charter.version:
                charter.display_name = f"{charter.name} (v{charter.version})"
            else:
                charter.display_name = charter.name

    # === CONSTRAINT METHODS === #

    @api.constrains("state", "section_ids")
    def _check_published_has_text(self):
        for charter in self:
            if charter.state == "published" and not charter.section_ids:
                raise ValidationError(
                    self.env._("A charter without any section cannot be published.")
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if any(charter.state != "draft" for charter in self):
            raise UserError(
                self.env._("A charter that customers have read cannot be deleted.")
            )

    # === ACTION METHODS === #

    def action_publish(self):
        """Publish this version; the one published until now is superseded.

        :raise UserError: if this version is not a draft
        """
        self.check_access("write")
        for charter in self:
            if charter.state != "draft":
                raise UserError(
                    self.env._("Only a draft can be published: duplicate this version.")
                )
            previous = self.search([("company_id", "=", charter.company_id.id)])
            previous.filtered(lambda c: c.state == "published").state = "superseded"
            # The unique index must see the old one gone first.
            self.env.flush_all()
            charter.write(
                {
                    "state": "published",
                    "version": max(previous.mapped("version"), default=0) + 1,
                    "published_on": fields.Datetime.now(),
                }
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_published(self, company):
        """Return the charter in force of one of our companies.

        :param company: recordset of res.company
        :rtype: recordset of support.charter, empty where none is published
        """
        return self.search(
            [("company_id", "=", company.id), ("state", "=", "published")], limit=1
        )
