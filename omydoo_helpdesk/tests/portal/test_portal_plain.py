# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from urllib.parse import urljoin

from lxml import html

from odoo.tests import tagged

from ..portal_common import PDF, PortalCase


@tagged("post_install", "-at_install")
class TestPortalPlain(PortalCase):
    """A browser without scripts, which knows of the pages what their HTML says."""

    def _get_form(self, path, action):
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        page = html.fromstring(response.text, base_url=response.url)
        return self._find_form(page, action)

    def _find_form(self, page, action):
        action = self._localize(action)
        forms = [form for form in page.forms if form.get("action") == action]
        self.assertEqual(len(forms), 1, action)
        return forms[0]

    def _send(self, form, files):
        """Send a form with what is in it, as its HTML says.

        :param files: by the name of the field
        """
        self.assertEqual(form.method, "POST")
        self.assertEqual(form.get("enctype"), "multipart/form-data")
        values = [(name, value) for name, value in form.form_values()]
        fields = {
            field.get("name"): field for field in form.xpath(".//input[@type='file']")
        }
        for name, sent in files.items():
            self.assertIn("multiple", fields[name].attrib)
            self.assertGreater(len(sent), 1)
        parts = [(name, (None, value)) for name, value in values if name not in fields]
        parts += [(name, file) for name, sent in files.items() for file in sent]
        return self.opener.post(
            urljoin(self.base_url(), form.get("action")),
            files=parts,
            allow_redirects=False,
        )

    def _fill(self, form, **values):
        for name, value in values.items():
            field = form.inputs[name]
            # Only what the page offers.
            if hasattr(field, "value_options"):
                self.assertIn(str(value), field.value_options)
            field.value = str(value)

    def test_filing(self):
        self._login(self.a1)
        before = self._all_tickets()
        form = self._get_form("/new/ticket", "/submitted/ticket")
        # Nothing is hidden from who has no scripts, and nothing asked that is not on
        # the page.
        self.assertFalse(form.xpath(".//*[@name][@disabled]"))
        self._fill(
            form,
            category=self.category_in.id,
            claimed_priority="3",
            blocking_what="Les factures",
            blocking_who="La comptabilité",
            subject="Sans scripts",
            description="Étape 1\nÉtape 2",
        )
        response = self._send(
            form,
            {
                "attachment": [
                    ("facture.pdf", PDF, "application/pdf"),
                    ("écran.txt", "é".encode(), "text/plain"),
                ]
            },
        )
        self.assertEqual(response.status_code, 303, response.text[:1000])
        ticket = self._all_tickets() - before
        self.assertURLEqual(response.headers["Location"], f"/my/ticket/{ticket.id}")
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "Sans scripts",
                    "claimed_priority": "3",
                    "blocking_what": "Les factures",
                    "category_id": self.category_in.id,
                    "partner_id": self.a1.partner_id.id,
                }
            ],
        )
        self.assertEqual(
            set(ticket.attachment_ids.mapped("name")), {"facture.pdf", "écran.txt"}
        )

    def test_filing_again_after_an_error(self):
        """What was typed is in the form that comes back: it needs the rest only."""
        self._login(self.a1)
        form = self._get_form("/new/ticket", "/submitted/ticket")
        self._fill(
            form, category=self.category_in.id, claimed_priority="1", subject="Gardé"
        )
        response = self._send(form, {})
        self.assertEqual(response.status_code, 400)
        page = html.fromstring(response.text, base_url=response.url)
        form = self._find_form(page, "/submitted/ticket")
        self._fill(form, description="Le reste")
        before = self._all_tickets()
        self.assertEqual(self._send(form, {}).status_code, 303)
        self.assertEqual((self._all_tickets() - before).name, "Gardé")
