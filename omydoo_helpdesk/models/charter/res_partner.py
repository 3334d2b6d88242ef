# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.fields import Domain

from ...const import MAIL_LAYOUT

AGENTS = "helpdesk_mgmt.group_helpdesk_user_own"


class PartnerCharter(models.Model):
    """Contacts and the charter: who may accept it, who did, who was asked."""

    _name = "res.partner"
    _inherit = ["res.partner"]

    support_charter_signatory = fields.Boolean(
        string="Accepts the Charter",
        copy=False,
        tracking=True,
        groups=AGENTS,
        help="May accept the support charter for the whole customer, where the "
        "settings ask one authorised contact. Needs an access to the portal. Given by "
        "a manager.",
    )
    support_charter_acceptance_count = fields.Integer(
        string="Charter Acceptances",
        compute="_compute_support_charter_acceptance_count",
        groups=AGENTS,
    )
    support_charter_asked_ids = fields.Many2many(
        comodel_name="support.charter",
        relation="support_charter_asked_rel",
        column1="partner_id",
        column2="charter_id",
        string="Charters Asked by Email",
        copy=False,
        groups=AGENTS,
        help="Versions whose acceptance was asked in an email, which is done once.",
    )

    # === COMPUTE METHODS === #

    def _compute_support_charter_acceptance_count(self):
        acceptances = self.env["support.charter.acceptance"]
        for partner in self:
            partner.support_charter_acceptance_count = acceptances.search_count(
                partner._get_charter_acceptance_domain()
            )

    # === ACTION METHODS === #

    def action_view_support_charter_acceptances(self):
        """List which versions of the charter were accepted, and by whom.

        :return: the action
        :rtype: dict
        """
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "omydoo_helpdesk.support_charter_acceptance_action"
            ),
            "domain": list(self._get_charter_acceptance_domain()),
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_support_roles(self):
        return [*super()._get_support_roles(), "support_charter_signatory"]

    def _get_charter_acceptance_domain(self):
        """Return the acceptances of a customer, or of one of its contacts.

        :rtype: Domain
        """
        self.ensure_one()
        is_customer = self == self.commercial_partner_id
        return Domain(
            "commercial_partner_id" if is_customer else "partner_id", "=", self.id
        )

    def _get_charter_signatories(self):
        """Return the contacts that may accept the charter for a customer.

        :rtype: recordset of res.partner
        """
        self.ensure_one()
        # In sudo mode because customers do not read who is authorised, but by name.
        return self.sudo().search(
            Domain("commercial_partner_id", "=", self.commercial_partner_id.id)
            & Domain("support_charter_signatory", "=", True)
        )

    @api.model
    def _get_charter_path(self):
        """Return where the charter is read and accepted.

        :rtype: str
        """
        return "/my/charter"

    def _ask_charter(self, charter_sudo):
        """Ask contacts by e-mail to accept a version of the charter, once.

        :param charter_sudo: the version in force
        """
        # In sudo mode because it is the desk that asks, not who files.
        template_sudo = self.env["mail.template"]._find_support_mail(
            "omydoo_helpdesk.mail_template_charter", charter_sudo.company_id
        )
        for partner in self._mark_charter_asked(charter_sudo):
            if template_sudo and partner.email:
                template_sudo.with_context(support_charter=charter_sudo).send_mail(
                    partner.id, email_layout_xmlid=MAIL_LAYOUT
                )

    def _get_mail_frame(self):
        """Return what stands around a mail of the desk to this contact.

        :return: as ``helpdesk.ticket._get_mail_frame``
        :rtype: dict[str, str]
        """
        self.ensure_one()
        return {
            "title": self.env._("Support charter"),
            "url": self.get_base_url() + self._get_charter_path(),
            "button": self.env._("Read and accept the charter"),
            "note": "",
        }

    def _mark_charter_asked(self, charter_sudo):
        """Note who is asked about a version, and return who was not asked before.

        :param charter_sudo: the version in force
        :rtype: recordset of res.partner
        """
        partners = self.sudo().filtered(
            lambda partner: charter_sudo not in partner.support_charter_asked_ids
        )
        partners.support_charter_asked_ids = [Command.link(charter_sudo.id)]
        return partners
