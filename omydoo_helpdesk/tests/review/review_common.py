# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, datetime

from ..time.time_common import TimeCase

JULY = "2026-07-06 08:00:00"


class ReviewMixin:
    """June 2026 of customer A, looked at in July."""

    FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)

    @classmethod
    def _set_up_review(cls):
        cls.Review = cls.env["support.service.review"]
        cls.stage_done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.stage_done.mail_template_id = False

    @classmethod
    def _import(cls, *events, **vals):
        """Create a ticket with the history it had elsewhere.

        :param events: kind, moment in June ("12 09:30") and other values
        :param vals: of the ticket
        """
        ticket = cls._create_ticket(**vals)
        ticket._sla_import_history(
            [
                [
                    {
                        "kind": kind,
                        "at": datetime.strptime(f"2026-06-{at}", "%Y-%m-%d %H:%M"),
                        **more[0],
                    }
                    if more
                    else {
                        "kind": kind,
                        "at": datetime.strptime(f"2026-06-{at}", "%Y-%m-%d %H:%M"),
                    }
                    for kind, at, *more in events
                ]
            ]
        )
        return ticket

    @classmethod
    def _draft(cls, customer=None, first=None, last=None):
        return cls.Review.with_user(cls.manager).create(
            {
                "partner_id": (customer or cls.customer_a).id,
                "date_from": first or cls.FIRST,
                "date_to": last or cls.LAST,
            }
        )

    def assertFigures(self, review, **expected):
        """Compare figures; the key has two underscores where it has a dot."""
        self.assertEqual(
            {
                key: review.sudo()._get_value(key.replace("__", "."), None)
                for key in expected
            },
            expected,
        )


class ReviewCase(ReviewMixin, TimeCase):
    """A review of customer A, drafted by the manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_review()

    def setUp(self):
        super().setUp()
        clock = self.at(JULY)
        clock.__enter__()
        self.addCleanup(clock.__exit__, None, None, None)
