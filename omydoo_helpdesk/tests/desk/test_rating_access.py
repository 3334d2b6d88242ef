# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import SupportCase


@tagged("post_install", "-at_install")
class TestRatingAccess(SupportCase):
    """What customers said of tickets is for who may read them, and nobody edits it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = new_test_user(cls.env, "rating_employee", "base.group_user")
        cls.own_agent = new_test_user(
            cls.env, "rating_own", "helpdesk_mgmt.group_helpdesk_user_own"
        )
        cls.beta = cls.env["res.company"].create({"name": "Beta"})
        cls.beta_agent = new_test_user(
            cls.env,
            "rating_beta",
            "helpdesk_mgmt.group_helpdesk_manager",
            company_id=cls.beta.id,
            company_ids=[(6, 0, cls.beta.ids)],
        )
        cls.ticket = cls._create_ticket(user_id=cls.agent.id)
        cls.ticket.stage_id = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.ticket._rate_as(cls.a1.partner_id, "dissatisfied", "Trop long")
        cls.rating = cls.ticket.rating_ids
        cls.rating.flush_recordset()
        cls.strangers = cls.employee + cls.own_agent + cls.beta_agent
        cls.desk = cls.agent + cls.project_manager + cls.manager

    def test_who_reads_the_ticket_reads_the_rating(self):
        for user in self.strangers:
            ratings = self.env["rating.rating"].with_user(user)
            with self.subTest(user.login):
                domain = [("id", "=", self.rating.id)]
                self.assertFalse(ratings.search(domain))
                self.assertFalse(ratings.search_count(domain))
                self.assertFalse(ratings._read_group(domain, ["feedback"], ["__count"]))
                with self.assertRaises(AccessError):
                    self.rating.with_user(user).read(["feedback"])
        for user in self.desk:
            with self.subTest(user.login):
                rating = (
                    self.env["rating.rating"]
                    .with_user(user)
                    .search([("feedback", "ilike", "Trop long")])
                )
                self.assertEqual(rating, self.rating)
                self.assertEqual(rating.feedback, "Trop long")

    def test_nobody_edits_what_a_customer_said(self):
        admin = self.env.ref("base.user_admin")
        for user in self.strangers + self.desk + admin:
            rating = self.rating.with_user(user)
            vals = {
                "res_model_id": self.rating.res_model_id.id,
                "res_id": self.ticket.id,
                "rating": 5,
                "consumed": True,
            }
            for name, attempt in {
                "write": lambda rating=rating: rating.write({"rating": 5}),
                "reset": lambda rating=rating: rating.reset(),
                "unlink": lambda rating=rating: rating.unlink(),
                "message": lambda user=user: self.rating.message_id.with_user(
                    user
                ).unlink(),
                "create": lambda rating=rating, vals=vals: rating.create(vals),
                "apply": lambda user=user: self.ticket.with_user(user).rating_apply(
                    5, token=self.rating.access_token
                ),
            }.items():
                with (
                    self.subTest(user=user.login, attempt=name),
                    self.assertRaises(AccessError),
                    self.cr.savepoint(),
                ):
                    attempt()
                    self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.rating.rating, 1)
        self.assertEqual(self.ticket.satisfaction, "dissatisfied")

    def test_no_rating_by_a_message_of_the_desk(self):
        self.ticket.with_user(self.agent).message_post(body="x", rating_value=5)
        self.assertEqual(self.ticket.rating_ids, self.rating)

    def test_the_token_is_for_nobody(self):
        for user in self.strangers + self.desk + self.env.ref("base.user_admin"):
            ratings = self.env["rating.rating"].with_user(user)
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.rating.with_user(user).read(["access_token"])
                with self.assertRaises(AccessError):
                    ratings.search([("access_token", "like", "a")])
                self.assertNotIn("access_token", ratings.fields_get())

    def test_ratings_of_others_are_as_before(self):
        """As Odoo has it for who has no ticket, but for the token."""
        rating = (
            self.env["rating.rating"]
            .with_user(self.employee)
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": self.employee.partner_id.id,
                    "rating": 3,
                }
            )
        )
        rating.write({"rating": 4})
        rating.reset()
        self.assertEqual(rating.search([("id", "=", rating.id)]), rating)
        self.assertTrue(rating.sudo().access_token)
