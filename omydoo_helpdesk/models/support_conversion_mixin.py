# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import Command, fields, models
from odoo.exceptions import AccessError, LockError
from odoo.fields import Domain
from odoo.tools import html2plaintext

CONVERSION_GROUP = "omydoo_helpdesk.support_group_project_manager"
CONVERSION_MODELS = [
    ("sale.order", "Sales Order"),
    ("project.project", "Project"),
    ("project.task", "Task"),
]
# Odoo turns emphasis into stars, and writes most blocks one after the other.
EMPHASIS = re.compile(r"</?(?:b|strong|em)\b[^>]*>", re.IGNORECASE)
BLOCK_ENDS = re.compile(r"</(?:div|li|blockquote|h[1-6])\s*>", re.IGNORECASE)


class SupportConversionMixin(models.AbstractModel):
    """What becomes of a request that support does not do: the way out of a ticket.

    Used by a ticket with OCA's links ``sale_order_ids``, ``project_id`` and
    ``task_id``. The wizard ``helpdesk.ticket.convert`` holds the choices; what is made
    from a ticket, and when it may be, is said here.
    """

    _name = "support.conversion.mixin"
    _description = "Support Conversion"

    conversion_ref = fields.Reference(
        selection=CONVERSION_MODELS,
        string="Converted Into",
        readonly=True,
        copy=False,
        # Not shown to whoever may not read quotations.
        groups=CONVERSION_GROUP,
        help="What the last conversion made of this ticket.",
    )

    # === ACTION METHODS === #

    def action_convert(self):
        """Open the wizard that converts this ticket.

        :return: an action
        :rtype: dict
        :raise AccessError: if the user may not convert it
        """
        self.ensure_one()
        self._check_may_convert()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Convert"),
            "res_model": "helpdesk.ticket.convert",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def action_view_project(self):
        """Open the project of this ticket."""
        self.ensure_one()
        return self.project_id._get_records_action(context={})

    def action_view_task(self):
        """Open the task of this ticket."""
        self.ensure_one()
        return self.task_id._get_records_action(context={})

    # === BUSINESS METHODS - ONCE === #

    def _check_may_convert(self):
        """Check that the user may convert this ticket.

        :raise AccessError: otherwise
        """
        if not self.env.user.has_group(CONVERSION_GROUP):
            raise AccessError(
                self.env._(
                    "Only a project manager can convert tickets: assign it to one."
                )
            )
        self.check_access("write")

    def _lock_for_conversion(self):
        """Keep everybody else from converting this ticket before we commit.

        Whoever comes during that time gets the error; whoever began before our commit
        and comes after it is refused by PostgreSQL, because the row has changed since,
        and their request is run again: it then finds what we made.

        :raise LockError: if somebody else is at it
        """
        self.ensure_one()
        try:
            # Messages may go on referencing the ticket.
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise LockError(
                self.env._(
                    "Somebody else is working on ticket %(ticket)s at this very "
                    "moment: nothing was made, try again.",
                    ticket=self.number,
                )
            ) from error

    def _get_conversion_record(self):
        """Return what the last conversion made, as long as it exists.

        :return: an order, a project or a task; or None
        """
        self.ensure_one()
        record = self.conversion_ref
        return record.exists() if record else None

    def _get_conversion_obstacle(self):
        """Return why this ticket cannot be converted, in words for the user.

        :return: a sentence, or False
        """
        self.ensure_one()
        ticket = self.display_name
        if not self.active:
            return self.env._("“%(ticket)s” is archived.", ticket=ticket)
        if self.duplicate_id:
            return self.env._(
                "“%(ticket)s” is a duplicate of “%(original)s”: convert that one.",
                ticket=ticket,
                original=self.duplicate_id.display_name,
            )
        if self.stage_id.closed and not self.stage_id.is_conversion:
            return self.env._("“%(ticket)s” is closed: reopen it first.", ticket=ticket)
        if not self.partner_id:
            return self.env._(
                "“%(ticket)s” has no customer: choose its contact first.",
                ticket=ticket,
            )
        archived = (self.partner_id | self.partner_id.commercial_partner_id).filtered(
            lambda partner: not partner.active
        )
        if archived:
            return self.env._(
                "The customer “%(customer)s” is archived.",
                customer=archived[0].display_name,
            )
        if not self._get_conversion_stage():
            return self.env._(
                "The team of “%(ticket)s” has no stage for conversions: a manager "
                "marks a closed stage of the team as such.",
                ticket=ticket,
            )
        return False

    def _get_conversion_stage(self):
        """Return the stage in which a converted ticket is closed.

        :rtype: recordset of helpdesk.ticket.stage
        """
        self.ensure_one()
        stages = self.team_id.with_company(self.company_id)._get_applicable_stages()
        return stages.filtered("is_conversion")[:1]

    # === BUSINESS METHODS - WHAT IS MADE === #

    def _prepare_sale_order_vals(self, partner, product, hours, introduction):
        """Return the values of a quotation for this ticket.

        Addresses, pricelist, currency, taxes, payment terms and the language of the
        line follow from customer and company by Odoo's own rules.

        :param partner: to whom it is addressed
        :param product: the service sold
        :param float hours: estimated
        :param str introduction: what the customer asked for, in plain text
        :rtype: dict
        """
        self.ensure_one()
        heading = self.with_context(lang=partner.lang).env._(
            "Ticket %(number)s: %(subject)s", number=self.number, subject=self.name
        )
        lines = [{"display_type": "line_section", "name": heading}]
        if introduction and introduction.strip():
            lines.append({"display_type": "line_note", "name": introduction.strip()})
        lines.append(
            {
                "product_id": product.id,
                "product_uom_qty": self._convert_hours_to_sell(product, hours),
            }
        )
        return {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "origin": self.number,
            "ticket_ids": [Command.link(self.id)],
            "order_line": [Command.create(line) for line in lines],
        }

    def _convert_hours_to_sell(self, product, hours):
        """Return hours in the unit of a service; a unit that is no time is an hour."""
        hour = self.env.ref("uom.product_uom_hour")
        if product.uom_id._has_common_reference(hour):
            return hour._compute_quantity(hours, product.uom_id)
        return hours

    def _prepare_project_vals(self, name):
        """Return the values of a project for the customer of this ticket.

        :param str name: its name
        :rtype: dict
        """
        self.ensure_one()
        return {
            "name": name,
            "partner_id": self.partner_id.commercial_partner_id.id,
            "company_id": self.company_id.id,
            # Sharing it with the customer is a decision of the project manager.
            "privacy_visibility": "employees",
            "allow_billable": True,
            "allow_timesheets": True,
            # A new project has no stages, and its tasks would be in none.
            "type_ids": [
                Command.create(vals) for vals in self._prepare_task_stage_vals()
            ],
        }

    def _prepare_task_stage_vals(self):
        """Return the stages of a new project.

        :rtype: list[dict]
        """
        return [
            {"name": self.env._("To Do"), "sequence": 5},
            {"name": self.env._("In Progress"), "sequence": 10},
            {"name": self.env._("Done"), "sequence": 15, "fold": True},
            {"name": self.env._("Cancelled"), "sequence": 20, "fold": True},
        ]

    def _prepare_task_vals(self, project, hours):
        """Return the values of a task for this ticket.

        :param project: where it goes
        :param float hours: planned
        :rtype: dict
        """
        self.ensure_one()
        return {
            "name": self.name,
            "description": self.description,
            "project_id": project.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "allocated_hours": hours,
            "priority": "1" if self.priority == "3" else "0",
        }

    def _get_support_project_domain(self):
        """Return which projects may take a task for this ticket.

        :rtype: Domain
        """
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        return (
            Domain("partner_id", "!=", False)
            & Domain("partner_id.commercial_partner_id", "=", customer.id)
            & Domain("company_id", "in", [False, self.company_id.id])
            & Domain("is_template", "=", False)
            & Domain("allow_billable", "=", True)
            & Domain("allow_timesheets", "=", True)
        )

    def _find_support_project(self):
        """Return the project in which the customer's support tasks are kept.

        :rtype: recordset of project.project
        """
        return self.env["project.project"].search(
            self._get_support_project_domain() & Domain("is_support", "=", True),
            order="id",
            limit=1,
        )

    def _find_hours_packs(self):
        """Return the hours packs of the customer with hours left, oldest first.

        :rtype: recordset of sale.order.line
        """
        self.ensure_one()
        return self.env["sale.order.line"]._find_hours_packs(
            self.partner_id.commercial_partner_id, self.company_id
        )

    def _get_introduction(self):
        """Return the request in the customer's words, as plain text.

        :rtype: str
        """
        self.ensure_one()
        html = BLOCK_ENDS.sub(r"\g<0><br/>", EMPHASIS.sub("", self.description or ""))
        # Links to images are of no use on paper, and may hold an access token.
        return html2plaintext(html, include_references=False).strip()

    # === BUSINESS METHODS - ATTACHMENTS === #

    def _get_shareable_attachments(self):
        """Return the files of this ticket that are not those of internal notes.

        :rtype: recordset of ir.attachment
        """
        self.ensure_one()
        attachments = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", False),
            ],
            order="id",
        )
        internal = self.message_ids.filtered(
            lambda message: message.is_internal or message.subtype_id.internal
        )
        return attachments - internal.attachment_ids

    def _get_customer_attachments(self):
        """Return the files that the customer sent: by the form or with a message.

        :rtype: recordset of ir.attachment
        """
        self.ensure_one()
        attachments = self._get_shareable_attachments()
        posted = self.message_ids.attachment_ids
        ours = self.message_ids.filtered(
            lambda message: self._is_internal_author(message.author_id)
        ).attachment_ids
        return attachments.filtered(
            lambda attachment: (
                attachment not in ours
                and (attachment in posted or attachment.create_uid.share)
            )
        )

    # === BUSINESS METHODS - AFTER === #

    def _finish_conversion(self, record, message, attachments, task=None):
        """Tell everybody what became of this ticket, and close it.

        :param record: what was made: an order, a project or a task
        :param message: what the customer is told, as Markup
        :param attachments: files to copy to the task, or else to the record
        :param task: the task made, if any
        """
        self.ensure_one()
        target = task or record
        for attachment in attachments:
            attachment.copy(
                {
                    "res_model": target._name,
                    "res_id": target.id,
                    # The link to the one file must not open the other.
                    "access_token": False,
                }
            )
        record.message_post_with_source(
            "mail.message_origin_link",
            render_values={"self": record, "origin": self},
            subtype_xmlid="mail.mt_note",
        )
        self._message_log(
            body=self.env._(
                "Converted into %(record)s.", record=record._get_html_link()
            )
        )
        # Before the stage: it is the answer that the customer was promised.
        self._post_conversion_message(message)
        vals = {
            "conversion_ref": f"{record._name},{record.id}",
            "stage_id": self._get_conversion_stage().id,
        }
        if task:
            vals.update(task_id=task.id, project_id=task.project_id.id)
        self.write(vals)

    def _post_conversion_message(self, message):
        """Tell the customer what becomes of the request.

        :param message: the body, as Markup
        """
        self.ensure_one()
        self.message_post(
            body=message,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            # Without an address, the portal is where the message can be read.
            partner_ids=self.partner_id.filtered("email").ids,
        )
