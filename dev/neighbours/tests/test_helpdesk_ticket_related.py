# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from .desk import DeskCase


class TestBesideRelated(DeskCase):
    """Related tickets are the desk's; a duplicate stays a duplicate."""

    def test_related_and_duplicate(self):
        one, two = self.create_ticket(name="One"), self.create_ticket(name="Two")
        one.with_user(self.agent).write({"related_ticket_ids": [(6, 0, two.ids)]})
        self.assertEqual(two.related_ticket_ids, one)
        self.assertFalse(one.duplicate_id or two.duplicate_id)
        arch = self.get_arch("form")
        self.assertEqual(len(arch.xpath("//field[@name='related_ticket_ids']")), 1)
        self.assertEqual(len(arch.xpath("//field[@name='duplicate_id']")), 1)

    def test_customers_read_no_related_ticket(self):
        one, two = self.create_ticket(name="One"), self.create_ticket(name="Two")
        two.partner_id = self.env["res.partner"].create({"name": "Other firm"})
        one.write({"related_ticket_ids": [(6, 0, two.ids)]})
        self.authenticate("nb_customer", "nb_customer")
        page = self.url_open(f"/my/ticket/{one.id}")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(two.number, page.text)
