# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command

from ..common import SupportCase


class CharterCase(SupportCase):
    """A charter in English and French, and its versions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charters = cls.env["support.charter"].with_user(cls.manager)
        cls.charter = cls.charters.create(
            {
                "name": "Support charter",
                "company_id": cls.company.id,
                "section_ids": [
                    Command.create(
                        {
                            "kind": "scope",
                            "name": "In scope",
                            "sequence": 10,
                            "body": "<p>We <b>help</b>.</p><ul><li>Bugs</li></ul>",
                        }
                    ),
                    Command.create(
                        {
                            "kind": "contact",
                            "name": "Contact",
                            "sequence": 20,
                            "body": "<p>We answer in 24 hours.</p>",
                        }
                    ),
                ],
            }
        )
        cls.charter.with_context(lang="fr_FR").name = "Charte d’assistance"
        scope, contact = cls.charter.section_ids
        scope.with_context(lang="fr_FR").name = "Pris en charge"
        scope.update_field_translations(
            "body",
            {"fr_FR": {"We <b>help</b>.": "Nous <b>aidons</b>.", "Bugs": "Bogues"}},
        )
        contact.update_field_translations(
            "body",
            {
                "fr_FR": {
                    "We answer in 24 hours.": "Nous répondons sous 24 heures : oui."
                }
            },
        )
        cls.charter.action_publish()

    def _new_version(self, publish=True, **vals):
        action = self.charter.action_new_version()
        draft = self.charters.browse(action["res_id"])
        draft.write(vals)
        if publish:
            # Or else it says nothing new, and is not published.
            draft.section_ids[-1:].name = f"Contact ({draft.version})"
            draft.action_publish()
        return draft
