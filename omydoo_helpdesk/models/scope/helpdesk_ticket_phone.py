# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import COMPUTED

PORTAL_FORM = "/new/ticket"


class TicketPhone(models.Model):
    """Was it for the telephone? Which is for blocking emergencies only (charter)."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    phone_exception = fields.Boolean(
        string="Not for the Telephone",
        compute="_compute_phone_exception",
        store=True,
        precompute=True,
        compute_sudo=True,
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="Taken by telephone, but no blocking emergency, or under a plan without "
        "telephone.",
    )
    phone_decision = fields.Selection(
        selection=[
            ("accepted", "Call accepted"),
            ("form", "Turned into a form request"),
        ],
        string="Decision on the Call",
        copy=False,
        readonly=True,
        tracking=True,
        groups="base.group_user",
    )
    phone_decision_reason = fields.Text(
        string="Reason of the Decision",
        copy=False,
        readonly=True,
        tracking=True,
        groups="base.group_user",
    )
    phone_warning = fields.Char(
        compute="_compute_phone_warning",
        compute_sudo=True,
        groups="base.group_user",
    )

    # === COMPUTE METHODS === #

    @api.depends("channel_id", "priority", "support_plan_id")
    def _compute_phone_exception(self):
        for record in self:
            record.phone_exception = bool(record._get_phone_objections())

    @api.depends("phone_exception", "phone_decision", "priority", "support_plan_id")
    @api.depends_context("lang")
    def _compute_phone_warning(self):
        for record in self:
            warn = record.phone_exception and not record.phone_decision
            record.phone_warning = warn and record._get_phone_sentence()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        # In sudo mode because whoever creates the record need not see the warning;
        # later ones are tracked as any change is.
        records.sudo()._log_phone_exceptions()
        return records

    # === ACTION METHODS === #

    def action_turn_into_form_request(self):
        """Ask the customer to use the form next time; the record is kept.

        :raise AccessError: if the user may not write on the record
        :raise UserError: if there is nobody to tell
        """
        self.ensure_one()
        self.check_access("write")
        if not self.partner_id:
            raise UserError(
                self.env._("Choose the contact first: there is nobody to write to.")
            )
        if not self.partner_id.email:
            raise UserError(
                self.env._(
                    "“%(contact)s” has no e-mail address to send the form to.",
                    contact=self.partner_id.display_name,
                )
            )
        channel = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_channel_web", raise_if_not_found=False
        )
        self._write_guarded(
            {
                # Without the base's channel: none, rather than the telephone.
                "channel_id": channel.id if channel else False,
                "phone_decision": "form",
                "phone_decision_reason": self._get_phone_sentence(),
            }
        )
        self._notify_form_request()

    # === BUSINESS METHODS === #

    def _accept_call(self, reason):
        """Take a call that was not for the telephone.

        :param str reason: for the colleagues
        """
        self._write_guarded(
            {"phone_decision": "accepted", "phone_decision_reason": reason}
        )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "phone_exception": COMPUTED,
            "phone_decision": COMPUTED,
            "phone_decision_reason": COMPUTED,
        }

    def _log_phone_exceptions(self):
        """Note on new records why they were not for the telephone."""
        warned = self.filtered("phone_exception")
        if warned:
            warned._message_log_batch(
                bodies={record.id: record._get_phone_sentence() for record in warned}
            )

    def _get_phone_objections(self):
        """Return what says that this was not for the telephone.

        :return: codes: ``priority``, ``no_plan`` or ``plan``
        :rtype: list[str]
        """
        self.ensure_one()
        if not self.channel_id.is_phone:
            return []
        objections = []
        if self.priority != "3":
            objections.append("priority")
        if not self.support_plan_id:
            objections.append("no_plan")
        elif not self.support_plan_id.phone_allowed:
            objections.append("plan")
        return objections

    def _get_phone_sentence(self):
        """Return why this was not for the telephone, for the agent.

        :rtype: str
        """
        self.ensure_one()
        priorities = dict(self._fields["priority"]._description_selection(self.env))
        sentences = {
            "priority": self.env._(
                "The telephone is for blocking emergencies: the agreed priority is "
                "“%(priority)s”.",
                priority=priorities.get(self.priority, ""),
            ),
            "no_plan": self.env._("No support plan allows this customer to call."),
            "plan": self.env._(
                "The plan “%(plan)s” does not include the telephone.",
                plan=self.support_plan_id.display_name or "",
            ),
        }
        return " ".join(sentences[code] for code in self._get_phone_objections())

    def _notify_form_request(self):
        """Send the customer the form's address: no answer to the request."""
        self.ensure_one()
        record = self.with_context(lang=self.partner_id.lang or self.env.lang)
        record.message_post(
            body=Markup("<p>%s</p><p>%s</p><p><a href='%s'>%s</a></p>")
            % (
                record.env._(
                    "We have noted your call as ticket %(number)s.", number=self.number
                ),
                record.env._(
                    "The telephone is for blocking emergencies: for every other "
                    "request, the form tells us what we need to help you sooner, and "
                    "you by when you will be answered."
                ),
                self.get_base_url() + PORTAL_FORM,
                record.env._("Open the form"),
            ),
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.partner_id.ids,
        )
