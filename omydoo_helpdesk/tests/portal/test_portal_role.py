# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestPortalRole(PortalCase):
    """Who sees which ticket, whatever the road.

    a1 sees their own tickets only, a2 all of the company, b1 is another customer.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a1 = cls.a1.partner_id
        cls.partner_a2 = cls.a2.partner_id
        cls.partner_a1.support_portal_access = "own"
        cls.ticket_a1 = cls._create_ticket(name="Zebra of a1")
        cls.ticket_a2 = cls._create_ticket(
            name="Zebra of a2", partner_id=cls.partner_a2.id
        )
        cls.ticket_b1 = cls._create_ticket(
            name="Zebra of b1", partner_id=cls.b1.partner_id.id
        )
        cls.tickets = cls.ticket_a1 + cls.ticket_a2 + cls.ticket_b1

    # === TOOLS === #

    def _rpc(self, route, **params):
        response = self.url_open(
            route,
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        )
        self.assertEqual(response.status_code, 200)
        return response.json()

    def _call(self, method, *args, **kwargs):
        return self._rpc(
            f"/web/dataset/call_kw/helpdesk.ticket/{method}",
            model="helpdesk.ticket",
            method=method,
            args=args,
            kwargs=kwargs,
        )

    def _message(self, ticket):
        return ticket.with_user(self.agent).message_post(
            body=f"About {ticket.name}",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _attach(self, ticket):
        """Return a file that the desk sent with a message."""
        attachment = self.env["ir.attachment"].create(
            {
                "name": "screen.txt",
                "raw": b"secret",
                "res_model": ticket._name,
                "res_id": ticket.id,
            }
        )
        ticket.with_user(self.agent).message_post(
            body="See",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=attachment.ids,
        )
        return attachment

    def assertSees(self, user, expected):
        """Check the ORM's roads: search, count, read, group, export."""
        tickets = self.env["helpdesk.ticket"].with_user(user)
        domain = Domain("id", "in", self.tickets.ids)
        self.assertEqual(tickets.search(domain).sudo(), expected.sudo())
        self.assertEqual(tickets.search_count(domain), len(expected))
        groups = tickets.formatted_read_group(domain, [], ["__count"])
        self.assertEqual(groups[0]["__count"], len(expected))
        for ticket in self.tickets:
            own = ticket.with_user(user)
            own.invalidate_recordset()
            seen = ticket in expected
            self.assertEqual(own.has_access("read"), seen, (user.login, ticket.name))
            for read in (
                lambda own=own: own.read(["name"]),
                lambda own=own: own.web_read({"name": {}}),
                lambda own=own: own.name,
            ):
                if seen:
                    read()
                else:
                    with self.assertRaises(AccessError):
                        read()

    # === THE RULE === #

    def test_roles(self):
        self.assertSees(self.a1, self.ticket_a1)
        self.assertSees(self.a2, self.ticket_a1 + self.ticket_a2)
        self.assertSees(self.b1, self.ticket_b1)
        self.assertSees(self.beta_user, self.env["helpdesk.ticket"])

    def test_role_takes_effect_at_once(self):
        self.assertSees(self.a1, self.ticket_a1)
        self.partner_a1.support_portal_access = "company"
        self.assertSees(self.a1, self.ticket_a1 + self.ticket_a2)
        self.partner_a1.support_portal_access = "own"
        self.assertSees(self.a1, self.ticket_a1)
        # Nothing said is as in the base: all of the company.
        self.partner_a1.support_portal_access = False
        self.assertSees(self.a1, self.ticket_a1 + self.ticket_a2)

    def test_colleague_made_follower(self):
        self.ticket_a2.with_user(self.agent).message_subscribe(self.partner_a1.ids)
        self.assertSees(self.a1, self.ticket_a1 + self.ticket_a2)
        self.ticket_a2.message_unsubscribe(self.partner_a1.ids)
        self.assertSees(self.a1, self.ticket_a1)

    def test_follower_of_another_customer(self):
        """H4: neither the person nor their firm."""
        self.ticket_a1.message_subscribe(self.b1.partner_id.ids)
        b2 = new_test_user(self.env, "support_b2", groups="base.group_portal")
        b2.partner_id.parent_id = self.customer_b
        self.assertSees(self.b1, self.ticket_b1)
        self.assertSees(b2, self.ticket_b1)

    def test_firm_as_follower(self):
        self.ticket_a2.message_subscribe(self.customer_a.ids)
        self.assertSees(self.a1, self.ticket_a1)

    def test_archived_tickets(self):
        self.ticket_a1.active = False
        for user in (self.a1, self.a2):
            self.assertTrue(self.ticket_a1.with_user(user).has_access("read"))
            tickets = self.env["helpdesk.ticket"].with_user(user)
            self.assertNotIn(self.ticket_a1, tickets.search([]).sudo())
        self.assertFalse(self.ticket_a1.with_user(self.b1).has_access("read"))

    def test_subsidiary(self):
        subsidiary = self.env["res.partner"].create(
            {
                "name": "Subsidiary of A",
                "is_company": True,
                "parent_id": self.customer_a.id,
            }
        )
        s1 = new_test_user(self.env, "support_s1", groups="base.group_portal")
        s1.partner_id.parent_id = subsidiary
        ticket = self._create_ticket(partner_id=s1.partner_id.id)
        self.tickets += ticket
        # As in the base, the mother sees her daughter's.
        self.assertSees(self.a2, self.ticket_a1 + self.ticket_a2 + ticket)
        self.assertSees(self.a1, self.ticket_a1)
        self.assertSees(s1, ticket)
        self.ticket_a2.message_subscribe(s1.partner_id.ids)
        self.assertSees(s1, ticket + self.ticket_a2)
        self.ticket_b1.message_subscribe(s1.partner_id.ids)
        self.assertSees(s1, ticket + self.ticket_a2)
        s1.partner_id.support_portal_access = "own"
        other = self._create_ticket(partner_id=subsidiary.id)
        self.tickets += other
        self.assertSees(s1, ticket + self.ticket_a2)
        subsidiary.parent_id = False
        self.assertSees(s1, ticket)
        self.assertSees(self.a2, self.ticket_a1 + self.ticket_a2)

    def test_customer_without_firm(self):
        user = new_test_user(self.env, "support_alone", groups="base.group_portal")
        ticket = self._create_ticket(partner_id=user.partner_id.id)
        self.tickets += ticket
        self.assertSees(user, ticket)
        user.partner_id.support_portal_access = "own"
        self.assertSees(user, ticket)

    # === PEOPLE AND TICKETS THAT MOVE === #

    def test_former_contact(self):
        """What they filed stays with the firm, and is told neither to them nor to
        their next employer."""
        self.ticket_a1.message_subscribe(self.partner_a2.ids)
        self.ticket_a2.message_subscribe(self.partner_a1.ids)
        for role in ("own", "company"):
            self.partner_a2.support_portal_access = role
            self.partner_a2.parent_id = self.customer_b
            self.assertEqual(self.ticket_a2.commercial_partner_id, self.customer_a)
            self.assertNotIn(self.partner_a2, self.ticket_a1.message_partner_ids)
            seen = self.ticket_b1 if role == "company" else self.tickets.browse()
            self.assertSees(self.a2, seen)
            self.assertSees(self.b1, self.ticket_b1)
            self.assertSees(self.a1, self.ticket_a1 + self.ticket_a2)
            self.partner_a2.parent_id = False
            self.assertSees(self.a2, self.tickets.browse())
            self.partner_a2.parent_id = self.customer_a
        self.assertSees(self.a2, self.ticket_a1 + self.ticket_a2)

    def test_contact_joins_a_firm(self):
        """A contact known by their mail only is put into their firm: tickets too."""
        contact = self.env["res.partner"].create({"name": "Newcomer"})
        ticket = self._create_ticket(partner_id=contact.id)
        self.tickets += ticket
        self.assertSees(self.a2, self.ticket_a1 + self.ticket_a2)
        contact.parent_id = self.customer_a
        self.assertEqual(ticket.commercial_partner_id, self.customer_a)
        self.assertSees(self.a2, self.ticket_a1 + self.ticket_a2 + ticket)

    def test_reassigned_ticket(self):
        """Who may read it changes with the firm, and nobody has to be told.

        https://github.com/Probesys/bileto/issues/170
        """
        self.ticket_a1.message_subscribe(
            (self.partner_a1 + self.partner_a2 + self.manager.partner_id).ids
        )
        self.ticket_a1.with_user(self.agent).partner_id = self.b1.partner_id
        self.assertFalse(
            self.ticket_a1.message_partner_ids & (self.partner_a1 + self.partner_a2)
        )
        self.assertIn(self.manager.partner_id, self.ticket_a1.message_partner_ids)
        self.assertSees(self.a1, self.tickets.browse())
        self.assertSees(self.a2, self.ticket_a2)
        self.assertSees(self.b1, self.ticket_a1 + self.ticket_b1)

    def test_firm_follows_the_contact_while_it_is_typed(self):
        """https://github.com/zammad/zammad/issues/5912: the form kept the firm of the
        customer who had been chosen first.
        """
        self._create_subscription(self.customer_b, self.plan_24)
        with Form(self.env["helpdesk.ticket"].with_user(self.agent)) as form:
            form.name = "A call"
            form.description = "x"
            form.partner_id = self.partner_a1
            form.partner_id = self.b1.partner_id
        ticket = form.record.sudo()
        self.assertEqual(ticket.commercial_partner_id, self.customer_b)
        self.assertEqual(
            ticket.subscription_id.partner_id.commercial_partner_id, self.customer_b
        )
        self.assertTrue(ticket.with_user(self.b1).has_access("read"))
        for user in (self.a1, self.a2):
            self.assertFalse(ticket.with_user(user).has_access("read"))

    def test_duplicate_of_another_customers_ticket(self):
        self.ticket_b1.message_subscribe(self.b1.partner_id.ids)
        wizard = self.env["helpdesk.ticket.duplicate.wizard"].with_user(self.agent)
        wizard.create(
            {
                "ticket_id": self.ticket_b1.id,
                "duplicate_of_id": self.ticket_a1.id,
            }
        ).action_confirm()
        self.assertNotIn(self.b1.partner_id, self.ticket_a1.message_partner_ids)
        self.assertSees(self.b1, self.ticket_b1)

    # === WHO SETS THE ROLE === #

    def test_default_of_new_contacts(self):
        partners = self.env["res.partner"]
        self.assertEqual(
            partners.create({"name": "C"}).support_portal_access, "company"
        )
        self.company.support_portal_access = "own"
        self.assertEqual(partners.create({"name": "C"}).support_portal_access, "own")
        user = new_test_user(self.env, "support_new", groups="base.group_portal")
        self.assertEqual(user.partner_id.support_portal_access, "own")
        employee = new_test_user(
            self.env, "support_hr", groups="base.group_user,base.group_partner_manager"
        )
        contact = partners.with_user(employee).create({"name": "C"})
        self.assertEqual(contact.sudo().support_portal_access, "own")
        self.assertEqual(self.partner_a2.support_portal_access, "company")

    def test_who_creates_users_needs_no_right_on_the_helpdesk(self):
        clerk = new_test_user(
            self.env,
            "support_clerk",
            groups="base.group_erp_manager,base.group_partner_manager",
        )
        users = self.env["res.users"].with_user(clerk)
        user = users.create({"name": "New", "login": "support_newcomer"})
        self.assertEqual(user.sudo().partner_id.support_portal_access, "company")
        copy = user.copy({"login": "support_newcomer_2"})
        self.assertEqual(copy.sudo().partner_id.support_portal_access, "company")

    def test_customers_do_not_set_the_role(self):
        self._login(self.a1)
        for method, args in (
            ("write", [[self.partner_a1.id], {"support_portal_access": "company"}]),
            ("read", [[self.partner_a1.id], ["support_portal_access"]]),
            ("get_support_ticket_domain", [[self.a1.id]]),
        ):
            model = "res.users" if "domain" in method else "res.partner"
            with mute_logger("odoo.http"):
                answer = self._rpc(
                    f"/web/dataset/call_kw/{model}/{method}",
                    model=model,
                    method=method,
                    args=args,
                    kwargs={},
                )
            self.assertIn("error", answer, method)
        values = {
            "name": "A1",
            "email": "a1@a.example.com",
            "phone": "0123456789",
            "street": "1 rue",
            "city": "Paris",
            "zip": "75001",
            "country_id": self.env.ref("base.fr").id,
            "partner_id": self.partner_a1.id,
            "support_portal_access": "company",
            "address_type": "billing",
            "use_delivery_as_billing": "true",
            "callback": "/my",
        }
        self._post("/my/address/submit", values)
        self._post("/my/account", values)
        self.assertEqual(self.partner_a1.support_portal_access, "own")

    def test_agents_set_the_role(self):
        """On the contact's form, which asks for no sales rights."""
        self.agent.group_ids += self.env.ref("base.group_partner_manager")
        with Form(self.partner_a1.with_user(self.agent)) as contact:
            contact.support_portal_access = "company"
        self.assertSees(self.a1, self.ticket_a1 + self.ticket_a2)

    # === OTHER ROADS === #

    def test_pages(self):
        for user, seen in (
            (self.a1, self.ticket_a1),
            (self.a2, self.ticket_a1 + self.ticket_a2),
            (self.b1, self.ticket_b1),
        ):
            self._login(user)
            lists = [
                self.url_open(f"/my/tickets?{query}").text
                for query in (
                    "",
                    "filterby=all",
                    "filterby=all&search=zebra",
                    "filterby=all&groupby=stage",
                )
            ]
            for ticket in self.tickets:
                page = self.url_open(f"/my/ticket/{ticket.id}", allow_redirects=False)
                self.assertEqual(page.status_code, 200 if ticket in seen else 303)
                for text in lists:
                    self.assertEqual(ticket.number in text, ticket in seen)
            self.assertEqual(
                self._rpc("/my/counters", counters=["ticket_count"])["result"],
                {"ticket_count": len(seen)},
            )

    def test_rpc(self):
        self._login(self.a1)
        self.assertEqual(
            [row["id"] for row in self._call("search_read", [], ["name"])["result"]],
            self.ticket_a1.ids,
        )
        found = self._call("name_search", "Zebra")["result"]
        self.assertEqual([row[0] for row in found], self.ticket_a1.ids)
        with mute_logger("odoo.http"):
            for answer in (
                self._call("read", [self.ticket_a2.id], ["name"]),
                self._call("export_data", [self.ticket_a2.id], ["name"]),
                self._call("write", [self.ticket_a1.id], {"name": "X"}),
                self._call("message_subscribe", [self.ticket_a2.id], [1]),
                self._call("message_post", [self.ticket_a2.id], body="x"),
            ):
                self.assertIn("error", answer)

    def test_thread(self):
        messages = {ticket: self._message(ticket) for ticket in self.tickets}
        for user, seen in ((self.a1, self.ticket_a1), (self.b1, self.ticket_b1)):
            self._login(user)
            for ticket, message in messages.items():
                with mute_logger("odoo.http"):
                    answer = self._rpc(
                        "/mail/thread/messages",
                        thread_model="helpdesk.ticket",
                        thread_id=ticket.id,
                    )
                    portal = self._rpc(
                        "/mail/chatter_fetch",
                        thread_model="helpdesk.ticket",
                        thread_id=ticket.id,
                    )
                text = json.dumps(answer) + json.dumps(portal)
                self.assertEqual(str(message.body) in text, ticket in seen)
                own = message.with_user(user)
                self.assertEqual(own.has_access("read"), ticket in seen)
                found = own.search(Domain("id", "=", message.id))
                self.assertEqual(bool(found), ticket in seen)

    def test_attachments(self):
        for ticket in self.tickets:
            attachment = self._attach(ticket)
            for user, seen in ((self.a1, self.ticket_a1), (self.b1, self.ticket_b1)):
                self._login(user)
                response = self.url_open(f"/web/content/{attachment.id}?download=true")
                self.assertEqual(response.status_code, 200 if ticket in seen else 404)
                self.assertEqual(b"secret" in response.content, ticket in seen)
