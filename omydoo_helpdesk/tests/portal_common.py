# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from urllib.parse import urljoin, urlsplit

from lxml import html

from odoo import Command, http
from odoo.tests import HttpCase, new_test_user

from .common import SupportCase

HIGH_ANSWERS = {"blocking_what": "Invoices", "blocking_who": "Accounting"}
# Of the addresses of a website.
LANG_PREFIX = re.compile(r"^/(en|fr)(?=/|$)")
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"


class PortalCase(SupportCase, HttpCase):
    """The portal of two customers, one with a subscription, and of a second company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The first language of the portal: addresses without a prefix are in French. A
        # website has one of its own, in which these tests run as it is.
        cls.env["ir.default"].set("res.partner", "lang", "fr_FR")
        # The templates of the stages send mails, which are tested elsewhere.
        cls.env["helpdesk.ticket.stage"].search([]).mail_template_id = False
        cls.company.support_phone = "+33 1 23 45 67 89"
        cls.plan_24.phone_allowed = True
        cls.subscription = cls._create_subscription(cls.customer_a, cls.plan_24)
        cls.category_in.customer_description = "The zeppelin no longer flies"
        cls.category_hidden = cls.category_in.copy(
            {"name": "Hidden category", "show_in_portal": False}
        )
        cls.category_archived = cls.category_in.copy(
            {"name": "Archived category", "active": False}
        )
        cls.application = cls.env["support.application"].create({"name": "Zeppelins"})
        cls.module_a, cls.module_b = cls.env["support.custom.module"].create(
            [
                {"name": f"module_{name}", "partner_id": customer.id}
                for name, customer in (("a", cls.customer_a), ("b", cls.customer_b))
            ]
        )
        cls.charter = cls.env["support.charter"].create(
            {
                "name": "Charter of tests",
                "company_id": cls.company.id,
                "section_ids": [
                    Command.create(
                        {
                            "kind": kind,
                            "name": f"Title {kind}",
                            "body": f"<p>{kind}</p>",
                        }
                    )
                    for kind in ("scope", "out_of_scope", "contact")
                ],
            }
        )
        cls.charter.action_publish()
        # Asked on the first request; test_portal_charter.py looks at that.
        cls._accept_charter(cls.a1 + cls.a2 + cls.b1)
        cls._set_up_second_company()

    @classmethod
    def _set_up_second_company(cls):
        cls.beta = cls.env["res.company"].create({"name": "Beta"})
        cls.beta_user = new_test_user(
            cls.env,
            "beta_customer",
            groups="base.group_portal",
            email="customer@beta.example.com",
            company_id=cls.beta.id,
            company_ids=[Command.set(cls.beta.ids)],
        )
        cls.beta_category = cls.env["helpdesk.ticket.category"].create(
            {"name": "Category of Beta", "company_id": cls.beta.id}
        )
        cls.beta_team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Team of Beta", "company_id": cls.beta.id}
        )

    # === HELPERS === #

    @classmethod
    def _get_website(cls):
        """Return the website, where there is one (see dev/website)."""
        return "website" in cls.env and cls.env["website"].get_current_website()

    def _set_first_lang(self, code):
        """Set the language in which addresses without a prefix are.

        :param str code: of the language
        """
        self.env["ir.default"].set("res.partner", "lang", code)
        if website := self._get_website():
            website.default_lang_id = self.env["res.lang"]._lang_get(code)

    def _localize(self, url):
        """Return the address by which pages link to another for who is signed in.

        :param str url: the same in the first language of the portal
        """
        website = self._get_website()
        lang = self.session.context["lang"]
        if (
            not website
            or LANG_PREFIX.match(url)
            or lang == website.default_lang_id.code
        ):
            return url
        return f"/{self.env['res.lang']._lang_get(lang).url_code}{url}"

    def url_open(self, url, *args, allow_redirects=True, **kwargs):
        """Open an address; where a website leads to the reader's language, go there."""
        response = super().url_open(
            url, *args, allow_redirects=allow_redirects, **kwargs
        )
        if allow_redirects or not response.is_redirect or not self._get_website():
            return response
        target = urljoin(response.url, response.headers["Location"])
        asked, found = (urlsplit(address).path for address in (response.url, target))
        if asked != found and LANG_PREFIX.sub("", asked) == LANG_PREFIX.sub("", found):
            kwargs.pop("params", None)  # which the address has
            return super().url_open(target, *args, allow_redirects=False, **kwargs)
        return response

    @classmethod
    def _accept_charter(cls, users, charter=None):
        """Have users accept a charter, in their language.

        :param users: recordset of res.users
        :param charter: the charter in force by default
        :return: the acceptances
        """
        acceptances = cls.env["support.charter.acceptance"]
        charter = charter or acceptances.charter_id._get_published(cls.company)
        return acceptances.concat(
            *(acceptances._accept(charter, user, user.lang) for user in users)
        )

    def _login(self, user):
        self.authenticate(user.login, user.login.ljust(8, "x"))

    def _get(self, path, status=200):
        """Open a page.

        :param str path: of the page
        :param int status: expected
        :return: its content, parsed
        """
        response = self.url_open(path, allow_redirects=False)
        self.assertEqual(response.status_code, status, path)
        return html.fromstring(response.content) if response.content else None

    def _post(self, path, values, files=None, **kwargs):
        values = {"csrf_token": http.Request.csrf_token(self), **values}
        return self.url_open(
            path, data=values, files=files, allow_redirects=False, **kwargs
        )

    def _form_values(self, **values):
        """Return what a browser sends from the form.

        :param values: win; None leaves a field out
        """
        return {
            name: value
            for name, value in {
                "category": self.category_in.id,
                "claimed_priority": "1",
                "blocking_what": "",
                "blocking_who": "",
                "application": "",
                "custom_module": "",
                "environment": "",
                "subject": "Impossible d’imprimer la facture",
                "description": "Étape 1\nÉtape 2",
                **values,
            }.items()
            if value is not None
        }

    def _submit(self, files=None, **values):
        return self._post("/submitted/ticket", self._form_values(**values), files)

    def _file(self, files=None, **values):
        """File a ticket by the form.

        :return: the ticket
        """
        before = self._all_tickets()
        response = self._submit(files, **values)
        self.assertEqual(response.status_code, 303, response.text[:2000])
        ticket = self._all_tickets() - before
        self.assertEqual(len(ticket), 1)
        self.assertURLEqual(response.headers["Location"], f"/my/ticket/{ticket.id}")
        return ticket

    def assertFormAgain(self, response, field, status=400):
        """Check that the form came back with a message for a field.

        :return: the page, parsed
        """
        self.assertEqual(response.status_code, status)
        page = html.fromstring(response.content)
        summary = page.xpath("//*[@id='support_form_errors'][@role='alert']//li")
        self.assertTrue(summary)
        if field:
            message = self._text(page, f"//*[@id='{field}_error']")
            self.assertTrue(message)
            self.assertIn(message, self._text(page, "//*[@id='support_form_errors']"))
            self.assertTrue(
                page.xpath(f"//*[@name='{field}'][contains(@class, 'is-invalid')]")
            )
            anchors = page.xpath("//*[@id='support_form_errors']//a/@href")
            for anchor in anchors:
                self.assertTrue(page.xpath(f"//*[@id='{anchor[1:]}']"), anchor)
        return page

    def _all_tickets(self):
        return self.env["helpdesk.ticket"].with_context(active_test=False).search([])

    def _text(self, page, path):
        """Return the text of the elements of a page, on one line."""
        found = page.xpath(path)
        return " ".join(" ".join(node.text_content() for node in found).split())
