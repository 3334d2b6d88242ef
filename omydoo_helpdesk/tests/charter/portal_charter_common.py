# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from ..portal_common import PortalCase


class PortalCharterCase(PortalCase):
    """A second version of the charter, which nobody has accepted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acceptances = cls.env["support.charter.acceptance"]
        # A1, A2 and B1 have accepted the first version in French.
        cls.first = cls.charter
        cls.second = cls._publish_next(cls.first)
        (cls.agent + cls.project_manager + cls.manager).lang = "fr_FR"

    @classmethod
    def _publish_next(cls, charter, **vals):
        draft = charter.copy(vals)
        draft.with_context(lang="fr_FR").name = "Charte de l’été"
        section = draft.section_ids[0]
        words = "scope and more"
        if words in (charter.section_ids[0].body or ""):
            # Or else it says nothing new, and is not published.
            words = f"{words} ({draft.version})"
        section.body = f"<p>{words}</p>"
        section.update_field_translations(
            "body", {"fr_FR": {words: "périmètre élargi"}}
        )
        draft.action_publish()
        return draft

    def _shown(self, page):
        """Return what a browser sends of the charter that is on a page."""
        return {
            name: page.xpath(f"//input[@name='{name}']/@value")[0]
            for name in ("charter_version", "charter_hash")
        }

    def _accepted(self, page):
        return {**self._shown(page), "charter_accepted": "1"}

    def _of(self, user, charter=None):
        return self.acceptances.search(
            [
                ("user_id", "=", user.id),
                ("charter_id", "=", (charter or self.second).id),
            ]
        )

    def assertRefused(self, response):
        """Check that the form came back, with the text, and that nothing was done."""
        page = self.assertFormAgain(response, "charter_accepted")
        self.assertEqual(
            page.xpath("//input[@name='subject']/@value"),
            ["Impossible d’imprimer la facture"],
        )
        self.assertEqual(
            page.xpath("//textarea[@name='description']")[0].text.strip(),
            "Étape 1\nÉtape 2",
        )
        self.assertFalse(page.xpath("//input[@name='charter_accepted'][@checked]"))
        return page
