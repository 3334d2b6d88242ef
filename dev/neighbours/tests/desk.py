# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the tests of living beside others share: a customer, an agent, the form."""

from lxml import html

from odoo.tests import HttpCase, new_test_user

from odoo.addons.base.tests.common import DISABLED_MAIL_CONTEXT

OURS = "omydoo_helpdesk"


class DeskCase(HttpCase):
    """A desk with one agent and one customer, with or without our addon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, **DISABLED_MAIL_CONTEXT))
        cls.ours = OURS in cls.env.registry._init_modules
        cls.agent = new_test_user(
            cls.env, login="nb_agent", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        cls.manager = new_test_user(
            cls.env, login="nb_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        # With helpdesk_mgmt_fieldservice, who sees the form of a ticket also needs a
        # right of fieldservice, with us or without.
        if dispatcher := cls.env.ref("fieldservice.group_fsm_dispatcher", False):
            (cls.agent + cls.manager).group_ids += dispatcher
        cls.firm = cls.env["res.partner"].create({"name": "Firm", "is_company": True})
        cls.customer = new_test_user(
            cls.env,
            login="nb_customer",
            groups="base.group_portal",
            email="customer@example.com",
        )
        cls.customer.partner_id.parent_id = cls.firm
        cls.team = cls.env["helpdesk.ticket.team"].create({"name": "Desk"})
        cls.env.company.helpdesk_mgmt_portal_select_category = True
        cls.category = cls.env["helpdesk.ticket.category"].create(
            {"name": "Question", "show_in_portal": True}
        )

    def create_ticket(self, **values):
        """Return a ticket of the customer."""
        partner = self.customer.partner_id
        vals = {
            "name": "Printer",
            "description": "It does not print.",
            "partner_id": partner.id,
            "partner_name": partner.name,
            "partner_email": partner.email,
            "team_id": self.team.id,
            "category_id": self.category.id,
        }
        return self.env["helpdesk.ticket"].create({**vals, **values})

    def get_form(self):
        """Return the portal's form for a new ticket as the customer gets it."""
        self.authenticate("nb_customer", "nb_customer")
        response = self.url_open("/new/ticket")
        self.assertEqual(response.status_code, 200)
        return self.parse_form(response)

    def parse_form(self, response):
        """Return the form of a page."""
        page = html.fromstring(response.text)
        (form,) = page.xpath("//form[@action='/submitted/ticket']")
        return form

    def send_form(self, form, **typed):
        """Send a form as a browser would.

        :param form: as returned by ``get_form``
        :param typed: texts of the fields
        :return: the answer
        """
        values = {key: value for key, value in form.form_values() if value}
        values.update(
            subject="Printer",
            description="It does not print.",
            category=str(self.category.id),
        )
        return self.url_open("/submitted/ticket", data={**values, **typed})

    def file_ticket(self, form=None, **typed):
        """Return the ticket that the customer files with the form."""
        before = self.env["helpdesk.ticket"].search([])
        response = self.send_form(self.get_form() if form is None else form, **typed)
        self.assertEqual(response.status_code, 200, response.text[-2000:])
        ticket = self.env["helpdesk.ticket"].search([]) - before
        self.assertEqual(len(ticket), 1)
        self.assertIn(f"/my/ticket/{ticket.id}", response.url)
        return ticket

    def get_arch(self, view_type, user=None, model="helpdesk.ticket"):
        """Return the arch of a view as this user's client gets it."""
        views = (
            self.env[model]
            .with_user(user or self.agent)
            .get_views([(False, view_type)])
        )
        return html.fromstring(views["views"][view_type]["arch"])
