# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
import json
from itertools import count
from unittest.mock import patch

from odoo.tests import tagged

from ..common import forget_history
from ..kill_common import KillCase

COUNT = 5
STEP = 11  # statements from one kill to the next
LINK = "odoo.addons.omydoo_helpdesk.models.move.support_move_link"


@tagged("post_install", "-at_install")
class TestMoveKilled(KillCase):
    """A desk whose moving is killed has each of its tickets once, in the end."""

    def setUp(self):
        super().setUp()
        self.addCleanup(lambda: self._in_transaction(self._clean_up))
        head = {"format": "support-desk", "version": 1, "source": "killed"}
        tickets = [
            {
                "id": str(number),
                "title": f"Killed {number}",
                "filed_at": "2026-01-05T08:00:00Z",
                "customer": {
                    "name": f"Killed {number}",
                    "email": f"moved{number}@killed.example.com",
                    "company": "Killed",
                },
                "messages": [
                    {
                        "at": "2026-01-05T09:00:00Z",
                        "kind": "reply",
                        "by": "customer",
                        "text": "Hello",
                    }
                ],
            }
            for number in range(COUNT)
        ]
        lines = [json.dumps(line) for line in (head, *tickets)]
        self.content = "\n".join(lines).encode()

    def _find(self, env):
        return env["support.move.link"]._find_moved("killed")

    def _clean_up(self, env):
        tickets = self._find(env)
        partners = env["res.partner"].search(
            [("email", "=like", "%@killed.example.com")]
        )
        forget_history(tickets)
        messages = tickets.message_ids
        tickets.unlink()
        messages.exists().unlink()
        partners.unlink()
        env["res.partner"].search([("name", "=", "Killed")]).unlink()

    def _move_in(self):
        def move(env):
            links = env["support.move.link"]
            stream = io.BytesIO(self.content)
            with patch(f"{LINK}.BATCH", 2):
                links._move_in(stream, links._open_run(stream))

        self._in_transaction(move)

    def _check(self):
        def check(env):
            tickets = self._find(env)
            # Nothing without what belongs to it, nothing twice.
            self.assertEqual(
                len(tickets),
                env["helpdesk.ticket"].search_count([("name", "=like", "Killed _")]),
            )
            self.assertIn(len(tickets), (0, 2, 4, 5))
            for ticket in tickets:
                self.assertEqual(len(ticket.message_ids), 1)
                self.assertEqual(ticket.event_ids.mapped("kind"), ["filed", "asked"])

        self._in_transaction(check)

    def test_each_ticket_comes_once(self):
        killed = self._run_until_done(self._move_in, self._check, count(STEP, STEP))
        self.assertGreaterEqual(killed, 3)

        def check(env):
            tickets = self._find(env)
            self.assertEqual(
                sorted(tickets.mapped("name")),
                [f"Killed {number}" for number in range(COUNT)],
            )
            self.assertEqual(len(tickets.partner_id), COUNT)

        self._in_transaction(check)
