# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Mail sandbox of the demo",
    "version": "19.0.1.0.0",
    "summary": "Keeps every outgoing mail in the database and sends none",
    "category": "Hidden/Tools",
    "author": "Omydoo",
    "website": "https://github.com/omydoo/omydoo_helpdesk",
    "license": "AGPL-3",
    "depends": ["mail"],
}
