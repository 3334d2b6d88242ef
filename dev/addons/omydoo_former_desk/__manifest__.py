# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "A former desk",
    "version": "19.0.1.0.0",
    "summary": "Tickets by the fields that Odoo's own Helpdesk documents, to be read",
    "category": "Hidden/Tools",
    "author": "Omydoo",
    "website": "https://github.com/omydoo/omydoo_helpdesk",
    "license": "AGPL-3",
    "depends": ["hr_timesheet"],
    "data": ["security/ir.model.access.csv"],
}
