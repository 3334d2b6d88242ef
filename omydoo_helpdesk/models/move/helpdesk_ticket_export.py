# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.mail import email_split_tuples

from ...tools import sla_clock
from ...tools.desk_format import (
    CUSTOMER,
    DESK,
    NOTE,
    NOTICE,
    REFERENCES,
    REPLY,
    SYSTEM,
    write_header,
    write_line,
)
from ...tools.desk_pictures import name_pictures

BATCH = 50
# What is told to one person only, and is no part of the thread
PRIVATE_TYPE = "user_notification"
# By key of the format, the field that has the very same
SAME = {
    "number": "number",
    "title": "name",
    "description": "description",
    "cc": "email_cc",
    "environment": "environment",
    "filed_at": "filed_at",
    "assigned_at": "assigned_date",
    "moved_at": "last_stage_update",
    "closed": "closed",
    "closed_at": "closed_date",
    "planned_hours": "planned_hours",
    "extra_minutes": "budget_extra_minutes",
}
NAMED = {
    "team": "team_id",
    "stage": "stage_id",
    "category": "category_id",
    "channel": "channel_id",
    "application": "application_id",
}


class TicketMoveOut(models.Model):
    """A desk that moves out: its tickets in the format in which another one comes in.

    All of them, line by line, with what belongs to each. Names are those of the
    company's language, so that the same file comes out whoever asks for it.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_move_source(self):
        """Return by what this company's desk goes in its files, the same each time.

        :rtype: str
        """
        # In sudo mode because parameters are the administrator's; it is no secret.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        uuid = parameters_sudo.get_param("database.uuid")
        return f"odoo:{uuid}:{self.env.company.id}"

    @api.model
    def _move_out(self):
        """Return the desk of the user's company, line by line.

        :return: lines of the format
        :rtype: Iterator[bytes]
        :raise AccessError: if the user is no manager of the desk
        """
        self.env["support.move.link"]._check_may_move()
        # In sudo mode because the user was checked: the whole desk goes, also what is
        # other teams'. Only the user's company is looked at.
        company = self.env.company
        desk = self.sudo().with_context(
            active_test=False, lang=company.partner_id.lang or self.env.lang
        )
        return desk._write_desk(company)

    @api.model
    def _write_desk(self, company):
        yield self._write_move_header()
        last_id = 0
        while True:
            tickets = self.search(
                Domain("company_id", "=", company.id)
                # Tests of the set-up are nobody's requests.
                & Domain("is_setup_test", "=", False)
                & Domain("id", ">", last_id),
                order="id",
                limit=BATCH,
            )
            if not tickets:
                return
            last_id = tickets[-1:].id
            messages = tickets._load_move_messages()
            for ticket in tickets:
                yield write_line(ticket._get_move_values(messages.get(ticket.id, [])))
            self.env.invalidate_all()

    @api.model
    def _write_move_header(self):
        def find(model):
            return self.env[model].search(
                Domain("company_id", "in", [False, self.env.company.id])
            )

        return write_header(
            self._get_move_source(),
            made_at=fields.Datetime.now(),
            stages=[
                {
                    "name": stage.name,
                    "closed": stage.closed,
                    "dismisses": stage.closed and not stage.sla_success,
                    "waits_for": stage.holds_sla and stage.hold_party or None,
                }
                for stage in find("helpdesk.ticket.stage")
            ],
            categories=[
                {"name": category.name, "scope": category.scope}
                for category in find("helpdesk.ticket.category")
            ],
        )

    def _load_move_messages(self):
        """Return the thread of each ticket, oldest first.

        :rtype: dict[int, list[recordset of mail.message]]
        """
        messages = self.env["mail.message"].search(
            Domain("model", "=", self._name)
            & Domain("res_id", "in", self.ids)
            & Domain("message_type", "!=", PRIVATE_TYPE),
            order="date, id",
        )
        # Read at once, with what belongs to them.
        messages.mapped("tracking_value_ids")
        return {
            res_id: list(some) for res_id, some in messages.grouped("res_id").items()
        }

    def _get_move_values(self, messages):
        """Return this ticket as the format has it.

        :param list messages: of its thread
        :rtype: dict
        """
        self.ensure_one()
        files = self.attachment_ids
        of_messages = self.env["ir.attachment"].union(
            *(message.attachment_ids for message in messages)
        )
        loose = files - of_messages
        values = {
            "id": str(self.id),
            **{key: self[field] or None for key, field in SAME.items()},
            **{key: self[field].name for key, field in NAMED.items()},
            **{
                key: self[field] and str(self[field].id)
                for key, field in REFERENCES.items()
            },
            "split_message": self.split_message_id.message_id,
            "customer": self._name_move_customer(self.partner_id),
            "sender": {"name": self.partner_name, "email": self.partner_email},
            "priority": self.priority,
            "tags": self.tag_ids.mapped("name"),
            "assignee": self._name_move_user(self.user_id),
            "archived": not self.active,
            "followers": [
                self._name_move_customer(partner)
                for partner in self.message_partner_ids
            ],
            "hold": {"reason": self.hold_reason_id.name, "until": self.hold_until},
            "urgent": {
                "priority": self.claimed_priority,
                "reason": self.priority_reason,
                "who": self.blocking_who,
                "what": self.blocking_what,
                "at": self.urgent_claimed_at,
            },
            "verdict": self.scope_override
            and {
                "scope": self.scope_override,
                "reason": self.scope_override_reason,
                "by": self._name_move_user(self.scope_decider_id),
            },
            "messages": [self._get_move_message(message) for message in messages],
            "files": [
                {
                    **self._get_move_file(file),
                    "by": CUSTOMER if file.create_uid.share else DESK,
                }
                for file in loose
                if file.raw
            ],
            "events": [self._get_move_event(event) for event in self.event_ids],
            "results": {
                clock: self[f"{clock}_state"]
                for clock in sla_clock.CLOCKS
                if self[f"{clock}_ended_at"] and self[f"{clock}_state"] != "none"
            },
            "times": [self._get_move_time(line) for line in self.timesheet_ids],
            "ratings": [
                {
                    "at": rating.rated_on or rating.write_date,
                    "value": rating.rating,
                    "text": rating.feedback,
                    "by": self._name_move_customer(rating.partner_id),
                }
                for rating in self.rating_ids
                if rating.consumed
            ],
        }
        values["description"] = name_pictures(self.description or "", set(loose.ids))
        return values

    @api.model
    def _name_move_customer(self, partner):
        """Return a contact as the format names people.

        :rtype: dict
        """
        if partner.is_company:
            names = {"company": partner.name}
        else:
            names = {"name": partner.name, "company": partner.parent_id.name}
        return {**names, "email": partner.email, "phone": partner.phone}

    @api.model
    def _name_move_user(self, user):
        """Return one of the desk as the format names people: by their login, at least.

        :rtype: dict
        """
        return {"name": user.name, "email": user.email or user.login}

    @api.model
    def _get_move_file(self, file):
        return {
            "id": str(file.id),
            "name": file.name,
            "type": file.mimetype,
            "data": file.raw,
        }

    @api.model
    def _get_move_message(self, message):
        """Return a message as the format has it.

        :param message: a mail.message
        :rtype: dict
        """
        files = message.attachment_ids.filtered("raw")
        is_internal = message.is_internal or message.subtype_id.internal
        is_written = message.message_type in ("comment", "email")
        if is_written:
            kind = NOTE if is_internal else REPLY
        else:
            kind = SYSTEM if is_internal else NOTICE
        author = message.author_id
        users = author.user_ids
        robot = self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root")
        if author.id == robot:
            who, person = SYSTEM, {}
        elif any(not user.share for user in users):
            user = users.filtered(lambda user: not user.share)[:1]
            who, person = DESK, self._name_move_user(user)
        elif author and author == self.company_id.partner_id:
            who, person = DESK, self._name_move_customer(author)
        elif author:
            who, person = CUSTOMER, self._name_move_customer(author)
        else:
            who = DESK if is_internal else CUSTOMER
            name, address = next(
                iter(email_split_tuples(message.email_from or "")),
                (message.email_from, ""),
            )
            person = {"name": name, "email": address}
        body = name_pictures(message.body or "", set(files.ids))
        return {
            "id": str(message.id),
            "at": message.date,
            "kind": kind,
            "by": who,
            "author": person,
            "by_mail": message.message_type == "email",
            "message_id": message.message_id,
            "subject": message.subject,
            "body": body + self._write_move_changes(message),
            "files": [self._get_move_file(file) for file in files],
        }

    @api.model
    def _write_move_changes(self, message):
        """Return what a message tells of changed fields, as text.

        :rtype: str
        """
        changes = message.tracking_value_ids
        if not changes:
            return ""
        rows = Markup().join(
            Markup("<li>{}: {} → {}</li>").format(
                change["fieldInfo"]["changedField"],
                change["oldValue"] or "–",
                change["newValue"] or "–",
            )
            for change in changes._tracking_value_format()
        )
        return f"<ul>{rows}</ul>"

    @api.model
    def _get_move_event(self, event):
        values = {
            name: event[name] or None
            for name in ("at", "kind", "cause", "party", "clock", "until", "note")
        }
        if event.user_id and not event.user_id.share:
            values["by"] = self._name_move_user(event.user_id)
        return values

    @api.model
    def _get_move_time(self, line):
        user = line.user_id
        return {
            "id": str(line.id),
            "on": line.date,
            "hours": line.support_real_hours,
            "by": self._name_move_user(user)
            if user
            else {"name": line.employee_id.name or line.partner_id.name},
            "text": line.name,
            "told": line.support_customer_note,
            "free": line.support_no_charge_reason if line.support_no_charge else None,
        }
