# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Stages send our mails where they sent OCA's, which greet the agent.

An edited template of OCA's is kept, and so is the choice of whoever took it off.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["helpdesk.ticket.stage"]._take_over_mails()
