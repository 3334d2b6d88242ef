# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import inspect
import os
import threading

from odoo import Command, fields
from odoo.tests import new_test_user
from odoo.tools import SQL

from .change.change_common import ChangeMixin
from .portal_common import PortalCase
from .time.time_common import TimeCase

# How much is tried of what is drawn: make attack asks for more.
ROUNDS = int(os.environ.get("ATTACK_ROUNDS", "1"))
# What only customer A, and the desk, may read.
MARKER = "zanzibar"
# Beside those of the helpdesk.
WATCHED_MODELS = (
    "ir.attachment",
    "mail.activity",
    "mail.followers",
    "mail.mail",
    "mail.message",
    "mail.notification",
    "account.analytic.line",
    "project.project",
    "project.task",
    "rating.rating",
    "res.partner",
    "res.users",
    "sale.order",
    "sale.order.line",
    "sale.subscription",
)


class RoutesCase(ChangeMixin, PortalCase, TimeCase):
    """The routes of the helpdesk, found in Odoo's own map: new ones come by
    themselves.

    ``records`` has for each name in an address what customer A may open by it. The
    address of a new route without one fails the tests.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = new_test_user(cls.env, "plain_employee", "base.group_user")
        cls.ticket = cls._create_marked_ticket()
        cls.ticket_b = cls._create_ticket(
            name="Ticket of B", partner_id=cls.b1.partner_id.id
        )
        for ticket in cls.ticket + cls.ticket_b:
            ticket._portal_ensure_token()
        cls.records = cls._create_records()
        cls.tables = sorted(
            {
                model._table
                for model in cls.env.values()
                if not model._abstract
                and not model._transient
                and model._auto
                and (
                    model._name.startswith(("helpdesk.", "support."))
                    or model._name in WATCHED_MODELS
                )
            }
        )

    @classmethod
    def _create_records(cls):
        """Return the records of customer A by their names in addresses.

        :rtype: dict
        """
        pack = cls._create_pack(cls.customer_a, 10)
        pack.name = f"{MARKER} pack"
        cls._log(
            cls._create_ticket_out(name=f"{MARKER} work"),
            1,
            support_customer_note=f"{MARKER} note",
        )
        order = pack.order_id.copy({"client_order_ref": f"{MARKER} order"})
        order.order_line.name = f"{MARKER} line"
        order.write({"state": "sent", "require_signature": True})
        cls.a1.partner_id.support_change_approver = True
        change = cls._create_change(
            name=f"{MARKER} change", backup_at=fields.Datetime.now()
        )
        file = cls.env["ir.attachment"].create(
            {"name": f"{MARKER}-test.txt", "raw": f"{MARKER} test".encode()}
        )
        cls.env["support.production.test"].create(
            {
                "change_id": change.id,
                "is_passed": True,
                "note": f"{MARKER} totals compared",
                "attachment_ids": [Command.set(file.ids)],
            }
        )
        change.action_confirm_backup()
        change.action_ask()
        draft = cls.charter.copy({"name": f"{MARKER} charter"})
        last_month = fields.Date.subtract(fields.Date.today(), months=1)
        review = cls.env["support.service.review"].create(
            {
                "partner_id": cls.customer_a.id,
                "date_from": fields.Date.start_of(last_month, "month"),
                "date_to": fields.Date.end_of(last_month, "month"),
                "comment": f"{MARKER} review",
            }
        )
        review.action_publish()
        return {
            "acceptance_id": cls.env["support.charter.acceptance"].search(
                [("user_id", "=", cls.a1.id)], limit=1
            ),
            "change_id": change,
            "charter_id": draft,
            "file_id": file,
            "order_id": order,
            "pack_id": pack,
            "review_id": review,
            "ticket_id": cls.ticket,
        }

    @classmethod
    def _get_own_values(cls, rule):
        """Return what customer A puts into an address, quoted.

        :rtype: dict
        """
        values = {
            "access_token": cls.ticket.access_token,
            "page": 1,
            "version": cls.charter.version,
        }
        values.update((name, record.id) for name, record in cls.records.items())
        unknown = set(rule.arguments) - set(values)
        assert not unknown, f"{rule.rule}: add what {unknown} may be to the records"
        return {name: values[name] for name in rule.arguments}

    @classmethod
    def _create_marked_ticket(cls):
        ticket = cls._create_ticket(
            name=f"{MARKER} subject", description=f"<p>{MARKER} description</p>"
        )
        # The first is of the form: the customer sent it.
        files = (
            cls.env["ir.attachment"]
            .with_user(cls.a1)
            .sudo()
            .create(
                [
                    {
                        "name": f"{MARKER}-{place}.txt",
                        "raw": f"{MARKER} {place}".encode(),
                        "res_model": "helpdesk.ticket",
                        "res_id": ticket.id,
                    }
                    for place in ("ticket", "message", "note")
                ]
            )
        )
        for subtype, file in zip(("comment", "note"), files[1:], strict=True):
            ticket.with_user(cls.agent).message_post(
                body=f"{MARKER} {subtype}",
                message_type="comment",
                subtype_xmlid=f"mail.mt_{subtype}",
                attachment_ids=file.ids,
            )
        cls.files = files
        return ticket

    def _snapshot(self, tables=None, where=None):
        """Return a fingerprint of each table."""
        self.env.flush_all()
        fingerprints = {}
        for table in tables or self.tables:
            self.env.cr.execute(
                SQL(
                    "SELECT count(*), sum(hashtext(row::text)) FROM %s AS row WHERE %s",
                    SQL.identifier(table),
                    where or SQL("true"),
                )
            )
            fingerprints[table] = self.env.cr.fetchone()
        return fingerprints

    @classmethod
    def _get_support_rules(cls):
        """Return the routes of this addon and of OCA's helpdesk.

        :return: rules of werkzeug, by address and name
        :rtype: list[werkzeug.routing.Rule]
        """
        # As the server does for each request: the map is made for it.
        threading.current_thread().dbname = cls.env.cr.dbname
        ir_http = cls.env["ir.http"]
        rules = [
            rule
            for rule in ir_http.routing_map().iter_rules()
            if ir_http._is_support_rule(rule)
        ]
        return sorted(rules, key=lambda rule: (rule.rule, rule.endpoint.func.__name__))

    @classmethod
    def _get_parameters(cls, rule):
        """Return the names that a route takes, apart from those in its address.

        :rtype: set[str]
        """
        method = rule.endpoint.func
        names = set()
        for controller in type(method.__self__).__mro__:
            function = vars(controller).get(method.__name__)
            if function:
                names |= set(inspect.signature(function).parameters)
        return names - {"self", "kw", "kwargs", "post"} - set(rule.arguments)

    @classmethod
    def _build_path(cls, rule, values):
        """Return an address of a route.

        :param dict values: for the names in it, quoted
        :rtype: str
        """
        return "".join(
            str(values[part]) if is_dynamic else part
            for is_dynamic, part in rule._trace
            if part != "|"
        )

    @classmethod
    def _is_gettable(cls, rule):
        methods = rule.endpoint.routing.get("methods")
        return rule.endpoint.routing["type"] == "http" and (
            not methods or "GET" in methods
        )
