# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import doctest
from datetime import datetime

from odoo.tests import TransactionCase, tagged
from odoo.tools import format_date, format_datetime, format_time

from ...tools import moment
from ...tools.text import write_first_day

MOMENTS = (
    datetime(2026, 12, 1, 0, 0),
    datetime(2026, 8, 31, 13, 5),
    datetime(2027, 1, 11, 23, 59),
)


@tagged("post_install", "-at_install")
class TestMoment(TransactionCase):
    """What is kept of days and times is what Odoo writes."""

    def test_doctests(self):
        self.assertEqual(doctest.testmod(moment).failed, 0)

    def test_in_each_language(self):
        langs = self.env["res.lang"].with_context(active_test=False).search([])
        for code in ("en_US", "fr_FR", "de_DE", "ar_001", "ja_JP"):
            lang = langs.filtered(lambda lang, code=code: lang.code == code)
            lang.active = True
            env = lang.with_context(lang=code).env
            for local in MOMENTS * 2:
                with self.subTest(lang=code, moment=local):
                    day = format_date(env, local.date(), date_format="full")
                    self.assertEqual(
                        moment.write_day(local.date(), code),
                        write_first_day(day, code),
                    )
                    self.assertEqual(
                        moment.write_time(local.time(), code),
                        format_time(env, local.time(), time_format="short"),
                    )
                    self.assertEqual(
                        moment.write_moment(local, code),
                        format_datetime(env, local, tz="UTC", dt_format="short"),
                    )
