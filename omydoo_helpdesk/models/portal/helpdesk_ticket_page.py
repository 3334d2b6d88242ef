# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

# What the page of a ticket looks at of what the ticket is linked to.
PAGE_LINKS = ("category_id", "company_id", "partner_id", "support_plan_id", "team_id")
PAGE_COLUMNS = {
    "helpdesk.ticket.category": ("charter_clause", "name", "parent_id"),
    "helpdesk.ticket.team": ("company_id",),
    "res.company": (
        "name",
        "resource_calendar_id",
        "support_acknowledge",
        "support_file_types",
        "support_phone",
        "support_refused_file_types",
        "support_reopen_days",
        "support_show_agent_address",
    ),
    "res.partner": (
        "commercial_company_name",
        "commercial_partner_id",
        "company_name",
        "country_id",
        "email",
        "is_company",
        "name",
        "parent_id",
        "phone",
        "state_id",
        "support_change_approver",
        "type",
        "tz",
        "write_date",
    ),
    "res.users": ("active", "company_id", "partner_id", "share"),
    "resource.calendar": ("tz",),
    "helpdesk.ticket.stage": (
        "close_from_portal",
        "closed",
        "hold_party",
        "hold_reason",
        "holds_sla",
        "is_conversion",
        "is_silence",
        "name",
        "sla_success",
    ),
    "support.plan": ("phone_allowed",),
}
# The same of who wrote a message.
AUTHOR_COLUMNS = ("commercial_partner_id", "name")
# The same of the ticket itself.
TICKET_COLUMNS = (
    "active",
    "application_id",
    "blocking_what",
    "blocking_who",
    "category_id",
    "claimed_priority",
    "closed_date",
    "commercial_partner_id",
    "company_id",
    "contest_state",
    "conversion_ref",
    "coverage",
    "create_date",
    "custom_module_id",
    "description",
    "duplicate_id",
    "environment",
    "filed_at",
    "hold_reason_id",
    "hold_until",
    "last_stage_update",
    "name",
    "next_response_deadline",
    "next_response_ended_at",
    "next_response_state",
    "number",
    "partner_email",
    "partner_id",
    "partner_name",
    "priority",
    "project_id",
    "resolution_deadline",
    "resolution_ended_at",
    "resolution_state",
    "response_deadline",
    "response_ended_at",
    "response_state",
    "scope",
    "scope_override",
    "scope_override_reason",
    "scope_reason",
    "stage_id",
    "support_plan_id",
    "task_id",
    "team_id",
    "upstream_bug_id",
    "urgent_claimed_at",
    "user_id",
    "waiting_since",
)
# The same of who sees the form, and of their company.
FORM_COLUMNS = {
    "res.company": (
        "helpdesk_mgmt_portal_category_id_required",
        "helpdesk_mgmt_portal_select_team",
        "helpdesk_mgmt_portal_team_id_required",
        "name",
        "resource_calendar_id",
        "support_charter_acceptance",
        "support_count_validity_days",
        "support_file_types",
        "support_phone",
        "support_refused_file_types",
    ),
    "res.partner": ("commercial_partner_id", "email", "name", "tz"),
    "res.users": ("active", "company_id", "partner_id", "share"),
    "resource.calendar": ("name", "two_weeks_calendar", "tz"),
}
# The same of who files a ticket, with what is looked at while it is made.
NOTIFYING_JOB = "mail.ir_cron_send_scheduled_message"
FILING_COLUMNS = {
    "ir.cron": ("active",),
    "res.company": (
        "alias_domain_id",
        "helpdesk_mgmt_portal_select_team",
        "helpdesk_mgmt_portal_team_id_required",
        "helpdesk_mgmt_ticket_auto_assign",
        "resource_calendar_id",
        "support_charter_acceptance",
        "support_file_types",
        "support_filing_day_limit",
        "support_filing_hour_limit",
        "support_refused_file_types",
    ),
    "res.partner": (
        "active",
        "commercial_partner_id",
        "email",
        "name",
        "partner_share",
        "tz",
    ),
    "res.users": ("active", "company_id", "partner_id", "share"),
}
# The same of who sees the list, and of their company.
LIST_VISITOR_COLUMNS = {
    "res.company": ("name", "resource_calendar_id"),
    "res.partner": (
        "commercial_partner_id",
        "name",
        "support_change_approver",
        "tz",
        "user_id",
    ),
    "res.users": ("active", "company_id", "partner_id", "share"),
    "resource.calendar": ("tz",),
}
# The same of its tickets, and of what they are linked to.
LIST_TICKET_COLUMNS = (
    "category_id",
    "closed_date",
    "create_date",
    "hold_reason_id",
    "hold_until",
    "name",
    "next_deadline",
    "next_response_deadline",
    "next_response_state",
    "number",
    "partner_id",
    "partner_name",
    "response_deadline",
    "response_state",
    "scope",
    "stage_id",
    "turn",
)
LIST_LINKED_COLUMNS = {
    "category_id": ("name", "parent_id"),
    "partner_id": ("name",),
    "stage_id": ("closed", "hold_party", "holds_sla", "name"),
}
# What is read with the users that a page looks at.
OF_USERS = (
    ("res.partner", "partner_id"),
    ("res.company", "company_id"),
    ("resource.calendar", "company_id.resource_calendar_id"),
)


class TicketPage(models.Model):
    """What a page of the portal shows is read at once, and nothing else.

    Odoo reads each record by a statement of its own, with all the columns of wide
    tables: eight statements of seventeen for the page of a ticket and six of fifteen
    for the form, a third of either's time (measured on 29 Nov 2026).

    Whatever is not foreseen here is read as ever.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === BUSINESS METHODS === #

    @api.model
    def _read_ticket_for_page(self, ticket_id):
        """Read a ticket that is about to be asked for, to be shown on its page.

        Of what may be a hundred columns: whether the visitor may see any of it is not
        known yet, and is looked up in what was read.

        :param int ticket_id: maybe of none
        """
        # In sudo mode because who may read it is asked afterwards: see above.
        self.browse(ticket_id).sudo().fetch(TICKET_COLUMNS)

    def _read_for_page(self, visitor):
        """Read what the page of this ticket looks at, with one statement.

        To be called in sudo mode, once the access to this very ticket was checked: of
        the people its visitor, its agent and its contact only.

        :param visitor: recordset of res.users
        """
        self.ensure_one()
        linked = {
            self._fields[name].comodel_name: self[name].ids for name in PAGE_LINKS
        }
        linked["res.users"] = (visitor | self.user_id).ids
        stages = self.stage_id
        if self.team_id:
            stages |= self.team_id._get_applicable_stages()
        linked["helpdesk.ticket.stage"] = stages.ids
        self._read_at_once(
            {
                model: (set(linked.get(model, ())), columns)
                for model, columns in PAGE_COLUMNS.items()
            },
            of_users=OF_USERS,
        )

    @api.model
    def _read_authors(self, authors):
        """Read what the conversation tells of who wrote messages that are shown.

        :param authors: recordset of res.partner
        """
        self._read_at_once({"res.partner": (set(authors.ids), AUTHOR_COLUMNS)})

    @api.model
    def _read_for_form(self):
        """Read what the form looks at of who sees it, with one statement.

        Of their own user, contact and company only: Odoo reads them one after the
        other with all their columns, which are two hundred.
        """
        self._read_visitor(FORM_COLUMNS)

    @api.model
    def _read_for_filing(self):
        """Read what is looked at of who files a ticket, as ``_read_for_form``.

        And of the job that tells the desk of it.
        """
        job_id = self.env["ir.model.data"]._xmlid_to_res_id(NOTIFYING_JOB)
        self._read_visitor(FILING_COLUMNS, {"ir.cron": {job_id} - {False}})

    @api.model
    def _read_for_list(self):
        """Read what the list looks at of who sees it, as ``_read_for_form``."""
        self._read_visitor(LIST_VISITOR_COLUMNS)
        customer = self.env.user.commercial_partner_id
        self._read_at_once({"res.partner": (set(customer.ids), ("user_id",))})

    @api.model
    def _read_visitor(self, asked, also=None):
        """Read columns of the current user, their contact, company and calendar.

        :param dict asked: names of columns by that of a model
        :param dict also: ids of other records by the name of their model
        """
        ids = {self.env.user._name: set(self.env.user.ids), **(also or {})}
        self._read_at_once(
            {
                model: (ids.get(model, set()), columns)
                for model, columns in asked.items()
            },
            of_users=OF_USERS,
        )

    def _read_list_rows(self):
        """Read what the list tells of these tickets, with two statements.

        To be called in sudo mode, of tickets that the visitor may read.
        """
        self.fetch(LIST_TICKET_COLUMNS)
        self._read_at_once(
            {
                self._fields[name].comodel_name: (self._find_linked([name]), columns)
                for name, columns in LIST_LINKED_COLUMNS.items()
            }
        )
