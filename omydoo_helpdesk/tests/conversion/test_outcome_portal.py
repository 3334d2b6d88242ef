# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..portal_common import PortalCase
from .outcome_common import OutcomeCase

# One black pixel.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


class OutcomePortalCase(OutcomeCase, PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.portal_confirmation_sign = True
        cls.company.portal_confirmation_pay = False

    def _ticket_page(self, user=None):
        self._login(user or self.a1)
        return self._get(f"/my/ticket/{self.ticket.id}")

    def _notice(self, kind, user=None):
        """Return the text of what became of the request on the ticket's page."""
        page = self._ticket_page(user)
        sections = page.xpath("//section[contains(@class, 'o_support_outcome ')]")
        self.assertEqual(len(sections), 1)
        self.assertIn(f"o_support_outcome_{kind}", sections[0].get("class"))
        self.assertEqual(
            page.xpath(f"//*[@id='{sections[0].get('aria-labelledby')}']/..")[0],
            sections[0],
        )
        return " ".join(sections[0].text_content().split()), sections[0].xpath(
            ".//a/@href"
        )

    def _accept(self, order, token=None, status=200):
        return self.url_open(
            f"/my/orders/{order.id}/accept",
            data=json.dumps(
                {
                    "params": {
                        "access_token": token,
                        "name": "Ada",
                        "signature": SIGNATURE,
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        ).json()["result"]

    def _decline(self, order, reason, token=None):
        suffix = f"?access_token={token}" if token else ""
        return self._post(
            f"/my/orders/{order.id}/decline{suffix}", {"decline_message": reason}
        )

    def _mails_to(self, user, since):
        mails = self.env["mail.mail"].search([]) - since
        return mails.filtered(lambda mail: user.partner_id in mail.recipient_ids)


@tagged("post_install", "-at_install")
class TestOutcomePortal(OutcomePortalCase):
    # === WHAT IS SHOWN === #

    def test_in_preparation_nothing_of_it_is_shown(self):
        order = self._quote()
        text, links = self._notice("preparing")
        self.assertFalse(links)
        for secret in (order.name, "500", str(order.id) + "?"):
            self.assertNotIn(secret, text)
        self.assertNotIn(order.name, self._ticket_page().text_content())
        # Nor by guessing its number, nor by RPC.
        self._get(f"/my/orders/{order.id}", 303)
        for record in (order, order.order_line):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
                record.with_user(self.a1).check_access("read")
        self.assertFalse(
            self.env["sale.order"].with_user(self.a1).search([("id", "=", order.id)])
        )
        # Others are as before.
        order.ticket_ids = False
        self.assertTrue(order.with_user(self.a1).has_access("read"))

    def test_sent(self):
        order = self._send(self._quote(validity_date=date(2030, 6, 10)))
        text, links = self._notice("sent")
        self.assertIn(order.name, text)
        self.assertIn("500.00", text.replace(",", "."))
        self.assertIn("2030", text)
        self.assertEqual(links, [self._localize(f"/my/orders/{order.id}")])
        self._get(links[0])
        # A colleague sees it too.
        self.assertEqual(self._notice("sent", self.a2), (text, links))

    def test_others_see_nothing(self):
        order = self._send(self._quote())
        for user in (self.b1, self.beta_user):
            self._login(user)
            self._get(f"/my/ticket/{self.ticket.id}", 303)
            self._get(f"/my/orders/{order.id}", 303)
            self.assertIn("error", self._accept(order))
            self._decline(order, "no")
            self.assertEqual(order.state, "sent")
        # Not even one who follows the ticket.
        self.ticket.message_subscribe(self.b1.partner_id.ids)
        self._login(self.b1)
        self._get(f"/my/ticket/{self.ticket.id}", 303)

    def test_link_of_the_ticket_tells_no_amount(self):
        order = self._send(self._quote())
        token = self.ticket._portal_ensure_token()
        self.env.flush_all()
        self.authenticate(None, None)
        page = self._get(f"/en/my/ticket/{self.ticket.id}/{token}")
        text = self._text(page, "//section[contains(@class, 'o_support_outcome')]")
        self.assertTrue(text)
        self.assertNotIn(order.name, text)
        self.assertNotIn("500", text)
        links = page.xpath("//section[contains(@class, 'o_support_outcome')]//a/@href")
        self.assertEqual(links, [f"/web/login?redirect=/my/ticket/{self.ticket.id}"])

    # === THE CUSTOMER ANSWERS === #

    def test_signed_by_the_customer(self):
        self.company.support_accepted_stage_id = self.stage_progress
        order = self._send(
            self._quote(support_on_acceptance="project", support_project_hours=4)
        )
        self._login(self.a1)
        before = self.env["mail.mail"].search([])
        result = self._accept(order)
        self.assertIn("redirect_url", result)
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.ticket.stage_id, self.stage_progress)
        self.assertEqual(self.ticket.resolution_state, "not_applicable")
        self.assertEqual(self.ticket.project_id.user_id, self.project_manager)
        self.assertEqual(self.ticket.task_id.allocated_hours, 4)
        self.assertEqual(self.ticket.task_id.sale_line_id, order.order_line[-1])
        # The order's confirmation goes to the customer it is addressed to; the
        # contact of the ticket is not told the same a second time.
        self.assertLessEqual(len(self._mails_to(self.a1, before)), 1)
        project = self.ticket.project_id
        text, links = self._notice("accepted")
        self.assertIn("500.00", text.replace(",", "."))
        self.assertEqual(links, [self._localize(f"/my/orders/{order.id}")])
        self.assertNotIn(project.name, text)
        # A second click, a second tab.
        self.assertIn("error", self._accept(order))
        self.assertEqual(len(project.tasks), 1)
        self.assertEqual(len(self.ticket.project_id.exists()), 1)

    def test_customer_is_told_once(self):
        order = self._quote(partner_id=self.a1.partner_id.id)
        self._send(order)
        self._login(self.a1)
        before = self.env["mail.mail"].search([])
        self._accept(order)
        self.assertEqual(len(self._mails_to(self.a1, before)), 1)

    def test_signed_with_the_link_by_somebody_unknown(self):
        order = self._send(self._quote(support_on_acceptance="task"))
        token = order._portal_ensure_token()
        self.env.flush_all()
        self.authenticate(None, None)
        self.assertIn("error", self._accept(order, "wrong"))
        self.assertIn("redirect_url", self._accept(order, token))
        self.assertTrue(self.ticket.task_id.project_id.is_support)

    def test_signing_succeeds_when_the_project_cannot_be_made(self):
        template = self._create_template()
        order = self._send(
            self._quote(
                support_on_acceptance="project",
                support_project_template_id=template.id,
            )
        )
        template.active = False
        self._login(self.a1)
        self.assertIn("redirect_url", self._accept(order))
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.signature)
        self.assertFalse(self.ticket.project_id)
        activity = self._activities("acceptance_failed")
        self.assertEqual(activity.user_id, self.project_manager)
        text, _links = self._notice("accepted")
        self.assertNotIn(template.name, text)

    def test_shared_project_can_be_followed(self):
        order = self._send(self._quote(support_on_acceptance="project"))
        self._confirm(order)
        project = self.ticket.project_id
        project.privacy_visibility = "portal"
        project.message_subscribe(self.customer_a.ids + self.a1.partner_id.ids)
        self.ticket.task_id.message_subscribe(self.a1.partner_id.ids)
        self.env.flush_all()
        text, links = self._notice("accepted")
        self.assertIn(project.name, text)
        self.assertIn(self._localize(f"/my/projects/{project.id}"), links)
        for link in links:
            self._get(link)

    def test_refused_with_a_reason(self):
        self.company.support_refused_stage_id = self.stage_rejected
        order = self._send(self._quote())
        self._login(self.a1)
        self._decline(order, "Trop cher\x00 <b>!</b>")
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.support_outcome, "refused")
        self.assertEqual(order.support_refusal_reason, "Trop cher <b>!</b>")
        self.assertEqual(self.ticket.stage_id, self.stage_rejected)
        activity = self._activities("quotation_lost")
        self.assertEqual(activity.user_id, self.project_manager)
        self.assertIn("Trop cher &lt;b&gt;!", activity.note)
        self._notice("refused")
        # A second time changes nothing.
        self._decline(order, "Encore")
        self.assertEqual(self._activities("quotation_lost"), activity)
        self.assertEqual(order.support_refusal_reason, "Trop cher <b>!</b>")

    def _standing(self, page):
        """Return whose turn it is, and the sentence that says where it stands."""
        [section] = page.xpath("//section[contains(@class, 'o_support_standing')]")
        turn = section.get("class").split("o_support_standing_")[1].split()[0]
        return turn, self._text(page, "//*[@id='support_standing_title']")

    def _story(self, page):
        return self._text(page, "//*[@name='support_timeline']")

    def test_one_state_of_the_truth(self):
        """P2: one sentence, whose turn, where to write, and no rating before it."""
        order = self._quote()
        rating = "//form[contains(@action, '/rate')]"
        page = self._ticket_page()
        self.assertEqual(self._standing(page)[0], "desk")
        self.assertTrue(page.xpath("//textarea[@id='answer']"))
        self.assertFalse(page.xpath(rating))
        self.assertNotIn(order.name, self._story(page))
        self._send(order)
        page = self._ticket_page()
        self.assertEqual(self._standing(page)[0], "customer")
        self.assertFalse(page.xpath(rating))
        self.assertIn(order.name, self._story(page))
        self.assertFalse(self.ticket._may_rate(self.a1.partner_id))
        self.assertFalse(self.ticket._get_mail_ratings())
        self._decline(order, "Trop cher")
        page = self._ticket_page()
        self.assertEqual(self._standing(page)[0], "nobody")
        self.assertIn("refusé", self._standing(page)[1])
        self.assertNotIn("chef de projet", self._text(page, "//div[@id='card']"))
        self.assertIn("Trop cher", self._story(page))
        self.assertTrue(page.xpath(rating))
        # What it says can be done there: written, and somebody reads it.
        self._notice("refused")
        response = self._post(
            f"/my/ticket/{self.ticket.id}/answer", {"answer": "Et sans l’option ?"}
        )
        self.assertEqual(response.status_code, 303)
        self.assertIn("sans l’option", self._customer_messages()[:1].body)
        self.assertTrue(self._activities("closed_answer"))
        self.assertEqual(len(self._ticket_page().xpath("//input[@id='attachment']")), 1)

    def test_accepted_is_told(self):
        order = self._send(self._quote())
        self._confirm(order)
        page = self._ticket_page()
        self.assertEqual(self._standing(page)[0], "desk")
        self.assertEqual(self._story(page).count(order.name), 2)

    def test_refused_without_a_reason_is_not_refused(self):
        order = self._send(self._quote())
        self._login(self.a1)
        for reason in ("", "  \n "):
            self._decline(order, reason)
            self.assertEqual(order.state, "sent")

    def test_cancelled_and_expired(self):
        order = self._send(self._quote(validity_date=date(2020, 6, 10)))
        text, links = self._notice("expired")
        self.assertIn("2020", text)
        self._get(links[0])
        order.action_cancel()
        self._notice("cancelled")

    def test_cancelled_before_it_was_sent(self):
        order = self._quote()
        order.action_cancel()
        text, links = self._notice("cancelled")
        self.assertNotIn(order.name, text)
        self.assertFalse(links)

    def test_new_quotation_after_a_lost_one(self):
        first = self._send(self._quote())
        first.action_cancel()
        second = self._send(self._convert("quotation", convert_again=True))
        text, _links = self._notice("sent")
        self.assertIn(second.name, text)
        self.assertNotIn(first.name, text)

    # === WITHOUT A QUOTATION === #

    def test_private_project_is_never_named(self):
        project = self._convert("project", project_name="Secret Zeppelin")
        text, links = self._notice("planned")
        self.assertFalse(links)
        self.assertNotIn("Zeppelin", self._ticket_page().text_content())
        self.assertTrue(text)
        self.assertFalse(project.with_user(self.a1).has_access("read"))

    def test_task_on_a_pack(self):
        self._create_pack(self.customer_a, 10)
        self._convert("hours_pack", hours=1)
        _text, links = self._notice("planned")
        self.assertEqual(links, [self._localize("/my/support")])

    def test_full_support(self):
        self.env["sale.subscription"].search(
            [("partner_id", "=", self.customer_a.id)]
        ).support_plan_id = self.plan_full
        self.ticket.invalidate_recordset()
        ticket = self._create_ticket(category_id=self.category_out.id)
        self._convert("full_support", ticket)
        self.ticket = ticket
        _text, links = self._notice("planned")
        self.assertFalse(links)

    def test_employee_sees_the_page_too(self):
        order = self._send(self._quote())
        employee = new_test_user(
            self.env,
            "manager_portal",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            company_id=self.company.id,
        )
        text, _links = self._notice("sent", employee)
        self.assertIn(order.name, text)


@tagged("post_install", "-at_install")
class TestOutcomeTour(OutcomePortalCase):
    browser_size = "1280x900"

    def test_customer_accepts_a_quotation(self):
        order = self._send(
            self._quote(
                validity_date=date(2030, 6, 10), support_on_acceptance="project"
            )
        )
        self.start_tour(
            f"/my/ticket/{self.ticket.id}",
            "omydoo_helpdesk_customer_accepts_a_quotation",
            login=self.a1.login,
        )
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.signature)
        self.assertTrue(self.ticket.project_id)
