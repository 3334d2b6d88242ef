# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from .desk import DeskCase


class TestBesideType(DeskCase):
    """The customer chooses a type in our form too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.helpdesk_mgmt_portal_type = True
        cls.type = cls.env["helpdesk.ticket.type"].create({"name": "Breakdown"})

    def test_customer_chooses_a_type(self):
        form = self.get_form()
        self.assertIn("type", form.fields)
        ticket = self.file_ticket(form, type=str(self.type.id))
        self.assertEqual(ticket.type_id, self.type)
        page = self.url_open(f"/my/ticket/{ticket.id}")
        self.assertIn("Breakdown", page.text)

    def test_a_form_given_back_keeps_the_type(self):
        other = self.env["helpdesk.ticket.type"].create({"name": "Advice"})
        response = self.send_form(self.get_form(), subject="", type=str(other.id))
        form = self.parse_form(response)
        self.assertEqual(form.fields["type"], str(other.id))

    def test_type_and_category_stand_beside_each_other(self):
        arch = self.get_arch("form")
        for name in ("type_id", "category_id"):
            self.assertEqual(len(arch.xpath(f"//field[@name='{name}']")), 1, name)
