# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...const import ACKNOWLEDGEMENT, COMPUTED, HIGH, MAIL_LAYOUT, RETRY_AFTER
from ...tools.text import given_id

# A long thread is not read to its beginning to find the last answer.
MAX_MESSAGES = 50
# Of a receipt that is made by itself, since it could not be made with the rest.
AGAIN = "again"

_logger = logging.getLogger(__name__)


class TicketMail(models.Model):
    """What the mails of the desk tell the customer of a ticket, and when they leave.

    The texts are mail templates, which each company edits, archives or takes off its
    stages; here is what they show, in the language and time zone of who reads them. A
    mail leaves once: not for what is imported, not to a program that answered.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    is_closing_told = fields.Boolean(
        string="Told of the Closing",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Whether the mail of a closed stage was sent since the ticket was closed.",
    )

    # === WHEN THEY LEAVE === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"is_closing_told": COMPUTED}

    @api.model
    def _prepare_follow_up_vals(self, vals):
        vals = super()._prepare_follow_up_vals(vals)
        if stage_id := given_id(vals.get("stage_id")):
            stage = self.env["helpdesk.ticket.stage"].browse(stage_id)
            if not stage.closed:
                vals = {**vals, "is_closing_told": False}
        return vals

    def _track_post_template_finalize(self):
        # Of a ticket that was just created.
        filed = self.with_context(support_just_filed=True)
        return super(TicketMail, filed)._track_post_template_finalize()

    def _track_template(self, tracking):
        """Send the mail of a stage once, and in the look of the others.

        Not for what comes in closed, as the history of another desk does; nor for what
        a program's answer causes.
        """
        res = super()._track_template(tracking)
        if "stage_id" not in res:
            return res
        # In sudo mode because it may be the customer who closes the ticket.
        record = self[:1].sudo()
        is_told = record.stage_id.closed and (
            record.is_closing_told or self.env.context.get("support_just_filed")
        )
        is_told = is_told or not record._is_customer_there()
        # It goes on in another one, where the customer was told so.
        is_told = is_told or bool(record._get_kept_ticket())
        template, options = res["stage_id"]
        is_silent = template in record.company_id.support_silent_mail_ids
        if is_told or is_silent or not self._may_send_mails():
            del res["stage_id"]
            return res
        res["stage_id"] = (template, {**options, "email_layout_xmlid": MAIL_LAYOUT})
        if record.stage_id.closed:
            record._write_guarded({"is_closing_told": True})
        return res

    def _is_customer_there(self):
        """Say whether the contact, if one is known, is still at the customer's.

        :rtype: bool
        """
        self.ensure_one()
        return not self.partner_id or self.partner_id.active

    def _acknowledge(self):
        """Tell who filed this ticket that it arrived, if the company wants that.

        :return: whether a mail leaves
        :rtype: bool
        """
        self.ensure_one()
        # In sudo mode because the customer, or the gateway, who files may not read
        # what the mail tells: it is the customer's.
        record = self.sudo()
        template_sudo = self.env["mail.template"]._find_support_mail(
            ACKNOWLEDGEMENT, record.company_id
        )
        if (
            not template_sudo
            or not record.company_id.support_acknowledge
            or not self._may_send_mails()
            or not record._is_customer_there()
            or not email_normalize(record.partner_id.email or record.partner_email)
            or self._is_internal_author(record.partner_id)
        ):
            return False
        template_sudo.send_mail(record.id, email_layout_xmlid=MAIL_LAYOUT)
        self._wake_mail_queue()
        return True

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        receipt = kwargs.pop("support_receipt", False)
        if receipt == AGAIN:
            self._acknowledge()
            return []
        if receipt:
            self._acknowledge_or_later(message)
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)

    def _acknowledge_or_later(self, message):
        """Tell who filed this ticket that it arrived, and if that fails again later.

        What the desk is told of it does not wait for that.

        :param message: of the filing
        """
        try:
            with self.env.cr.savepoint():
                self._acknowledge()
        except Exception:
            _logger.exception(
                "Receipt of %s failed: tried again in %s", self.number, RETRY_AFTER
            )
            self.env["mail.message.schedule"]._defer_notification(
                message,
                {"support_receipt": AGAIN},
                fields.Datetime.now() + RETRY_AFTER,
            )

    def _notify_by_email_render_layout(
        self, message, recipients_group, msg_vals=False, render_values=None
    ):
        """Have what agents write leave in the look of the other mails.

        To customers: to agents Odoo shows what changed, and the buttons of the ticket.
        """
        recipients = recipients_group.get("recipients_data") or []
        if (
            self
            and not message.is_internal
            and all(recipient["share"] for recipient in recipients)
        ):
            msg_vals = {**(msg_vals or {}), "email_layout_xmlid": MAIL_LAYOUT}
            if message.message_type == "comment":
                lang = (render_values or {}).get("lang") or self._get_mail_lang()
                status = self.with_context(lang=lang)._get_mail_status()
                render_values = {**(render_values or {}), "support_status": status}
        return super()._notify_by_email_render_layout(
            message, recipients_group, msg_vals=msg_vals, render_values=render_values
        )

    # === WHAT THEY TELL === #

    def _get_mail_frame(self):
        """Return what stands around a mail of the desk about this ticket.

        In the language of the context.

        :return: ``title``, ``url`` and ``button`` (where it leads), and ``note`` (the
            last line)
        :rtype: dict[str, str]
        """
        self.ensure_one()
        if len(self.env.context.get("support_ticket_ids") or ()) > 1:
            return {
                "title": self.env._("Your requests"),
                "url": f"{self.get_base_url()}/my/tickets",
                "button": self.env._("See your requests"),
                "note": "",
            }
        record = self.sudo()  # as _with_mail_reader
        return {
            "title": f"{record.number} – {record.name}",
            "url": self._get_mail_url(),
            "button": self.env._("See your request"),
            "note": self.env._(
                "You can just answer this message: it is added to your request."
            ),
        }

    def _get_mail_status(self):
        """Return where this ticket stands, below what an agent writes.

        :return: the next promise, or why it waits; nothing once it is closed
        :rtype: list[str]
        """
        record = self._with_mail_reader().with_context(lang=self.env.lang)
        if record.stage_id.closed:
            return []
        return [
            sentence
            for promise in record._get_portal_promises()
            if promise["state"] in ("ongoing", "held")
            for sentence in promise["sentences"]
        ]

    def _get_mail_tickets(self):
        """Return the tickets that a mail is about, as its reader reads them.

        :rtype: recordset of helpdesk.ticket
        """
        ids = self.env.context.get("support_ticket_ids") or self.ids
        return self.sudo().browse(ids)  # as _with_mail_reader

    def _get_mail_hold(self):
        """Return why this ticket waits, and until when, in words.

        :rtype: str
        """
        record = self._with_mail_reader()
        words = (record._get_hold_notice()[1], record._get_hold_until_words())
        return " ".join(filter(None, words))

    def _get_mail_silence_end(self):
        """Return when this ticket is closed without an answer, in words.

        :return: empty if it is not
        :rtype: str
        """
        record = self._with_mail_reader()
        moment = record._get_silence_end()
        return record._format_portal_datetime(moment) if moment else ""

    def _get_mail_from(self):
        """Return from whom the mails come that nobody wrote: the company.

        :rtype: str
        """
        self.ensure_one()
        company = self.sudo().company_id  # as _with_mail_reader
        return company.email_formatted or self.env.ref("base.user_root").email_formatted

    def _get_mail_name(self):
        """Return whom a mail greets, maybe nobody by name.

        :rtype: str
        """
        self.ensure_one()
        record = self.sudo()  # as _with_mail_reader
        return record.partner_id.name or record.partner_name or ""

    def _get_mail_url(self):
        """Return where the customer reads this ticket.

        Who cannot sign in gets the address that opens this one ticket.

        :rtype: str
        """
        self.ensure_one()
        record = self.sudo()  # as _with_mail_reader
        if record.partner_id.user_ids:
            return record.get_base_url() + record.access_url
        return record.get_base_url() + record.get_portal_url()

    def _get_mail_facts(self):
        """Return where this ticket stands, in words.

        :return: a label and a sentence, or several, of each fact
        :rtype: list[tuple[str, str]]
        """
        record = self._with_mail_reader()
        env = record.env
        facts = [
            (env._("Number"), record.number),
            (env._("Subject"), record.name),
            (env._("Is it covered?"), record.scope_explanation),
        ]
        if not record.stage_id.closed:
            facts += [
                (promise["title"], " ".join(promise["sentences"]))
                for promise in record._get_portal_promises()
            ]
        return [(label, text) for label, text in facts if text]

    def _get_mail_phone(self):
        """Return the number to call: for blocking emergencies, where the plan has it.

        :rtype: str
        """
        self.ensure_one()
        record = self.sudo()  # as _with_mail_reader
        if record.priority != HIGH or not record.support_plan_id.phone_allowed:
            return ""
        return record.company_id.support_phone or ""

    def _get_mail_priorities(self):
        """Return the priority asked for and the one agreed, in words.

        :rtype: tuple[str, str]
        """
        record = self._with_mail_reader()
        labels = dict(record._fields["priority"]._description_selection(record.env))
        return labels.get(record.claimed_priority, ""), labels.get(record.priority, "")

    def _get_mail_scope(self):
        """Return the verdict in short.

        :rtype: str
        """
        record = self._with_mail_reader()
        labels = dict(record._fields["scope"]._description_selection(record.env))
        return labels.get(record.scope, "")

    def _get_mail_stage(self):
        """Return where this ticket is, as the customer reads it.

        :rtype: str
        """
        return self._with_mail_reader().stage_id.name or ""

    def _get_mail_answer(self):
        """Return the last answer to the customer: what was done.

        :return: Markup, or an empty text
        """
        record = self._with_mail_reader()
        messages = record.env["mail.message"].search(
            Domain("model", "=", record._name)
            & Domain("res_id", "=", record.id)
            & Domain("message_type", "in", ["comment", "email"])
            & Domain("is_internal", "=", False),
            order="date DESC, id DESC",
            limit=MAX_MESSAGES,
        )
        answers = messages.filtered(record._is_answer_to_customer)
        return answers[:1].body or ""

    def _get_mail_reopening(self):
        """Return until when the customer may reopen this ticket, in words.

        :return: empty if they may not
        :rtype: str
        """
        record = self._with_mail_reader()
        if record._get_reopen_obstacle():
            return ""
        return record._format_portal_datetime(record._get_reopen_deadline())

    def _get_mail_ratings(self):
        """Return what the customer may say of a closed ticket, each by one click.

        The address shows a page, and what is sent from there decides: programs that
        follow the links of a mail rate nothing.

        :return: an address and a label each, none for who may not rate
        :rtype: list[tuple[str, str]]
        """
        record = self._with_mail_reader()
        if not record.partner_id or not record._may_rate(record.partner_id):
            return []
        token = record._rating_get_access_token(record.partner_id)
        return [
            (f"{record.get_base_url()}/rate/{token}/{value}", label)
            for value, label in record._get_rating_choices()
        ]
