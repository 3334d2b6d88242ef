# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import doctest

from odoo import Command
from odoo.tests import tagged

from ...tools import working_time
from ..portal_common import PortalCase

ENGLISH = "Monday to Friday, from 8:00 to 12:00 and from 13:00 to 17:00"


@tagged("post_install", "-at_install")
class TestReaderLanguage(PortalCase):
    """What is generated is in the reader's language; what is typed can be."""

    def _get_hours(self, lang="en_US", **vals):
        if vals:
            self.CAL.write(vals)
        return self.plan_24.with_context(lang=lang).hours_label

    def test_doctests(self):
        self.assertEqual(doctest.testmod(working_time).failed, 0)

    def test_hours_of_the_week(self):
        self.assertEqual(self._get_hours(), f"{ENGLISH} (Europe/Paris)")
        french = self._get_hours("fr_FR")
        for word in ("lundi", "vendredi", "Europe/Paris"):
            self.assertIn(word, french)
        for word in ("Office", "Monday", "Friday"):
            self.assertNotIn(word, french)

    def test_hours_that_differ_by_day(self):
        self.CAL.attendance_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "name": f"{day} {start}",
                        "dayofweek": day,
                        "hour_from": start,
                        "hour_to": end,
                        "day_period": "morning" if start < 12 else "afternoon",
                    }
                )
                for day, start, end in (
                    ("0", 8.5, 12),
                    ("0", 12, 17),
                    ("1", 8.5, 17),
                    ("3", 8.5, 17),
                    ("5", 9, 12.25),
                )
            ),
        ]
        self.assertEqual(
            self._get_hours(),
            "Monday to Tuesday, from 8:30 to 17:00; Thursday, from 8:30 to 17:00; "
            "Saturday, from 9:00 to 12:15 (Europe/Paris)",
        )

    def test_hours_that_differ_by_week(self):
        label = self._get_hours(two_weeks_calendar=True)
        self.assertEqual(label, "Office hours (Europe/Paris)")

    def test_english_customer_reads_english(self):
        plan = self.plan_24
        plan.promise = "Première réponse sous un jour ouvré, sans surprise."
        plan.update_field_translations(
            "promise",
            {
                "fr_FR": "Première réponse sous un jour ouvré, sans surprise.",
                "en_US": "First response within a working day, no surprise.",
            },
        )
        self.env["support.upstream.bug"].create(
            {"name": "VAT is counted twice in it", "company_id": self.company.id}
        ).with_context(lang="fr_FR").name = "La TVA y est comptée deux fois"
        self._login(self.a1)
        for prefix, said, not_said in (
            ("/en", (ENGLISH, "First response"), ("Première", "lundi")),
            ("", ("Première réponse", "lundi"), ("Monday", "First response within")),
        ):
            self.opener.cookies.pop("frontend_lang", None)
            text = self._text(self._get(f"{prefix}/my/support"), "//main")
            for word in said:
                self.assertIn(word, text)
            for word in not_said:
                self.assertNotIn(word, text)
        self.opener.cookies.pop("frontend_lang", None)
        text = self._text(self._get("/en/my/updates"), "//main")
        self.assertIn("VAT is counted twice", text)
        self.assertNotIn("La TVA", text)

    # === WHAT LACKS === #

    def test_manager_is_told_what_lacks(self):
        plan = self.plan_24.with_user(self.manager)
        self.assertFalse(plan.untranslated)
        plan.with_context(
            lang="fr_FR"
        ).promise = "Première réponse sous un jour ouvré, sans surprise."
        # Read by the English too, for want of anything else.
        self.assertRegex(plan.untranslated, r"^Promise \(English.*, Français\)$")
        plan.with_context(lang="en_US").promise = "Within a working day, no surprise."
        self.assertFalse(plan.untranslated)

    def test_short_texts_may_be_the_same(self):
        plan = self.plan_24
        plan.promise = "24 h support"
        self.assertFalse(plan.untranslated)

    def test_each_kind_of_text(self):
        text = "Ceci est lu par les clients"
        for record, name in (
            (self.category_in, "portal_checklist"),
            (
                self.env["support.upstream.bug"].create(
                    {"name": "Bug", "company_id": self.company.id}
                ),
                "workaround",
            ),
            (
                self.env["support.help.article"].create(
                    {"name": "Aide", "url": "https://help.example.com"}
                ),
                "keywords",
            ),
            (
                self.env["support.update"].create(
                    {
                        "company_id": self.company.id,
                        "scheduled_at": "2030-01-01 20:00:00",
                    }
                ),
                "description",
            ),
        ):
            label = record._fields[name].string
            self.assertNotIn(label, record.untranslated or "")
            record[name] = text
            self.assertIn(label, record.untranslated)

    def test_one_language_lacks_nothing(self):
        self.plan_24.promise = "Within a working day, no surprise."
        self.assertTrue(self.plan_24.untranslated)
        self.assertEqual(self.plan_24._get_untranslated(["en_US"]), {})
        self.assertFalse(self.env["support.plan"].new({"name": "New"}).untranslated)
