# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import namedtuple
from datetime import date, timedelta

from odoo.tests import tagged

from ..cover.cover_common import CoverCase
from ..pack_common import PackCase

# What the charter says of a request, whoever files it and by whatever road.
#   customer      company: a contact of one; person: somebody without a company
#   subscription  running, none, ended (its date, not yet closed), closed, paused,
#                 future, archived, other (it is a customer's who is not this one)
#   plan          24 h, full (support)
#   category      in, out, or none
#   module        none, or the state of the custom module that the request is about
#   pack          hours bought, or None; a pack of another customer is "other"
Case = namedtuple(
    "Case", "customer subscription plan category module pack scope reason coverage"
)
# fmt: off
CASES = [
    # Under a running subscription, the charter decides by the category.
    Case("company", "running", "24 h", "in", None, None,
         "in_scope", "category_in_scope", "subscription"),
    Case("company", "running", "full", "in", None, None,
         "in_scope", "category_in_scope", "subscription"),
    Case("person", "running", "24 h", "in", None, None,
         "in_scope", "category_in_scope", "subscription"),
    Case("company", "running", "24 h", "in", None, 10,
         "in_scope", "category_in_scope", "subscription"),
    Case("company", "running", "24 h", "out", None, None,
         "out_of_scope", "category_out_of_scope", "none"),
    Case("person", "running", "24 h", "out", None, None,
         "out_of_scope", "category_out_of_scope", "none"),
    # What is out of scope may still be paid for.
    Case("company", "running", "24 h", "out", None, 10,
         "out_of_scope", "category_out_of_scope", "hours_pack"),
    Case("person", "running", "24 h", "out", None, 10,
         "out_of_scope", "category_out_of_scope", "hours_pack"),
    Case("company", "running", "full", "out", None, None,
         "out_of_scope", "category_out_of_scope", "full_support"),
    Case("company", "running", "full", "out", None, 10,
         "out_of_scope", "category_out_of_scope", "full_support"),
    Case("company", "running", "24 h", "out", None, 0,
         "out_of_scope", "category_out_of_scope", "none"),
    Case("company", "running", "24 h", "out", None, "other",
         "out_of_scope", "category_out_of_scope", "none"),
    # Custom code is helped with only if its maintenance is in the subscription;
    # full support does not change that, hours can be spent on anything.
    Case("company", "running", "24 h", "in", "maintained", None,
         "in_scope", "category_in_scope", "subscription"),
    Case("company", "running", "24 h", "in", "not_maintained", None,
         "out_of_scope", "custom_code_not_maintained", "none"),
    Case("company", "running", "full", "in", "not_maintained", None,
         "out_of_scope", "custom_code_not_maintained", "none"),
    Case("company", "running", "24 h", "in", "not_maintained", 10,
         "out_of_scope", "custom_code_not_maintained", "hours_pack"),
    Case("company", "running", "24 h", "in", "grown", None,
         "out_of_scope", "custom_code_grown", "none"),
    Case("company", "running", "full", "in", "grown", None,
         "out_of_scope", "custom_code_grown", "none"),
    Case("company", "running", "full", "out", "grown", 10,
         "out_of_scope", "custom_code_grown", "hours_pack"),
    Case("company", "running", "24 h", "in", "outdated", None,
         "in_scope", "category_in_scope", "subscription"),
    Case("company", "running", "full", "out", "maintained", None,
         "out_of_scope", "category_out_of_scope", "full_support"),
    Case("person", "running", "24 h", "out", "not_maintained", None,
         "out_of_scope", "custom_code_not_maintained", "none"),
    # Nothing is promised without a subscription on the day of filing.
    Case("company", "none", "24 h", "in", None, None,
         "to_qualify", "no_subscription", "none"),
    Case("company", "ended", "24 h", "in", None, 10,
         "to_qualify", "no_subscription", "none"),
    Case("company", "closed", "full", "out", None, None,
         "to_qualify", "no_subscription", "none"),
    Case("company", "paused", "24 h", "in", "maintained", None,
         "to_qualify", "no_subscription", "none"),
    Case("company", "future", "24 h", "in", None, None,
         "to_qualify", "no_subscription", "none"),
    Case("company", "archived", "24 h", "in", None, None,
         "to_qualify", "no_subscription", "none"),
    Case("person", "other", "24 h", "in", None, None,
         "to_qualify", "no_subscription", "none"),
    # Nothing is known yet.
    Case("company", "running", "full", None, "not_maintained", 10,
         "to_qualify", "no_category", "none"),
    Case("company", "none", "24 h", None, None, None,
         "to_qualify", "no_category", "none"),
]
# fmt: on


@tagged("post_install", "-at_install")
class TestScopeCases(CoverCase, PackCase):
    """One table of what the charter says; each road gives the same answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.env["res.partner"].create(
            {"name": "Jeanne Moulin", "email": "jeanne@moulin.example.com"}
        )
        cls.plans = {"24 h": cls.plan_24, "full": cls.plan_full}
        cls.categories = {
            "in": cls.category_in,
            "out": cls.category_out,
            None: cls.category_in.browse(),
        }
        cls.env["helpdesk.ticket.stage"].search([]).mail_template_id = False

    def test_rpc(self):
        """An agent creates the ticket, or a script in an agent's name."""
        self._check_cases(
            lambda vals: (
                self.env["helpdesk.ticket"]
                .with_user(self.agent)
                .create({**vals, "name": "Help", "description": "<p>Help</p>"})
            )
        )

    def test_form(self):
        """What the portal's form creates, once it has checked it."""
        channel = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_web")
        self._check_cases(
            lambda vals: (
                self.env["helpdesk.ticket"]
                .with_user(self.a1)
                .sudo()
                .create(
                    {
                        **vals,
                        "name": "Help",
                        "description": "<p>Help</p>",
                        "company_id": self.company.id,
                        "channel_id": channel.id,
                        "claimed_priority": "1",
                        "user_id": False,
                    }
                )
            )
        )

    def test_mail(self):
        """The customer writes; the agent says what it is about."""

        def receive(vals):
            vals = dict(vals)
            sender = self.env["res.partner"].browse(vals.pop("partner_id"))
            team_id = vals.pop("team_id")
            ticket = self.env["helpdesk.ticket"].message_new(
                {
                    "subject": "Help",
                    "body": "<p>Help</p>",
                    "from": sender.email_formatted,
                    "author_id": sender.id,
                    "to": "help@desk.example.com",
                },
                {"team_id": team_id},
            )
            self.assertEqual(ticket.partner_id, sender)
            self.assertVerdict(ticket, "to_qualify", "no_category", "none")
            ticket.with_user(self.agent).write(vals)
            return ticket

        self._check_cases(receive)

    # === HELPERS === #

    def _check_cases(self, create):
        """Create a ticket for each case, and compare it with the charter.

        :param create: function of the values that matter, which returns the ticket
        """
        self.assertEqual(len(set(CASES)), len(CASES))
        for number, case in enumerate(CASES, start=1):
            with (
                self.subTest(number=number, case=case),
                self.env.cr.savepoint() as savepoint,
            ):
                ticket = create(self._set_up_case(case)).sudo()
                self.assertVerdict(ticket, case.scope, case.reason, case.coverage)
                self._check_words(ticket, case)
                savepoint.rollback()
            self.env.invalidate_all()

    def _set_up_case(self, case):
        """Create what a case needs.

        :return: the values of its ticket
        :rtype: dict
        """
        contact = {"company": self.a1.partner_id, "person": self.person}[case.customer]
        customer = contact.commercial_partner_id
        subscription = self._set_up_subscription(case, customer)
        module = self._set_up_module(case, customer, subscription)
        if case.pack is not None:
            owner = self.customer_b if case.pack == "other" else customer
            hours = 9 if case.pack == "other" else case.pack
            pack = self._create_pack(owner, hours)
            self.assertTrue(pack.remaining_hours_available)
        return {
            "partner_id": contact.id,
            "team_id": self.team.id,
            "category_id": self.categories[case.category].id,
            "custom_module_id": module.id,
        }

    def _set_up_subscription(self, case, customer):
        today = date.today()
        vals = {
            "running": {},
            "other": {},
            "ended": {"date": today - timedelta(days=2)},
            "closed": {"stage_id": self._get_stage("post").id},
            "paused": {"is_paused": True},
            "future": {"date_start": today + timedelta(days=2)},
            "archived": {"active": False},
        }
        if case.subscription == "none":
            return self.env["sale.subscription"]
        if case.subscription == "other":
            customer = self.customer_b
        return self._create_subscription(
            customer, self.plans[case.plan], **vals[case.subscription]
        )

    def _set_up_module(self, case, customer, subscription):
        if not case.module:
            return self.env["support.custom.module"]
        if case.module == "grown":
            self._sell_lines(subscription, 3)
        return self._create_module(
            customer,
            subscription if case.module != "not_maintained" else None,
            line_count=301,
            counted_on=date.today()
            - timedelta(days=366 if case.module == "outdated" else 30),
        )

    def _check_words(self, ticket, case):
        """Check that customer and agent can read why, and what happens next."""
        words = {
            "category_in_scope": "is covered by the subscription",
            "category_out_of_scope": "Charter: Out of scope (b)",
            "custom_code_not_maintained": "does not include the maintenance",
            "custom_code_grown": "has grown beyond",
            "no_subscription": "No support subscription was running",
            "no_category": "will say whether",
        }
        self.assertIn(words[case.reason], ticket.scope_explanation)
        if case.scope == "out_of_scope":
            follows = {
                "none": "quotation",
                "hours_pack": "hours pack",
                "full_support": "full support plan",
            }
            self.assertIn(follows[case.coverage], ticket.scope_explanation)
        state = case.module or "not_concerned"
        if case.module and case.subscription != "running":
            state = "not_maintained"
        self.assertEqual(ticket.custom_code_state, state)
