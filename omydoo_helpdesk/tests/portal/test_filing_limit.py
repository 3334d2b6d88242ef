# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestFilingLimit(PortalCase):
    def _file_number(self, number, **values):
        return self._submit(**{"subject": f"Demande {number}", **values})

    def assertFiled(self, response):
        self.assertEqual(response.status_code, 303, response.text[:500])

    def test_an_hour(self):
        self.company.support_filing_hour_limit = 2
        self._login(self.a1)
        for number in (1, 2):
            self.assertFiled(self._file_number(number))
        before = self._all_tickets()
        response = self._file_number(3, description="Gardé\nici")
        page = self.assertFormAgain(response, None, status=429)
        self.assertIn("2", self._text(page, "//*[@id='support_form_errors']"))
        self.assertIn(
            self.company.support_phone,
            self._text(page, "//*[@id='support_form_errors']"),
        )
        self.assertEqual(page.xpath("//input[@name='subject']/@value"), ["Demande 3"])
        self.assertEqual(
            page.xpath("//textarea[@name='description']")[0].text, "Gardé\nici"
        )
        self.assertEqual(self._all_tickets(), before)
        # A colleague has a number of their own.
        self._login(self.a2)
        self.assertFiled(self._file_number(4))

    def test_a_new_hour_and_a_new_day(self):
        counter = self.env["support.filing.counter"]
        for moment, expected in (
            ("2026-06-01 08:00:00", (1, 1)),
            ("2026-06-01 08:59:59", (2, 2)),
            ("2026-06-01 09:00:00", (2, 3)),
            ("2026-06-02 07:59:59", (1, 4)),
            ("2026-06-02 08:00:00", (2, 4)),
        ):
            with self.subTest(moment), self.at(moment):
                self.assertEqual(counter._count(self.a1), expected)

    def test_what_is_refused_is_not_counted(self):
        """Else whoever tries again and again could never file any more."""
        counter = self.env["support.filing.counter"]
        for number, expected in ((1, 1), (2, 2), (3, 3), (4, 3), (5, 3)):
            moment = f"2026-06-01 08:0{number}:00"
            with self.subTest(moment), self.at(moment):
                self.assertEqual(counter._count(self.a1, 2)[0], expected)
        with self.at("2026-06-01 09:01:00"):
            self.assertEqual(counter._count(self.a1, 2), (2, 3))

    def test_what_fails_is_not_counted(self):
        self.company.support_filing_hour_limit = 1
        self._login(self.a1)
        with (
            patch.object(
                type(self.env["helpdesk.ticket"]), "create", side_effect=ValueError
            ),
            mute_logger("odoo.http"),
        ):
            self.assertEqual(self._file_number(1).status_code, 500)
        self.assertFiled(self._file_number(2))

    def test_a_day(self):
        self.company.support_filing_day_limit = 1
        self._login(self.a1)
        self.assertFiled(self._file_number(1))
        self.assertEqual(self._file_number(2).status_code, 429)

    def test_no_limit(self):
        self.company.write(
            {"support_filing_hour_limit": 0, "support_filing_day_limit": 0}
        )
        self._login(self.a1)
        for number in range(3):
            self.assertFiled(self._file_number(number))
        self.assertFalse(
            self.env["support.filing.counter"].search([("user_id", "=", self.a1.id)])
        )

    def test_what_is_not_filed_is_not_counted(self):
        self.company.support_filing_hour_limit = 1
        self._login(self.a1)
        for _attempt in range(3):
            self.assertEqual(self._file_number(1, subject="").status_code, 400)
        values = {"support_form_token": "the same form sent twice"}
        for _attempt in range(3):
            self.assertFiled(self._submit(**values))
        self.assertEqual(self._file_number(2).status_code, 429)

    def test_employees_are_not_concerned(self):
        self.company.support_filing_hour_limit = 1
        employee = new_test_user(
            self.env, "filing_agent", "helpdesk_mgmt.group_helpdesk_user"
        )
        self._login(employee)
        for number in range(3):
            self.assertFiled(self._file_number(number))
