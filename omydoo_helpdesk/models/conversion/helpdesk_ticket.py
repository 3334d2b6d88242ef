# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.tools import html2plaintext

from ...const import COMPUTED, CONVERSION_GROUP, CONVERSION_MODELS

# Odoo turns emphasis into stars, and writes most blocks one after the other.
EMPHASIS = re.compile(r"</?(?:b|strong|em)\b[^>]*>", re.IGNORECASE)

BLOCK_ENDS = re.compile(r"</(?:div|li|blockquote|h[1-6])\s*>", re.IGNORECASE)


class TicketConversion(models.Model):
    """What becomes of a request that support does not do: the way out of a ticket.

    Which files and which people of a ticket go along with what is made from it.

    What is made from a ticket: the values of orders, projects and tasks.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # A copy is another request: what became of this one is not its own, and whoever
    # copies it need not read orders and projects.
    sale_order_ids = fields.Many2many(copy=False)
    project_id = fields.Many2one(copy=False)
    task_id = fields.Many2one(copy=False)
    milestone_id = fields.Many2one(copy=False)
    conversion_ref = fields.Reference(
        selection=CONVERSION_MODELS,
        string="Converted Into",
        readonly=True,
        copy=False,
        # Not shown to whoever may not read quotations.
        groups=CONVERSION_GROUP,
        help="What the last conversion made of this ticket.",
    )
    conversion_task_ids = fields.Many2many(
        comodel_name="project.task",
        relation="helpdesk_ticket_conversion_task_rel",
        column1="ticket_id",
        column2="task_id",
        string="All Tasks",
        compute="_compute_conversion_task_ids",
        store=True,
        compute_sudo=True,
        copy=False,
        groups="project.group_project_user",
        help="Every task this ticket was ever linked to: a later conversion does not "
        "make the earlier one disappear.",
    )
    conversion_task_count = fields.Integer(
        compute="_compute_conversion_task_count",
        groups="project.group_project_user",
    )

    # === COMPUTE METHODS === #

    @api.depends("task_id")
    def _compute_conversion_task_ids(self):
        for ticket in self:
            if ticket.task_id not in ticket.conversion_task_ids:
                ticket.conversion_task_ids |= ticket.task_id

    @api.depends("conversion_task_ids")
    def _compute_conversion_task_count(self):
        for ticket in self:
            ticket.conversion_task_count = len(
                ticket.conversion_task_ids._filtered_access("read")
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("stage_id")
    def _check_conversion_stage(self):
        """Refuse a stage that means a conversion without one, by whatever road."""
        # In sudo mode because agents may not read what a ticket became.
        for ticket in self.sudo().filtered("stage_id.is_conversion"):
            if not ticket.conversion_ref:
                raise ValidationError(
                    self.env._(
                        "“%(stage)s” closes what a project manager has converted: use "
                        "“Hand Over to a Project Manager” or “Convert” on "
                        "“%(ticket)s”.",
                        stage=ticket.stage_id.name,
                        ticket=ticket.display_name,
                    )
                )

    # === BUSINESS METHODS - KEPT === #

    def _get_with_history(self):
        # In sudo mode because what became of a ticket is kept whoever may read it.
        conversions_sudo = self.env["support.conversion"].sudo()
        return super()._get_with_history() | self.browse(
            conversions_sudo.search([("ticket_id", "in", self.ids)]).ticket_id.ids
        )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"conversion_ref": COMPUTED}

    # === ACTION METHODS === #

    def action_convert(self):
        """Open the wizard that converts these tickets of one customer.

        What an agent handed over comes with the tickets it was prepared for.

        :return: an action
        :rtype: dict
        :raise AccessError: if the user may not convert them
        :raise UserError: if they cannot be converted together
        """
        self._check_may_convert()
        obstacle = self._get_mixture_obstacle()
        if obstacle:
            raise UserError(obstacle)
        request = self._get_pending_request()
        tickets = self | request.ticket_ids._filtered_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Convert"),
            "res_model": "helpdesk.ticket.convert",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_ids": [Command.set(tickets.ids)]},
        }

    def action_view_project(self):
        """Open the project of this ticket."""
        self.ensure_one()
        return self.project_id._get_records_action(context={})

    def action_view_task(self):
        """Open the task of this ticket, or all that it ever had."""
        self.ensure_one()
        tasks = (self.task_id | self.conversion_task_ids)._filtered_access("read")
        return tasks._get_records_action(name=self.env._("Tasks"), context={})

    # === BUSINESS METHODS - ONCE === #

    def _check_may_convert(self):
        """Check that the user may convert these tickets.

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
        """Keep everybody else from converting these tickets before we commit.

        Whoever comes during that time gets the error; whoever began before our commit
        and comes after it is refused by PostgreSQL, because the row has changed since,
        and their request is run again: it then finds what we made.

        :raise LockError: if somebody else is at it
        """
        # In the same order for everybody, and one by one: of two who want some of the
        # same tickets one gets them all, and the other is not kept waiting.
        for ticket in self.sorted("id"):
            try:
                # Messages may go on referencing the ticket.
                ticket.lock_for_update(allow_referencing=True)
            except LockError as error:
                raise LockError(
                    self.env._(
                        "Somebody else is working on ticket %(ticket)s at this very "
                        "moment: nothing was made, try again.",
                        ticket=ticket.number,
                    )
                ) from error

    def _get_conversion_record(self):
        """Return what the last conversion made, as long as it exists.

        :return: an order, a project or a task; or None
        """
        self.ensure_one()
        record = self.conversion_ref
        return record.exists() if record else None

    def _describe_conversion(self):
        """Return what was made of this ticket so far, in words for the user.

        :return: names, with the state of the orders; or False
        """
        self.ensure_one()
        record = self._get_conversion_record()
        if not record:
            return False
        states = dict(
            self.env["sale.order"]._fields["state"]._description_selection(self.env)
        )
        made = [record, *self.sale_order_ids, *self.conversion_task_ids]
        made = [each for each in made if each._filtered_access("read")]
        return ", ".join(
            dict.fromkeys(
                f"{each.display_name} ({states[each.state]})"
                if each._name == "sale.order"
                else each.display_name
                for each in made
            )
        )

    def _get_default_conversion_action(self):
        """Return the way out that covers these tickets: it has the cover's own name.

        :rtype: str
        """
        coverages = set(self.mapped("coverage"))
        paid = coverages & self.env["support.conversion"]._get_ways().keys()
        return paid.pop() if len(coverages) == 1 and paid else "quotation"

    def _describe_cover(self):
        """Return what pays for this ticket already, as its customer was told.

        :rtype: str
        """
        self.ensure_one()
        covers = dict(self._fields["coverage"]._description_selection(self.env))
        told = self._scope_get_reason_sentence()
        if self.scope == "out_of_scope":
            told = f"{told} {self._scope_get_consequence_sentence()}".strip()
        return self.env._(
            "“%(ticket)s” is covered (%(cover)s), and its customer was told: "
            "“%(told)s”",
            ticket=self.display_name,
            cover=covers[self.coverage],
            told=told,
        )

    # === BUSINESS METHODS - WHEN === #

    def _get_selection_obstacle(self):
        """Return why these tickets cannot be converted together, or one of them not.

        :return: a sentence, or False
        """
        return self._get_mixture_obstacle() or next(
            filter(None, (ticket._get_conversion_obstacle() for ticket in self)), False
        )

    def _get_mixture_obstacle(self):
        """Return why these tickets do not go together.

        :return: a sentence, or False
        """
        if not self:
            return self.env._("Choose the tickets first.")
        if len(self.company_id) > 1:
            return self.env._(
                "These tickets are of several of our companies: convert those of one "
                "company at a time."
            )
        # One who has no customer yet is an obstacle of its own, said later.
        customers = self.partner_id.commercial_partner_id
        if len(customers) > 1:
            return self.env._(
                "These tickets are of several customers (%(customers)s): convert those "
                "of one customer at a time.",
                customers=", ".join(customers.mapped("display_name")),
            )
        return False

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

    # === BUSINESS METHODS - AFTER === #

    def _finish_conversion(
        self, action, record, message, attachments, task=None, cover_reason=False
    ):
        """Tell everybody what became of this ticket, and close it.

        :param str action: the way
        :param record: what was made: an order, a project or a task
        :param message: what the customer is told, as Markup
        :param attachments: files to copy to the task, or else to the record
        :param task: the task made, if any
        :param cover_reason: why what is covered is quoted all the same, if it is
        """
        self.ensure_one()
        earlier = self._describe_conversion()
        self._copy_attachments(attachments, task or record)
        record.message_post_with_source(
            "mail.message_origin_link",
            render_values={"self": record, "origin": self},
            subtype_xmlid="mail.mt_note",
        )
        body = self.env._("Converted into %(record)s.", record=record._get_html_link())
        if earlier:
            body += Markup(" ") + self.env._(
                "It had been converted before: %(earlier)s.", earlier=earlier
            )
        if cover_reason:
            body += Markup("<br/>") + self.env._(
                "It is quoted although it is covered: %(reason)s", reason=cover_reason
            )
        self._message_log(body=body)
        # Before the stage: it is the answer that the customer was promised.
        self._post_conversion_message(message)
        vals = {
            "conversion_ref": f"{record._name},{record.id}",
            "stage_id": self._get_conversion_stage().id,
        }
        if task:
            vals.update(task_id=task.id, project_id=task.project_id.id)
        self._write_guarded(vals)
        self._finish_handover()
        self._log_conversion(action, record, task, cover_reason)

    def _get_conversion_sentences(self):
        """Return what the way says to the customer; the template of the message calls.

        The context has the way (``support_conversion``) and what was chosen
        (``support_hours``, ``support_date_start``, ``support_date_end``).

        :rtype: list[str]
        """
        self.ensure_one()
        action = self.env.context.get("support_conversion")
        if action not in self.env["support.conversion"]._get_ways():
            return []
        return getattr(self, f"_conversion_sentences_{action}")()

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

    def _copy_attachments(self, attachments, target):
        """Copy files of this ticket to what was made from it, each of them once.

        :param attachments: files; those of other tickets are left out
        :param target: an order or a task
        """
        self.ensure_one()
        for attachment in attachments.filtered(lambda file: file.res_id == self.id):
            attachment.copy(
                {
                    "res_model": target._name,
                    "res_id": target.id,
                    # The link to the one file must not open the other.
                    "access_token": False,
                }
            )

    # === BUSINESS METHODS - FOLLOWERS === #

    def _get_customer_followers(self):
        """Return the customer's own people among those who follow these tickets.

        :rtype: recordset of res.partner
        """
        customer = self.partner_id.commercial_partner_id
        return (self.partner_id | self.message_partner_ids).filtered(
            lambda partner: (
                partner.active and partner.commercial_partner_id == customer
            )
        )

    # === BUSINESS METHODS === #

    def _prepare_sale_order_vals(self, partner, lines):
        """Return the values of a quotation for these tickets.

        Addresses, pricelist, currency, taxes, payment terms and the language of the
        lines follow from customer and company by Odoo's own rules.

        :param partner: to whom it is addressed
        :param list[dict] lines: values of its lines, in order
        :rtype: dict
        """
        return {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "origin": ", ".join(self.mapped("number")),
            "ticket_ids": [Command.link(ticket.id) for ticket in self],
            "order_line": [
                Command.create({**line, "sequence": sequence})
                for sequence, line in enumerate(lines, start=10)
            ],
        }

    def _prepare_order_introduction_vals(self, partner, introduction):
        """Return the lines that introduce this ticket on a quotation.

        :param partner: to whom it is addressed
        :param str introduction: what the customer asked for, in plain text
        :rtype: list[dict]
        """
        self.ensure_one()
        heading = self.with_context(lang=partner.lang).env._(
            "Ticket %(number)s: %(subject)s", number=self.number, subject=self.name
        )
        lines = [{"display_type": "line_section", "name": heading}]
        if introduction and introduction.strip():
            lines.append({"display_type": "line_note", "name": introduction.strip()})
        return lines

    def _prepare_order_service_vals(self, product, hours):
        """Return the line that sells hours of a service.

        :param product: the service sold
        :param float hours: estimated
        :rtype: dict
        """
        return {
            "product_id": product.id,
            "product_uom_qty": self._convert_hours_to_sell(product, hours),
        }

    def _convert_hours_to_sell(self, product, hours):
        """Return hours in the unit of a service; a unit that is no time is an hour."""
        hour = self.env.ref("uom.product_uom_hour")
        if product.uom_id._has_common_reference(hour):
            return hour._compute_quantity(hours, product.uom_id)
        return hours

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

    def _find_hours_packs(self):
        """Return the hours packs of the customer with hours left, first to use first.

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
