# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import format_datetime

from ...const import MAIL_LAYOUT
from ...tools import charter_text


class SupportCharterAcceptance(models.Model):
    """Append-only: who accepted which version of the charter, when, in which words.

    It keeps the very text: the proof does not depend on what becomes of the charter's
    translations, of its markup or of the names of people.
    """

    _name = "support.charter.acceptance"
    _inherit = ["support.ledger.mixin"]
    _description = "Charter Acceptance"
    _order = "accepted_on desc, id desc"
    _rec_name = "partner_name"

    charter_id = fields.Many2one(
        comodel_name="support.charter",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    version = fields.Integer(related="charter_id.version")
    company_id = fields.Many2one(
        related="charter_id.company_id",
        store=True,
        index=True,
    )
    accepted_on = fields.Datetime(
        required=True,
        readonly=True,
        help="By the clock of the server.",
    )
    # Who
    user_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    commercial_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The company of the contact on that day.",
    )
    partner_name = fields.Char(
        string="Name",
        required=True,
        readonly=True,
        help="As it was on that day.",
    )
    partner_email = fields.Char(string="Email", readonly=True)
    customer_ref = fields.Integer(
        string="ID of the Customer",
        readonly=True,
        export_string_translation=False,
        help="As it was on that day: no reference, since contacts may be merged.",
    )
    customer_name = fields.Char(string="Name of the Customer", readonly=True)
    is_signatory = fields.Boolean(
        string="Authorised Contact",
        readonly=True,
        help="The contact was authorised to accept for the whole customer.",
    )
    # What
    lang = fields.Char(
        string="Language",
        required=True,
        readonly=True,
        help="In which the text was shown.",
    )
    text = fields.Text(
        required=True,
        readonly=True,
        help="The exact text that was shown.",
    )
    text_hash = fields.Char(
        string="SHA-256 of the Text",
        required=True,
        readonly=True,
        help="Of the text in UTF-8, in hexadecimal.",
    )
    # From where
    ip_address = fields.Char(
        string="IP Address",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_manager",
    )
    user_agent = fields.Char(
        string="Browser",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_manager",
    )

    # Of what no merge of contacts changes: Odoo deletes the rows that would then be
    # twice the same, and both are proofs.
    _person_uniq = models.Constraint(
        "UNIQUE (charter_id, user_id, customer_ref)",
        "This contact has accepted this version already.",
    )
    _customer_idx = models.Index("(commercial_partner_id, company_id, id)")

    # === COMPUTE METHODS === #

    @api.depends("partner_name", "charter_id")
    def _compute_display_name(self):
        for acceptance in self:
            acceptance.display_name = self.env._(
                "%(charter)s, %(name)s",
                # In sudo mode because customers read the published version only, and
                # their acceptance of the others.
                charter=acceptance.sudo().charter_id.display_name,
                name=acceptance.partner_name,
            )

    # === CRUD METHODS === #

    def _init_column(self, column_name):
        # Of what was accepted before there was this column.
        res = super()._init_column(column_name)
        if column_name == "customer_ref":
            self.env.cr.execute(
                "UPDATE support_charter_acceptance"
                " SET customer_ref = commercial_partner_id"
            )
        return res

    # === LEDGER === #

    @api.model
    def _get_ledger_refusal(self):
        return self.env._(
            "An acceptance stays as it was written: it is neither changed, copied nor "
            "deleted."
        )

    # === ACTION METHODS === #

    def action_verify(self):
        """Tell whether the text that is kept is the text that was accepted.

        :return: the action: a notification
        :rtype: dict
        """
        self.ensure_one()
        if not self._is_intact():
            message = self.env._("The text that is kept does not have this hash.")
            kind = "danger"
        elif not self._is_as_published():
            message = self.env._(
                "The text that is kept has this hash. The charter reads differently in "
                "this language today: a translation was added to it."
            )
            kind = "warning"
        else:
            message = self.env._(
                "The text that is kept has this hash, and so has version %(version)s "
                "of the charter.",
                version=self.version,
            )
            kind = "success"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": kind, "sticky": kind == "danger"},
        }

    # === BUSINESS METHODS - PROOF === #

    def verify(self):
        """Say of each acceptance whether its text is the one that was accepted.

        :return: by id, whether the text has the hash
        :rtype: dict[int, bool]
        """
        self.check_access("read")
        return {acceptance.id: acceptance._is_intact() for acceptance in self}

    def _is_intact(self):
        """Say whether the text that is kept has the hash.

        :rtype: bool
        """
        self.ensure_one()
        return charter_text.get_hash(self.text) == self.text_hash

    def _is_as_published(self):
        """Say whether the version of the charter still gives that text.

        :rtype: bool
        """
        self.ensure_one()
        # In sudo mode because the reader of an acceptance may read its version.
        charter_sudo = self.sudo().charter_id.with_context(lang=self.lang)
        return charter_sudo._get_hash() == self.text_hash

    def _get_lang_name(self):
        """Return the language in which the text was shown, as a reader knows it.

        :rtype: str
        """
        self.ensure_one()
        return dict(self.env["res.lang"].get_installed()).get(self.lang, self.lang)

    def _format_accepted_on(self, tz="UTC"):
        """Return when it was accepted, in a time zone and with its name.

        :param str tz: name of the time zone
        :rtype: str
        """
        self.ensure_one()
        moment = format_datetime(self.env, self.accepted_on, tz=tz)
        return f"{moment} ({tz.replace('_', ' ')})"

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.display_name

    # === BUSINESS METHODS - ACCEPTING === #

    @api.model
    def _get_request(self, charter_sudo, partner_sudo):
        """Return what a contact is asked about a charter before filing.

        :param charter_sudo: the version in force, perhaps none
        :param partner_sudo: the contact
        :return: ``is_required``, ``may_accept``, ``acceptance`` that counts,
            ``previous``: the version accepted before it, and ``signatories``: who may
            accept where not everybody may
        :rtype: dict
        """
        acceptances_sudo = self.sudo()
        asked = {
            "charter": charter_sudo,
            "is_required": False,
            "may_accept": False,
            "acceptance": acceptances_sudo.browse(),
            "previous": charter_sudo.browse(),
            "signatories": partner_sudo.browse(),
        }
        mode = charter_sudo.company_id.support_charter_acceptance
        if not charter_sudo or mode == "none":
            return asked
        customer_sudo = partner_sudo.commercial_partner_id
        counts = Domain("partner_id", "=", partner_sudo.id)
        asked["may_accept"] = True
        if mode == "signatory":
            signatories = customer_sudo._get_charter_signatories()
            by_signatory = Domain("is_signatory", "=", True)
            if signatories:
                counts = by_signatory
                asked["may_accept"] = partner_sudo in signatories
                asked["signatories"] = signatories
            else:
                # Nobody is named: each person answers for themselves.
                counts |= by_signatory
        latest = acceptances_sudo.search_fetch(
            Domain("company_id", "=", charter_sudo.company_id.id)
            & Domain("commercial_partner_id", "=", customer_sudo.id)
            & counts,
            ["charter_id"],
            order="id desc",
            limit=1,
        )
        if latest and latest.charter_id in charter_sudo._get_equivalents():
            asked["acceptance"] = latest
        else:
            asked["is_required"] = True
            asked["previous"] = latest.charter_id
        return asked

    @api.model
    def _accept(self, charter_sudo, user, lang, ip_address=None, user_agent=None):
        """Record that a user accepts the charter in force, once.

        The caller has checked that this very text was shown.

        :param charter_sudo: the version that was shown
        :param user: who accepts
        :param str lang: in which the text was shown
        :return: the acceptance; empty if another transaction has just recorded it
        :raise UserError: if another version is in force
        :raise AccessError: if the user may not accept for the customer
        """
        partner_sudo = user.sudo().partner_id
        asked = self._get_request(charter_sudo, partner_sudo)
        if charter_sudo.state != "published":
            raise UserError(self.env._("This version of the charter is not in force."))
        if not asked["is_required"]:
            return asked["acceptance"]
        if not asked["may_accept"]:
            raise AccessError(
                self.env._("You are not authorised to accept the charter.")
            )
        vals = self._prepare_acceptance_vals(charter_sudo, user, lang)
        vals.update(ip_address=ip_address, user_agent=(user_agent or "")[:250])
        try:
            with self.env.cr.savepoint():
                return self.sudo().create(vals)
        except UniqueViolation:
            # A second window has just accepted the same: once is enough.
            return self.sudo().browse()

    @api.model
    def _prepare_acceptance_vals(self, charter_sudo, user, lang):
        partner_sudo = user.sudo().partner_id
        text = charter_sudo.with_context(lang=lang)._get_text()
        return {
            "charter_id": charter_sudo.id,
            "accepted_on": fields.Datetime.now(),
            "user_id": user.id,
            "partner_id": partner_sudo.id,
            "commercial_partner_id": partner_sudo.commercial_partner_id.id,
            "customer_ref": partner_sudo.commercial_partner_id.id,
            "partner_name": partner_sudo.name or user.login,
            "partner_email": partner_sudo.email,
            "customer_name": partner_sudo.commercial_partner_id.name,
            "is_signatory": partner_sudo.support_charter_signatory,
            "lang": lang,
            "text": text,
            "text_hash": charter_text.get_hash(text),
        }


class TicketCharter(models.Model):
    """Tickets and the charter: an e-mail is taken, the acceptance asked after."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    is_charter_missing = fields.Boolean(
        string="Charter Not Accepted",
        compute="_compute_is_charter_missing",
        help="The contact, or the customer, has not accepted the charter in force.",
    )

    # === COMPUTE METHODS === #

    # On the page of a ticket only: it asks several questions for each ticket.
    @api.depends("partner_id", "company_id")
    def _compute_is_charter_missing(self):
        for ticket in self:
            ticket.is_charter_missing = (
                bool(ticket.partner_id) and ticket._get_charter_request()["is_required"]
            )

    # === MAIL === #

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        ticket = super().message_new(msg_dict, custom_values=custom_values)
        if self.env.context.get("support_auto_reply"):
            return ticket
        # One of the two: what asks for the charter says that the request arrived.
        if not ticket._ask_charter_of_sender():
            ticket._acknowledge()
        return ticket

    def _ask_charter_of_sender(self):
        """Answer a mail of a customer who has not accepted the charter in force.

        Once for each version and person; never to a sender whom we do not know.

        :return: whether they were answered
        :rtype: bool
        """
        self.ensure_one()
        partner_sudo = self.sudo().partner_id
        if not partner_sudo or not partner_sudo.email:
            return False
        if any(not user.share for user in partner_sudo.user_ids):
            return False
        asked = self._get_charter_request()
        if not asked["is_required"]:
            return False
        # In sudo mode because the gateway may run as a user with few rights.
        template_sudo = self.env["mail.template"]._find_support_mail(
            "omydoo_helpdesk.mail_template_receipt_charter", self.sudo().company_id
        )
        if not template_sudo or not partner_sudo._mark_charter_asked(asked["charter"]):
            return False
        template_sudo.with_context(support_charter_request=asked).send_mail(
            self.id, email_layout_xmlid=MAIL_LAYOUT
        )
        return True

    # === BUSINESS METHODS === #

    def _get_charter_request(self):
        """Return what the contact is asked about the charter in force.

        :return: see ``support.charter.acceptance._get_request``
        :rtype: dict
        """
        self.ensure_one()
        # In sudo mode because agents of one team need not read the others' contacts;
        # the text itself is shown to every customer.
        company_sudo = self.sudo().company_id or self.env.company
        return self.env["support.charter.acceptance"]._get_request(
            self.env["support.charter"].sudo()._get_published(company_sudo),
            self.sudo().partner_id,
        )
