# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestPortalFormGuests(PortalCase):
    """What other addons add to the base's form stands in ours."""

    def _add_to_base(self, arch):
        self.env["ir.ui.view"].create(
            {
                "name": "Another addon's field",
                "type": "qweb",
                "inherit_id": self.env.ref("helpdesk_mgmt.portal_create_ticket").id,
                "arch": f"<data><xpath expr=\"//label[@for='subject']/..\" "
                f'position="after">{arch}</xpath></data>',
            }
        )

    def test_without_guests_nothing_is_added(self):
        self.assertEqual(
            self.env["helpdesk.ticket"]._get_portal_form_guests(), (False, ())
        )

    def test_a_field_is_shown_and_given_back_as_typed(self):
        self._add_to_base(
            """<div class="form-group"><label for="phone" class="col-md-3">Phone</label>
            <div class="col-md-7"><input class="form-control" name="phone"/></div></div>
            <div class="form-group" t-if="categories"><select name="colour">
            <option value=""/><option t-foreach="['red', 'blue']" t-as="c"
            t-att-value="c" t-out="c"/></select></div>"""
        )
        self._login(self.a1)
        page = self._get("/new/ticket")
        self.assertEqual(len(page.xpath("//form//input[@name='phone']")), 1)
        self.assertEqual(
            page.xpath("//form//select[@name='colour']/option/@value"),
            ["", "red", "blue"],
        )
        typed = {"phone": 'x"><script>1</script>', "colour": "blue"}
        response = self._submit(subject="", **typed)
        again = self.assertFormAgain(response, "subject")
        self.assertEqual(again.xpath("//input[@name='phone']/@value"), [typed["phone"]])
        self.assertEqual(
            again.xpath("//select[@name='colour']/option[@selected]/@value"), ["blue"]
        )
        self.assertTrue(self._file(**typed))

    def test_another_addon_that_asks_for_the_priority(self):
        self._add_to_base(
            """<div class="form-group"><select name="priority">
            <option t-foreach="priorities" t-as="pri" t-att-value="pri[0]"/>
            </select></div>"""
        )
        self._login(self.a1)
        page = self._get("/new/ticket")
        self.assertEqual(
            page.xpath("//form//*[@name='priority']/@value"), ["3", "1", "0"]
        )
        self.assertFalse(page.xpath("//*[@name='claimed_priority']"))
        ticket = self._file(claimed_priority=None, priority="0")
        self.assertEqual(ticket.claimed_priority, "0")
        response = self._submit(claimed_priority=None, priority="9")
        again = self.assertFormAgain(response, None)
        self.assertTrue(self._text(again, "//*[@id='claimed_priority_error']"))
