# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.tests import tagged

from ..sla_common import SlaCase


@tagged("post_install", "-at_install")
class TestTimeline(SlaCase):
    def _tell(self, ticket, lang="en_US"):
        """Return the kinds and the texts of a ticket's timeline."""
        ticket = ticket.with_context(lang=lang, tz="Europe/Paris").sudo()
        return [
            (entry["kind"], entry["text"])
            for entry in ticket._get_portal_timeline()[ticket]
        ]

    def _tell_kinds(self, ticket):
        return [kind for kind, _text in self._tell(ticket)]

    def test_a_life(self):
        ticket = self._file("2026-06-01 07:00:00", claimed_priority="1")
        self._answer("2026-06-01 08:00:00", ticket)
        self._write("2026-06-01 08:05:00", ticket, stage_id=self.stage_awaiting.id)
        self._write("2026-06-01 09:00:00", ticket, stage_id=self.stage_progress.id)
        self._write("2026-06-01 10:00:00", ticket, priority="0")
        self._write("2026-06-01 11:00:00", ticket, stage_id=self.stage_done.id)
        self._write("2026-06-02 08:00:00", ticket, stage_id=self.stage_progress.id)
        self._write("2026-06-02 09:00:00", ticket, stage_id=self.stage_cancelled.id)
        self.assertEqual(
            self._tell(ticket),
            [
                ("filed", "Request received."),
                ("answered", "First answer from our team."),
                ("hold", "We wait for you."),
                ("resume", "Our work goes on."),
                ("changed", "Agreed priority: Other."),
                ("solved", "Resolved."),
                ("reopened", "Reopened."),
                ("dismissed", "Closed."),
            ],
        )
        entries = ticket.with_context(tz="Europe/Paris")._get_portal_timeline()
        moments = [entry["moment"] for entry in entries[ticket]]
        self.assertIn("9:00", moments[0].replace("09:", "9:"))
        self.assertTrue(all("Europe/Paris" in moment for moment in moments))

    def test_in_french(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 08:05:00", ticket, stage_id=self.stage_awaiting.id)
        self.assertEqual(
            self._tell(ticket, "fr_FR"),
            [
                ("filed", "Demande reçue."),
                ("hold", "Nous attendons votre réponse."),
            ],
        )
        entries = ticket.with_context(lang="fr_FR", tz="America/Martinique")
        last = entries._get_portal_timeline()[ticket][-1]
        self.assertIn("lundi 1er juin 2026", last["moment"])
        self.assertIn("04:05", last["moment"])

    def test_reason_of_the_hold_that_goes_on(self):
        ticket = self._file("2026-06-01 07:00:00")
        self.stage_awaiting.hold_reason = "A screenshot is missing."
        self._write("2026-06-01 08:00:00", ticket, stage_id=self.stage_awaiting.id)
        entry = ticket._get_portal_timeline()[ticket][-1]
        self.assertEqual(entry["detail"], "A screenshot is missing.")
        self._write("2026-06-01 09:00:00", ticket, stage_id=self.stage_progress.id)
        details = [entry["detail"] for entry in ticket._get_portal_timeline()[ticket]]
        self.assertFalse(any(details))

    def test_who_closed_it(self):
        """P5: the desk as a whole, the customer's people by name."""
        ticket = self._file("2026-06-01 07:00:00")
        with self.at("2026-06-01 08:00:00"):
            ticket.with_user(self.agent).stage_id = self.stage_done
            self.env.flush_all()
        self.assertEqual(self._tell(ticket)[-1], ("solved", "Resolved by our team."))
        self._write("2026-06-01 09:00:00", ticket, stage_id=self.stage_progress.id)
        with self.at("2026-06-01 10:00:00"):
            ticket.with_user(self.a1).sudo().stage_id = self.stage_cancelled
            self.env.flush_all()
        self.assertEqual(
            self._tell(ticket)[-1],
            ("dismissed", f"Closed by {self.a1.name}: no longer needed."),
        )
        self.assertNotIn(self.agent.name, str(self._tell(ticket)))

    def test_hold_that_lasts_no_time(self):
        """P8: nobody waited for anything in a stage that was passed by."""
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 08:00:00", ticket, stage_id=self.stage_awaiting.id)
        self._write("2026-06-01 08:00:20", ticket, stage_id=self.stage_progress.id)
        self.assertEqual(self._tell_kinds(ticket), ["filed"])
        self._write("2026-06-01 09:00:00", ticket, stage_id=self.stage_awaiting.id)
        self._write("2026-06-01 09:05:00", ticket, stage_id=self.stage_progress.id)
        self.assertEqual(self._tell_kinds(ticket), ["filed", "hold", "resume"])

    def test_closed_from_a_hold(self):
        """What follows from closing is not told apart."""
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 08:00:00", ticket, stage_id=self.stage_awaiting.id)
        self._write("2026-06-01 09:00:00", ticket, stage_id=self.stage_done.id)
        self.assertEqual(self._tell_kinds(ticket), ["filed", "hold", "solved"])

    def test_scope(self):
        ticket = self._file("2026-06-01 07:00:00", category_id=self.category_out.id)
        outside = ("dismissed", "This request is outside what support covers.")
        self.assertEqual(self._tell(ticket)[1], outside)
        self._write("2026-06-01 08:00:00", ticket, stage_id=self.stage_done.id)
        self._write("2026-06-01 09:00:00", ticket, stage_id=self.stage_progress.id)
        self.assertEqual(
            self._tell_kinds(ticket), ["filed", "dismissed", "solved", "reopened"]
        )
        with self.at("2026-06-01 10:00:00"):
            ticket._override_scope("in_scope", "A goodwill gesture")
        self.assertEqual(
            self._tell(ticket)[-1],
            ("reopened", "This request is covered by support after all."),
        )

    def test_merge_and_conversion(self):
        ticket = self._file("2026-06-01 07:00:00")
        other = self._file("2026-06-01 07:00:00")
        self._write(
            "2026-06-01 08:00:00",
            ticket,
            duplicate_id=other.id,
            stage_id=self.stage_done.id,
        )
        self.assertEqual(
            self._tell(ticket)[1:],
            [("dismissed", "Joined to another request on the same subject.")],
        )
        taken_over = self.env.ref("omydoo_helpdesk.helpdesk_ticket_stage_taken_over")
        project = self.env["project.project"].create({"name": "Made of it"})
        self._write(
            "2026-06-01 08:00:00",
            other,
            stage_id=taken_over.id,
            conversion_ref=f"project.project,{project.id}",
        )
        self.assertEqual(
            self._tell(other)[-1], ("dismissed", "Taken over by a project manager.")
        )

    def test_nothing_internal(self):
        """Neither breaches, notices and corrections, nor notes and names."""
        ticket = self._file("2026-06-01 07:00:00")
        # A test has one transaction: no commits.
        with (
            self.at("2026-06-03 08:00:00"),
            patch.object(self.env.cr, "commit", lambda: None),
        ):
            ticket._cron_sla_notices()
            ticket.with_user(self.agent)._sla_log_answer(note="Secret note")
            ticket.with_user(self.manager)._sla_correct("response", "met", "Hush")
            self.env.flush_all()
        kinds = ticket.event_ids.mapped("kind")
        self.assertLessEqual({"breached", "noticed", "corrected"}, set(kinds))
        told = str(ticket._get_portal_timeline()[ticket])
        self.assertEqual(self._tell_kinds(ticket), ["filed", "answered"])
        for secret in ("Secret note", "Hush", self.agent.name, self.manager.name):
            self.assertNotIn(secret, told)

    def test_constant_number_of_statements(self):
        tickets = self.env["helpdesk.ticket"]
        for _number in range(12):
            tickets += self._file("2026-06-01 07:00:00")
        tickets.stage_id = self.stage_awaiting
        self.env.flush_all()

        def count(some):
            some._get_portal_timeline()  # languages and formats are read once
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            timeline = some._get_portal_timeline()
            self.assertEqual(len(timeline), len(some))
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(tickets[:2]), count(tickets))
