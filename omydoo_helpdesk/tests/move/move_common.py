# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import io
import json

from ...tools.desk_run import Run
from ..sla_common import SlaCase

NOW = "2026-06-03 08:00:00"


class MoveCase(SlaCase):
    """A desk that others move into, on a Wednesday of June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.links = cls.env["support.move.link"].with_user(cls.manager)
        cls.stages = (
            cls.stage_new
            + cls.stage_progress
            + cls.stage_awaiting
            + cls.stage_done
            + cls.stage_cancelled
        )

    def _write_file(self, *tickets, **header):
        """Return a file of the format.

        :param tickets: dicts, or bytes as they are
        :param header: other keys of the first line
        :rtype: io.BytesIO
        """
        head = {"format": "support-desk", "version": 1, "source": "old", **header}
        lines = [json.dumps(head).encode()]
        for ticket in tickets:
            if isinstance(ticket, dict):
                ticket = json.dumps(ticket).encode()
            lines.append(ticket)
        return io.BytesIO(b"\n".join(lines) + b"\n")

    def _make_ticket(self, number=1, **values):
        """Return a ticket of the format: filed on Monday by the first customer.

        :param int number: its id
        :param values: other keys, which win; None takes one away
        :rtype: dict
        """
        ticket = {
            "id": f"T{number}",
            "number": f"OLD-{number}",
            "title": "The invoice cannot be printed",
            "description": "<p>It says <b>error</b>.</p>",
            "customer": {
                "name": self.a1.partner_id.name,
                "email": self.a1.partner_id.email,
            },
            "team": "Support",
            "stage": "In Progress",
            "category": "Troubleshooting",
            "priority": "Normal",
            "filed_at": "2026-06-01T06:00:00Z",
            "messages": [],
            **values,
        }
        return {name: value for name, value in ticket.items() if value is not None}

    def _encode(self, content):
        return base64.b64encode(content).decode()

    def _move_in(self, *tickets, moment=NOW, header=None, user=None, **options):
        """Take tickets over.

        :return: what the run noted, and the tickets that are here now
        """
        links = self.links.with_user(user) if user else self.links
        with self.at(moment):
            stream = self._write_file(*tickets, **(header or {}))
            run = links._open_run(stream, **options)
            self.assertIsInstance(run, Run)
            self.assertTrue(links._move_in(stream, run, commit=False))
        return run, links.sudo()._find_moved(run.source)

    def _get_reasons(self, run):
        return [reason for _line, _name, reason in run.kept]
