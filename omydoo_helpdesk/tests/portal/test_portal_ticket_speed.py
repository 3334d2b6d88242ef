# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import threading
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import tagged

from ..portal_common import PortalCase

# Statements of a request, as measured: of one more it is to be asked what for.
PAGE = 9
FORM = 14
FILING = 27


@tagged("post_install", "-at_install")
class TestPortalTicketSpeed(PortalCase):
    """What a customer's request for one ticket asks of the database.

    No time is measured here: that is what ``make bench PART=portal`` does.
    """

    def _trace_request(self, work, *args, **kwargs):
        """Return the statements of a request that are ours to answer for.

        Without the savepoints of the tests, and what a website asks of its own.
        """
        statements = []
        execute = Cursor.execute
        own = threading.current_thread()

        def note(cr, query, *params, **options):
            if threading.current_thread() is not own:
                statements.append(str(getattr(query, "code", query)))
            return execute(cr, query, *params, **options)

        with patch.object(Cursor, "execute", note):
            work(*args, **kwargs)
        others = ("SAVEPOINT", 'FROM "website')
        return [
            text for text in statements if not any(other in text for other in others)
        ]

    def test_page_of_a_ticket(self):
        ticket = self._create_ticket(user_id=self.agent.id)
        ticket.with_user(self.agent).message_post(
            body="Please try again.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.env.flush_all()
        self._login(self.a1)
        path = f"/my/ticket/{ticket.id}"
        self._get(path)  # fills the caches that outlive it
        statements = self._trace_request(self._get, path)
        self.assertIn('"helpdesk_ticket"', "\n".join(statements))
        self.assertLessEqual(len(statements), PAGE, "\n".join(statements))

    def test_form(self):
        self._login(self.a1)
        self._get("/new/ticket")  # fills the caches that outlive it
        statements = self._trace_request(self._get, "/new/ticket")
        self.assertIn('"helpdesk_ticket_category"', "\n".join(statements))
        self.assertLessEqual(len(statements), FORM, "\n".join(statements))

    def test_form_with_teams(self):
        """They are found and read with one statement."""
        self.company.helpdesk_mgmt_portal_select_team = True
        self.team.show_in_portal = True
        self._login(self.a1)
        page = self._get("/new/ticket")
        self.assertIn(self.team.name, page.text_content())
        statements = self._trace_request(self._get, "/new/ticket")
        on_teams = [
            text for text in statements if 'FROM "helpdesk_ticket_team"' in text
        ]
        self.assertEqual(len(on_teams), 1, "\n".join(on_teams))

    def test_filing(self):
        """The receipt is made after the request, as what the desk is told."""
        self._login(self.a1)
        self._file(subject="The first one")
        statements = self._trace_request(self._submit, subject="The second one")
        text = "\n".join(statements)
        self.assertIn('INSERT INTO "helpdesk_ticket"', text)
        self.assertNotIn('"mail_template"', text)
        self.assertNotIn("bus_bus", text, "nobody has open what is new")
        self.assertLessEqual(len(statements), FILING, text)
