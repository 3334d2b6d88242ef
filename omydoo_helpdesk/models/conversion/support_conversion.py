# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, plaintext2html

from ...tools.text import format_hours


class SupportConversionWayMixin(models.AbstractModel):
    """Which way out of a ticket is meant: the one list of ways, with their labels.

    Each way adds itself (``wizards/conversion/ways``). Used by the wizards that choose
    one, by what is handed over, by the log and by the report.
    """

    _name = "support.conversion.way.mixin"
    _description = "Way of Conversion"

    action = fields.Selection(selection=[], string="Converted Into")

    @api.model
    def _get_ways(self):
        """Return the ways there are, in the user's language.

        :return: the label by the way
        :rtype: dict[str, str]
        """
        return dict(self._fields["action"]._description_selection(self.env))


TAKE_OVER = "take_over"

# The fields that an outcome has, for orders that were decided before it was noted.
TAKE_OVER_ORDERS_SQL = """
    UPDATE sale_order
       SET support_outcome = CASE state WHEN 'sale'
               THEN 'accepted' ELSE 'cancelled' END,
           support_outcome_at = CASE state WHEN 'sale'
               THEN COALESCE(signed_on, date_order) ELSE write_date END,
           support_accepted_at = CASE state WHEN 'sale'
               THEN COALESCE(signed_on, date_order) END
     WHERE support_outcome IS NULL
       AND state IN ('sale', 'cancel')
       AND id IN (SELECT sale_order_id FROM helpdesk_ticket_sale_order_rel)
"""


class SupportConversion(models.Model):
    """Append-only log of the conversions: which ticket, into what, by whom, when."""

    _name = "support.conversion"
    _inherit = ["support.ledger.mixin", "support.conversion.way.mixin"]
    _description = "Support Conversion"
    _order = "converted_at desc, id desc"
    _rec_name = "record_name"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, ondelete="cascade"
    )
    action = fields.Selection(required=True)
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Quotation",
        index="btree_not_null",
        ondelete="set null",
    )
    project_id = fields.Many2one(comodel_name="project.project", ondelete="set null")
    task_id = fields.Many2one(comodel_name="project.task", ondelete="set null")
    record_name = fields.Char(
        string="Made", help="Its name at that time, also after it was deleted."
    )
    cover_reason = fields.Text(
        string="Why Quoted",
        help="Why what was covered was quoted all the same.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Converted By", ondelete="restrict"
    )
    converted_at = fields.Datetime(
        string="Converted On", required=True, default=fields.Datetime.now
    )
    origin = fields.Selection(
        selection=[
            ("conversion", "Conversion"),
            (TAKE_OVER, "Made before the log was kept"),
        ],
        required=True,
        default="conversion",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_ledger_refusal(self):
        return self.env._(
            "The log of conversions stays as it was written: it is neither changed, "
            "copied nor deleted."
        )

    @api.model
    def _prepare_log_vals(self, action, ticket, record, task=None):
        """Return the values that note a conversion.

        :param str action: the way
        :param ticket: the ticket
        :param record: what it became: an order, a project or a task
        :param task: the task made with it, if any
        :rtype: dict
        """
        if record._name == "project.task":
            task = record
        is_order = record._name == "sale.order"
        project = task.project_id if task else record
        return {
            "ticket_id": ticket.id,
            "company_id": ticket.company_id.id,
            "action": action,
            "order_id": record.id if is_order else False,
            "project_id": project.id if task or not is_order else False,
            "task_id": task.id if task else False,
            "record_name": record.display_name,
            "user_id": self.env.uid,
        }

    @api.model
    def _guess_action(self, record):
        """Return which way a record was made, where nobody noted it at that time.

        :param record: an order, a project or a task
        :rtype: str
        """
        if record._name == "sale.order":
            return "quotation"
        if record._name == "project.project":
            return "project"
        return "hours_pack" if record.sale_line_id else "full_support"

    @api.model
    def _take_over(self):
        """Note the conversions made before this log was kept, each once.

        Run at installation; it finds nothing to do the second time.
        """
        self.env.flush_all()
        self.env.cr.execute(SQL(TAKE_OVER_ORDERS_SQL))
        self.env["sale.order"].invalidate_model()
        tickets = (
            self.env["helpdesk.ticket"]
            .with_context(active_test=False)
            .search([("conversion_ref", "!=", False), ("conversion_ids", "=", False)])
        )
        vals_list = []
        for ticket in tickets:
            record = ticket._get_conversion_record()
            if record:
                action = self._guess_action(record)
                vals = self._prepare_log_vals(action, ticket, record)
                vals.update(
                    user_id=record.create_uid.id,
                    converted_at=record.create_date,
                    origin=TAKE_OVER,
                )
                vals_list.append(vals)
        self.create(vals_list)
        # Their promise ended with the conversion, whatever stage they are in.
        tickets._sla_sync_log()


class SupportConversionRequest(models.Model):
    """What an agent prepared for a project manager, who alone may sell.

    The wizard that the project manager opens on these tickets starts from it.
    """

    _name = "support.conversion.request"
    _inherit = ["support.conversion.way.mixin"]
    _description = "Conversion Handed Over"
    _order = "id desc"
    _rec_name = "action"
    _check_company_auto = True

    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        relation="support_conversion_request_ticket_rel",
        column1="request_id",
        column2="ticket_id",
        string="Tickets",
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Project Manager",
        required=True,
        readonly=True,
        check_company=True,
    )
    action = fields.Selection(string="Proposed", required=True, readonly=True)
    hours = fields.Float(string="Estimated Hours", readonly=True)
    message = fields.Html(string="Message to the Customer", readonly=True)
    note = fields.Text(
        string="Note to the Project Manager",
        readonly=True,
        help="Internal: never shown to the customer.",
    )
    state = fields.Selection(
        selection=[
            ("pending", "Pending"),
            ("done", "Converted"),
            ("replaced", "Replaced"),
        ],
        default="pending",
        required=True,
        readonly=True,
        index=True,
    )

    def _describe(self):
        """Return what was prepared, in the project manager's language.

        :rtype: Markup
        """
        self.ensure_one()
        self = self.with_context(lang=self.user_id.lang)
        values = {
            "agent": self.create_uid.name,
            "action": self._get_ways()[self.action],
            "hours": format_hours(self.hours),
        }
        if self.hours:
            text = self.env._("%(agent)s proposes: %(action)s, %(hours)s.", **values)
        else:
            text = self.env._(
                "%(agent)s proposes: %(action)s, without an estimate.", **values
            )
        return Markup("<p>%s</p>") % text + plaintext2html(self.note or "")
