# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import inspect
import threading

from odoo.tests import new_test_user

from .portal_common import PortalCase

# What only customer A, and the desk, may read.
MARKER = "zanzibar"


class RoutesCase(PortalCase):
    """The routes of the helpdesk, found in Odoo's own map: new ones come by
    themselves.
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

    @classmethod
    def _create_marked_ticket(cls):
        ticket = cls._create_ticket(
            name=f"{MARKER} subject", description=f"<p>{MARKER} description</p>"
        )
        files = cls.env["ir.attachment"].create(
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
        for subtype, file in zip(("comment", "note"), files[1:], strict=True):
            ticket.with_user(cls.agent).message_post(
                body=f"{MARKER} {subtype}",
                message_type="comment",
                subtype_xmlid=f"mail.mt_{subtype}",
                attachment_ids=file.ids,
            )
        cls.files = files
        return ticket

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
