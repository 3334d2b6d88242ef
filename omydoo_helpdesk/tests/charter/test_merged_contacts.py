# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import new_test_user, tagged

from .charter_common import CharterCase


@tagged("post_install", "-at_install")
class TestMergedContacts(CharterCase):
    """Contacts that are merged: nothing that names them is lost, nobody gains by it.

    Odoo moves in SQL whatever names a contact, and deletes what a constraint keeps from
    naming the other one: https://github.com/odoo/odoo/pull/179130 and
    https://github.com/odoo/odoo/pull/263157.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acceptances = cls.env["support.charter.acceptance"].sudo()
        cls.twin = cls.env["res.partner"].create(
            {"name": "Customer A SAS", "is_company": True}
        )
        cls.customer_a.email = cls.twin.email = False

    def _merge(self, partners, target, user=None):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        user = user or self.env.user
        wizard.with_user(user)._merge(partners.ids, target.with_user(user))
        self.env.invalidate_all()

    def _accept(self, user):
        return self.acceptances._accept(self.charter.sudo(), user, "fr_FR")

    def test_firm_entered_twice_keeps_its_proofs(self):
        """C09: who accepted for both firms had no proof left, nor their colleagues."""
        for user in self.a1 + self.a2:
            self._accept(user)
        self.a1.partner_id.parent_id = self.twin
        self._accept(self.a1)
        mine = [("user_id", "in", (self.a1 + self.a2).ids)]
        proofs = self.acceptances.search(mine)
        self.assertEqual(len(proofs), 3)
        before = {proof: (proof.text_hash, proof.customer_name) for proof in proofs}
        self._merge(self.customer_a + self.twin, self.twin)
        self.assertEqual(self.acceptances.search(mine), proofs)
        self.assertEqual(proofs.commercial_partner_id, self.twin)
        for proof in proofs:
            self.assertEqual((proof.text_hash, proof.customer_name), before[proof])
            self.assertTrue(proof._is_intact())
        for user in self.a1 + self.a2:
            asked = self.acceptances._get_request(self.charter.sudo(), user.partner_id)
            self.assertFalse(asked["is_required"])

    def test_person_entered_twice_keeps_their_proof(self):
        """As a follower of both, of which Odoo keeps none: odoo/odoo#263157."""
        proof = self._accept(self.a1)
        twin = self.a1.partner_id.copy({"email": self.a1.email})
        ticket = self._create_ticket(partner_id=twin.id)
        self._merge(self.a1.partner_id + twin, twin)
        self.assertEqual(proof.exists().partner_id, twin)
        self.assertEqual(self.a1.partner_id, twin)
        self.assertFalse(
            self.acceptances._get_request(self.charter.sudo(), twin)["is_required"]
        )
        self.assertEqual(ticket.with_user(self.a1).read(["name"])[0]["id"], ticket.id)

    def test_once_is_still_enough(self):
        self._accept(self.a1)
        values = self.acceptances._prepare_acceptance_vals(
            self.charter.sudo(), self.a1, "fr_FR"
        )
        self.assertEqual(values["customer_ref"], self.customer_a.id)
        self.assertFalse(self._accept(self.b1) & self._accept(self.a1))
        self.assertEqual(
            self.acceptances.search_count([("user_id", "=", self.a1.id)]), 1
        )

    def test_role_is_not_given_by_a_merge(self):
        """A manager gives it to somebody; who merges contacts need be no manager."""
        seller = new_test_user(
            self.env,
            "merger",
            groups="base.group_user,base.group_partner_manager",
        )
        signatory, other = self.env["res.partner"].create(
            [{"name": "Twin", "parent_id": self.customer_a.id} for _number in range(2)]
        )
        signatory.support_change_approver = True
        self._merge(signatory + other, other, user=seller)
        self.assertFalse(other.support_change_approver)
        self.assertFalse(signatory.exists())
        manager_agent = new_test_user(
            self.env,
            "merger_agent",
            groups="base.group_partner_manager,helpdesk_mgmt.group_helpdesk_user",
        )
        twin = other.copy()
        twin.sudo().support_change_approver = True
        self._merge(twin + other, other, user=manager_agent)
        self.assertFalse(other.support_change_approver)

    def test_modules_of_the_same_name_stay_two(self):
        """A unique index, which is no constraint for Odoo, stopped the merge."""
        modules = self.env["support.custom.module"].create(
            [
                {
                    "name": "acme_stock",
                    "partner_id": firm.id,
                    "company_id": self.company.id,
                    "line_count": lines,
                }
                for firm, lines in ((self.customer_a, 120), (self.twin, 80))
            ]
        )
        self._merge(self.customer_a + self.twin, self.twin)
        self.assertEqual(modules.partner_id, self.twin)
        self.assertEqual(modules[1].name, "acme_stock")
        self.assertIn("Customer A", modules[0].name)
        self.assertEqual(modules.mapped("line_count"), [120, 80])

    def test_who_reads_what_follows_at_once(self):
        ticket = self._create_ticket(partner_id=self.b1.partner_id.id)
        found = self.env["helpdesk.ticket"].with_user(self.a1)
        self.assertFalse(found.search([("id", "=", ticket.id)]))
        self.customer_b.email = False
        self._merge(self.customer_b + self.customer_a, self.customer_a)
        self.assertEqual(found.search([("id", "=", ticket.id)]), ticket)
