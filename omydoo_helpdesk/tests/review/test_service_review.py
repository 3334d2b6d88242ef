# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import doctest
import json
from datetime import date

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...tools import service_review
from .review_common import ReviewCase

ANSWERED = [("filed", "01 06:00"), ("answered", "01 07:30")]  # 8:00, 9:30 in Paris


@tagged("post_install", "-at_install")
class TestServiceReview(ReviewCase):
    """What a review says, by hand; its life; who may do what with it."""

    def test_doctests(self):
        self.assertEqual(doctest.testmod(service_review).failed, 0)

    # === WHAT IT SAYS === #

    def test_a_request_counts_once(self):
        old = self._create_ticket()
        old._sla_import_history(
            [[{"kind": "filed", "at": self._at("2026-05-20 08:00")}]]
        )
        solved = self._import(
            *ANSWERED,
            ("solved", "02 08:00", {"cause": "stage"}),
            stage_id=self.stage_done.id,
        )
        reopened = self._import(
            *ANSWERED,
            ("solved", "02 08:00", {"cause": "stage"}),
            ("reopened", "03 08:00", {"cause": "stage"}),
        )
        review = self._draft()
        self.assertFigures(
            review,
            requests__open_start=1,
            requests__filed=2,
            requests__back=0,
            requests__closed=1,
            requests__open_end=2,
            requests__reopened=1,
        )
        figures = review.sudo().figures["figures"]
        self.assertEqual(figures["requests.open_start"]["ids"], old.ids)
        self.assertEqual(figures["requests.closed"]["ids"], solved.ids)
        self.assertEqual(figures["requests.reopened"]["ids"], reopened.ids)

    def test_a_test_of_the_set_up_is_no_request(self):
        """It is outside every count, rated and worked on as it may be."""
        test = self._import(*ANSWERED)
        test._rate_as(self.a1.partner_id, "satisfied", "Thanks")
        self.assertFigures(self._draft(), requests__filed=1)
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET is_setup_test = TRUE WHERE id = %s", test.ids
        )
        test.invalidate_recordset()
        review = self._draft(first=date(2026, 5, 30))
        self.assertTrue(review.sudo().is_quiet)
        months = review.sudo().figures["months"]
        self.assertEqual(sum(month["requests.filed"] for month in months), 0)

    def _at(self, text):
        return self.Review._fields["computed_at"].to_datetime(f"{text}:00")

    def test_promises_times_and_turns(self):
        # 24 h plan, normal: 8 h to the response, 24 h to the resolution. Filed on
        # Monday at 8:00 in Paris, answered on Tuesday at 9:30: 9.5 hours, one late.
        late = self._import(
            ("filed", "01 06:00"),
            ("answered", "02 07:30"),
            # Wednesday 8:00 to Thursday 8:00: held for 8 hours.
            ("hold", "03 06:00", {"cause": "stage", "party": "customer"}),
            ("resume", "04 06:00", {"cause": "stage"}),
            # Thursday 10:00: 16 + 2 hours of work.
            ("solved", "04 08:00", {"cause": "stage"}),
            stage_id=self.stage_done.id,
            priority="1",
        )
        review = self._draft()
        self.assertFigures(
            review,
            response__met=0,
            response__missed=1,
            response__worst=9.5,
            resolution__met=1,
            resolution__median=18,
            time__us=18,
            time__customer=8,
        )
        (row,) = review.sudo().figures["lists"]["missed"]
        self.assertEqual(
            (row["id"], row["clock"], row["late"], row["held"]),
            (late.id, "response", 1.5, {"customer": 8.0}),
        )
        self.assertIn("promises missed: 1", review.attention_text)

    def test_the_days_are_those_of_the_company(self):
        # 30 June 23:30 in Paris, and 1 July 0:30: both are 30 June in UTC.
        june = self._import(("filed", "30 21:30"))
        july = self._import(("filed", "30 22:30"))
        filed = self._draft().sudo().figures["figures"]["requests.filed"]["ids"]
        self.assertEqual(filed, june.ids)
        review = self._draft(first=date(2026, 7, 1), last=date(2026, 7, 5))
        ids = review.sudo().figures["figures"]["requests.filed"]["ids"]
        self.assertEqual(ids, july.ids)

    def test_hours_by_the_day_of_the_work(self):
        pack = self._create_pack(self.customer_a, 10, end=date(2026, 8, 15))
        pack.order_id.date_order = "2026-06-02 08:00:00"
        inside, out = self._import(*ANSWERED), self._create_ticket_out()
        self._log(inside, 1, date=date(2026, 6, 30))
        self._log(inside, 4, date=date(2026, 7, 1))
        self._log(out, 2, date=date(2026, 6, 15))
        self._log(
            out,
            0.5,
            date=date(2026, 6, 15),
            support_no_charge=True,
            support_no_charge_reason="Our fault",
        )
        review = self._draft()
        self.assertFigures(
            review,
            hours__covered=1,
            hours__charged=2,
            hours__given=0.5,
            packs__bought=10,
            packs__used=2,
            packs__left=8,
            packs__ending=8,
        )
        # Three weeks are no pace.
        self.assertFigures(review, packs__months_left=None)
        self.assertIn("packs that end: 1", review.attention_text)

    def test_hours_that_a_plan_includes(self):
        self.subscription.unlink()
        plan = self._create_plan("10 h", {}, included_hours=10)
        with self.at("2026-05-01 08:00:00"):
            self.subscription = self._create_subscription(self.customer_a, plan)
        review = self._draft()
        self.assertFigures(
            review,
            hours__included=10,
            hours__included_used=0,
            hours__beyond=0,
        )
        # Also where none was used; and nothing happened all the same.
        page = str(review.sudo().page_html)
        for label in ("Included in your plan", "Used of what", "Beyond what"):
            self.assertIn(label, page)
        self.assertTrue(review.is_quiet)
        ticket = self._import(*ANSWERED)
        self._log(ticket, 12.25, date=date(2026, 6, 30))
        # Beyond May's; what is left of a month is not carried on.
        self._log(ticket, 11, date=date(2026, 5, 31))
        self._log(ticket, 3, date=date(2026, 7, 1))
        review.action_compute()
        self.assertFigures(
            review,
            hours__included=10,
            hours__included_used=12.25,
            hours__beyond=2.25,
        )
        quarter = self._draft(first=date(2026, 4, 1))
        self.assertFigures(
            quarter,
            # April too: the subscription runs since 2020.
            hours__included=30,
            hours__included_used=23.25,
            hours__beyond=3.25,
        )
        # Of whole months only: May's, and June's.
        free = self._draft(first=date(2026, 4, 2))
        self.assertFigures(free, hours__included=20, hours__beyond=3.25)
        none = self._draft(first=date(2026, 6, 2))
        self.assertFigures(none, hours__included=None, hours__beyond=None)
        action = review.action_open_figure("hours.beyond")
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]).mapped("date"),
            [date(2026, 6, 30)],
        )
        # Frozen as the rest.
        review.action_publish()
        plan.included_hours = 20
        self.subscription.support_term_ids.included_hours = 20
        self.assertFigures(review, hours__included=10, hours__beyond=2.25)

    def test_a_plan_without_hours_says_nothing_of_them(self):
        self._log(self._import(*ANSWERED), 3, date=date(2026, 6, 10))
        review = self._draft()
        self.assertFigures(review, hours__covered=3, hours__included=None)
        self.assertNotIn("Included in your plan", str(review.sudo().page_html))

    def test_a_forecast_needs_three_months(self):
        pack = self._create_pack(self.customer_a, 12)
        pack.order_id.date_order = "2026-03-10 08:00:00"
        out = self._create_ticket_out()
        for month in (4, 5, 6):
            self._log(out, 2, date=date(2026, month, 15))
        # Two hours a month, six are left.
        self.assertFigures(self._draft(), packs__left=6, packs__months_left=3)

    def test_a_figure_opens_what_is_behind_it(self):
        ticket = self._import(*ANSWERED)
        ticket.active = False
        review = self._draft().with_user(self.agent)
        action = review.action_open_figure("requests.filed")
        found = (
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
            .search(action["domain"])
        )
        self.assertEqual(found, ticket)
        with self.assertRaisesRegex(UserError, "nothing behind"):
            review.action_open_figure("requests.nothing")

    def test_each_figure_has_a_name(self):
        self._import(*ANSWERED)
        review = self._draft().sudo()
        for key in review.figures["figures"]:
            self.assertTrue(review._get_figure_label(key), key)
        self.assertIn("o_support_review_figure", review.page_html)

    def test_against_the_period_before_and_twelve_months(self):
        may = self._create_ticket()
        may._sla_import_history(
            [
                [
                    {"kind": "filed", "at": self._at("2026-05-20 08:00")},
                    {"kind": "answered", "at": self._at("2026-06-20 08:00")},
                ]
            ]
        )
        self._import(*ANSWERED)
        figures = self._draft().sudo().figures
        self.assertEqual(figures["previous"]["requests.filed"], 1)
        self.assertEqual(figures["previous"]["response.missed"], 0)
        self.assertEqual(len(figures["months"]), 12)
        self.assertEqual(figures["months"][0]["day"], "2025-07-01")
        self.assertEqual(figures["months"][10]["requests.filed"], 1)
        last = figures["months"][11]
        self.assertEqual(
            (last["requests.filed"], last["response.met"], last["response.missed"]),
            (1, 1, 1),
        )

    # === ITS LIFE === #

    def test_frozen_once_published(self):
        ticket = self._import(*ANSWERED)
        review = self._draft()
        review.comment = "A good month"
        review.action_publish()
        before = json.dumps(review.sudo().figures, sort_keys=True)
        ticket.write({"name": "Another", "priority": "3", "priority_reason": "Edited"})
        self.plan_24.sla_ids.response_hours = 1
        self._import(*ANSWERED)
        self.env.flush_all()
        review.invalidate_recordset()
        self.assertEqual(json.dumps(review.sudo().figures, sort_keys=True), before)
        for act in (
            review.action_compute,
            review.unlink,
            lambda: review.write({"comment": "A bad month"}),
            review.action_publish,
        ):
            with self.assertRaises(UserError):
                act()

    def test_nobody_writes_what_follows_from_the_logs(self):
        review = self._draft()
        for vals in (
            {"figures": {}},
            {"state": "sent"},
            {"version": 3},
            {"partner_id": self.customer_b.id},
            {"date_to": date(2026, 6, 20)},
            {"customer_name": "Somebody"},
        ):
            with self.assertRaises(AccessError):
                review.write(vals)
        with self.assertRaises(AccessError):
            self.Review.with_user(self.manager).create(
                {
                    "partner_id": self.customer_b.id,
                    "date_from": self.FIRST,
                    "date_to": self.LAST,
                    "state": "sent",
                }
            )

    def test_a_draft_is_counted_again(self):
        review = self._draft()
        self._import(*ANSWERED)
        self.assertFigures(review, requests__filed=0)
        review.action_compute()
        self.assertFigures(review, requests__filed=1)

    def test_a_correction_is_a_version_that_says_what_changed(self):
        review = self._draft()
        review.action_publish()
        self._import(*ANSWERED)
        action = review.action_correct()
        corrected = self.Review.browse(action["res_id"])
        self.assertEqual((corrected.version, corrected.previous_id), (2, review))
        self.assertIn(
            "Filed in the period: 1 instead of 0", corrected._get_version_words()
        )
        # Until it is published the first one counts.
        self.assertEqual(review._get_latest(), review)
        corrected.with_user(self.manager).action_publish()
        self.assertEqual(review._get_latest(), corrected)
        with self.assertRaisesRegex(UserError, "newer version"):
            review.action_correct()

    @mute_logger("odoo.sql_db")
    def test_one_review_of_a_customer_and_period(self):
        self._draft()
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self._draft()

    def test_a_period_that_is_not_over_is_not_published(self):
        review = self._draft(first=date(2026, 7, 1), last=date(2026, 7, 6))
        with self.assertRaisesRegex(UserError, "not over"):
            review.action_publish()

    def test_sent_in_the_language_of_who_reads(self):
        review = self._draft()
        self.assertEqual(review.recipient_ids, self.a1.partner_id + self.a2.partner_id)
        before = self.env["mail.mail"].search([])
        review.action_publish_and_send()
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(review.state, "sent")
        self.assertEqual(len(mails), 2)
        self.assertIn(f"/my/reviews/{review.id}", mails[0].body_html)
        self.assertIn("juin 2026", mails[0].subject.lower())
        self.assertTrue(review.is_unread)
        self.assertEqual(self.Review.search([("is_unread", "=", True)]), review)

    def test_a_mail_that_is_switched_off_does_not_leave(self):
        template = self.env.ref("omydoo_helpdesk.mail_template_review")
        self.company.support_silent_mail_ids = template
        review = self._draft()
        before = self.env["mail.mail"].search([])
        action = review.action_publish_and_send()
        self.assertEqual(self.env["mail.mail"].search([]), before)
        self.assertIn("No mail leaves", action["params"]["message"])

    def test_who_has_not_read_it(self):
        review = self._draft()
        review.action_publish_and_send()
        for _twice in range(2):
            self.env["support.review.reading"]._note(review, self.a1)
        review.invalidate_recordset()
        self.assertEqual(len(review.reading_ids), 1)
        self.assertEqual(review.unread_ids, self.a2.partner_id)
        self.assertFalse(review.is_unread)

    def test_sent_to_people_of_the_customer_only(self):
        with self.assertRaises(ValidationError):
            self._draft().recipient_ids = self.b1.partner_id

    # === WHO MAY === #

    def test_who_reads_what(self):
        review = self._draft()
        review.action_publish()
        corrected = self.Review.browse(review.action_correct()["res_id"])
        self.a2.partner_id.sudo().support_portal_access = "own"
        for user, may_read in (
            (self.a1, True),
            (self.a2, False),
            (self.b1, False),
            (self.agent, True),
        ):
            self.assertEqual(review.with_user(user).has_access("read"), may_read, user)
        # A draft is the desk's.
        self.assertFalse(corrected.with_user(self.a1).has_access("read"))
        self.assertFalse(review.with_user(self.agent).has_access("write"))
        with self.assertRaises(AccessError):
            review.with_user(self.a1).read(["figures"])

    # === BAD INPUT === #

    def test_a_customer_archived(self):
        self._import(*ANSWERED)
        self.a1.partner_id.user_ids.active = False
        self.a1.partner_id.active = False
        self.customer_a.active = False
        self.assertFigures(self._draft(), requests__filed=1)

    def test_a_customer_merged(self):
        self._import(*ANSWERED)
        merged = self.env["res.partner"].create({"name": "Old A", "is_company": True})
        contact = self.env["res.partner"].create(
            {"name": "Old contact", "parent_id": merged.id}
        )
        self._import(*ANSWERED, partner_id=contact.id)
        told, draft = self._draft(merged), self._draft()
        told.action_publish()
        second = self.Review.browse(told.action_correct()["res_id"])
        second.comment = "Of the merged one"
        other = self._draft(merged, date(2026, 5, 1), date(2026, 5, 31))
        other.comment = "May"
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((merged + self.customer_a).ids, self.customer_a)
        self.env.invalidate_all()
        # What was told stays, with the name it had.
        self.assertEqual(told.customer_name, "Old A")
        self.assertEqual(told.partner_id, self.customer_a)
        self.assertFigures(told, requests__filed=1)
        kept = self.Review.search(
            [("partner_id", "=", self.customer_a.id), ("state", "=", "draft")]
        )
        self.assertEqual(kept, draft + second + other)
        draft.action_compute()
        self.assertFigures(draft, requests__filed=2)

    def test_drafts_of_a_merged_customer_become_one(self):
        merged = self.env["res.partner"].create({"name": "Old A", "is_company": True})
        twin, draft = self._draft(merged), self._draft()
        twin.comment, draft.comment = "Of the merged one", "Of the other"
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((merged + self.customer_a).ids, self.customer_a)
        self.assertFalse(twin.exists())
        self.assertEqual(draft.comment, "Of the other\nOf the merged one")

    def test_a_contact_moved_takes_no_request_along(self):
        self._import(*ANSWERED)
        self.a1.partner_id.parent_id = self.customer_b
        self.assertFigures(self._draft(), requests__filed=1)
        self.assertFigures(self._draft(self.customer_b), requests__filed=0)

    def test_a_customer_that_moved_is_corrected_all_the_same(self):
        review = self._draft()
        review.action_publish()
        self.customer_a.write({"parent_id": self.customer_b.id, "is_company": False})
        corrected = self.Review.browse(review.action_correct()["res_id"])
        self.assertEqual(corrected.partner_id, self.customer_a)
        with self.assertRaisesRegex(ValidationError, "whole firm"):
            self._draft(first=date(2026, 5, 1), last=date(2026, 5, 31))

    def test_a_plan_changed_in_the_middle(self):
        # Answered after 9.5 hours: late by the plan of then, and by none since.
        self._import(("filed", "01 06:00"), ("answered", "02 07:30"))
        self.subscription.support_plan_id = self._create_plan("Slow", {"1": (40, 80)})
        running = self._import(("filed", "15 06:00"), ("answered", "16 07:30"))
        self.env.flush_all()
        self.assertEqual(running.support_plan_id.name, "Slow")
        self.assertFigures(self._draft(), response__missed=1, response__met=1)

    def test_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._import(*ANSWERED)
        theirs = self.Review.create(
            {
                "partner_id": self.customer_a.id,
                "company_id": other.id,
                "date_from": self.FIRST,
                "date_to": self.LAST,
            }
        )
        self.assertFigures(theirs, requests__filed=0)
        self.assertFigures(self._draft(), requests__filed=1)
        self.assertFalse(theirs.with_user(self.manager).has_access("read"))

    def test_a_period_without_an_end(self):
        form = Form(self.Review.with_user(self.manager))
        form.partner_id = self.customer_a
        self.assertEqual((form.date_from, form.date_to), (self.FIRST, self.LAST))
        form.date_to = False
        with self.assertRaisesRegex(AssertionError, "date_to"):
            form.save()

    @mute_logger("odoo.sql_db")
    def test_a_period_that_ends_before_it_begins(self):
        with self.assertRaisesRegex(Exception, "days_ordered"), self.cr.savepoint():
            self._draft(first=self.LAST, last=self.FIRST)

    def test_kinds_of_periods(self):
        quarter = self._draft(first=date(2026, 4, 1))
        free = self._draft(first=date(2026, 6, 2))
        self.assertEqual((quarter.kind, free.kind), ("quarter", "free"))
        self.assertEqual(quarter._get_period_words(), "2nd quarter 2026")

    def test_a_ticket_without_a_log_is_left_out(self):
        ticket = self._import(*ANSWERED)
        self.env["support.ticket.event"]._forget(ticket)
        self.assertFigures(self._draft(), requests__filed=0)

    def test_a_merged_request_is_told_as_a_duplicate(self):
        kept = self._import(*ANSWERED)
        self._import(*ANSWERED).duplicate_id = kept
        self.assertFigures(self._draft(), requests__filed=2, requests__duplicates=1)

    def test_recipients_of_a_customer_without_portal(self):
        partner = self.env["res.partner"].create(
            {"name": "Alone", "email": "alone@example.com", "is_company": True}
        )
        self.assertEqual(self._draft(partner).recipient_ids, partner)
        silent = self.env["res.partner"].create({"name": "Mute", "is_company": True})
        review = self._draft(silent)
        self.assertFalse(review.recipient_ids)
        review.recipient_ids = [Command.clear()]
        self.assertIn(
            "No mail leaves", review.action_publish_and_send()["params"]["message"]
        )
