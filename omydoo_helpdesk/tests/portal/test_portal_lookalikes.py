# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import SupportCase
from ..portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestFold(TransactionCase):
    def test_fold(self):
        """Accents, ligatures and capitals make no difference, nor does the way in
        which an accent is written.
        """
        for text, expected in (
            ("ÉCHEC", "echec"),
            ("échec", "echec"),
            ("e\u0301chec", "echec"),
            ("Œuvre, ŒUVRE, œuvre", "oeuvre, oeuvre, oeuvre"),
            ("Lætitia Straße Ñandú Çà", "laetitia strasse nandu ca"),
            ("100 % à l’arrêt", "100 % a l’arret"),
            ("INVOICE 42 (Draft)", "invoice 42 (draft)"),
            ("", ""),
            (None, None),
        ):
            self.env.cr.execute("SELECT support_fold(%s)", (text,))
            self.assertEqual(self.env.cr.fetchone()[0], expected)

    def test_html_is_folded_without_its_tags(self):
        """Whether it has accents or not: of one without there is less to do."""
        for text, expected in (
            ('<P CLASS="Big">ERROR <b>42</b></P>', " error  42  "),
            ("<p title='Échec'>Échoué</p>", " echoue "),
            ("<p title='Échec'>Failed</p>", " failed "),
            ("1 < 2", "1 < 2"),
            ("", ""),
            (None, None),
        ):
            self.env.cr.execute("SELECT support_fold_html(%s)", (text,))
            self.assertEqual(self.env.cr.fetchone()[0], expected)


@tagged("post_install", "-at_install")
class TestLookalikes(SupportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.ticket"].search([]).active = False
        names = ("Échec de l’envoi des factures", "L’œuvre n’est plus imprimée")
        cls.failure, cls.work = cls.env["helpdesk.ticket"].concat(
            *(cls._create_ticket(name=name) for name in names)
        )
        cls.article = cls.env["support.help.article"].create(
            {
                "name": "Print an invoice",
                "url": "https://help.example.com/invoice?a=1",
                "keywords": "paper, PDF",
            }
        )
        cls.article.with_context(lang="fr_FR").write(
            {"name": "Imprimer une facture", "keywords": "papier, écran"}
        )

    def _find(self, text, user=None, group="tickets", lang="en_US"):
        """Return the titles of what a user is shown in a group."""
        tickets = self.env["helpdesk.ticket"].with_user(user or self.a1)
        groups = tickets.with_context(lang=lang)._find_portal_lookalikes(text)
        return [
            item["title"]
            for found in groups
            if found["name"] == group
            for item in found["items"]
        ]

    def _check_texts(self):
        failure, work = self.failure.name, self.work.name
        for text, expected in (
            ("ECHEC", [failure]),
            ("echec envoi", [failure]),
            ("oeuvre", [work]),
            ("ŒUVRE", [work]),
            ("l'œuvre", [work]),
            ("zeppelin", []),
            ("de la", []),
            ("", []),
            ("  ", []),
            ("%", []),
            ("____", []),
            ("';--", []),
            ("%s %(x)s \\", []),
            ("échec " * 500, [failure]),
            ("é", []),
        ):
            with self.subTest(text[:20]):
                found = [title.partition(": ")[2] for title in self._find(text)]
                self.assertEqual(found, expected)

    def test_texts(self):
        self.assertTrue(self.env.registry.has_trigram)
        self._check_texts()

    def test_texts_without_extension(self):
        with patch.object(self.env.registry, "has_trigram", False):
            self._check_texts()

    def test_small_mistakes(self):
        for text in ("échek envoi facture", "envoie des factures"):
            self.assertEqual(len(self._find(text)), 1, text)

    def test_open_tickets_only(self):
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.failure.stage_id = done
        self.work.active = False
        self.assertFalse(self._find("échec") + self._find("œuvre"))

    def test_nobody_elses_tickets(self):
        self.assertTrue(self._find("échec", self.a2))
        self.assertFalse(self._find("échec", self.b1))
        # An agent may read it, and it is not of their own company.
        self.assertTrue(self.failure.with_user(self.agent).has_access("read"))
        self.assertFalse(self._find("échec", self.agent))

    def test_follower_of_another_company(self):
        """The look-alikes are of the own company, whatever else may be read."""
        self.failure.message_subscribe(partner_ids=self.b1.partner_id.ids)
        self.assertFalse(self._find("échec", self.b1))

    def test_at_most_some(self):
        for number in range(9):
            self._create_ticket(name=f"Échec de l’envoi numéro {number}")
        self.assertEqual(len(self._find("échec de l’envoi")), 4)

    def test_statements_do_not_grow(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._find("échec de l’envoi")
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(9):
            self._create_ticket(
                name=f"Échec de l’envoi numéro {number}",
                stage_id=self.env.ref(
                    "helpdesk_mgmt.helpdesk_ticket_stage_in_progress"
                ).id,
            )
            self.article.copy({"name": f"Échec de l’envoi {number}"})
        self.assertLessEqual(count(), few + 2)

    # === ARTICLES === #

    def test_articles(self):
        for text in (
            "imprimer",
            "IMPRIMÉR FACTURE",
            "ecran",
            "papier",
            "Plus rien ne se passe depuis hier quand je veux une facture du mois",
        ):
            self.assertEqual(
                self._find(text, group="articles", lang="fr_FR"),
                ["Imprimer une facture"],
                text,
            )
        self.assertFalse(self._find("zeppelin", group="articles"))
        self.article.active = False
        self.assertFalse(self._find("imprimer", group="articles", lang="fr_FR"))

    def test_articles_of_the_company(self):
        beta = self.env["res.company"].create({"name": "Beta"})
        user = new_test_user(
            self.env,
            "beta_reader",
            groups="base.group_portal",
            company_id=beta.id,
            company_ids=[Command.set(beta.ids)],
        )
        self.assertFalse(self._find("invoice", user, "articles"))
        self.assertFalse(self.env["support.help.article"].with_user(user).search([]))
        self.article.company_id = False
        self.assertTrue(self._find("invoice", user, "articles"))

    def test_addresses(self):
        self.article.url = "  http://help.example.com/été  "
        self.assertEqual(self.article.url, "http://help.example.com/été")
        for url in (
            "javascript:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "ftp://help.example.com",
            "//help.example.com",
            "/web/login",
            "help.example.com",
            "https://",
            "https:///x",
            "http://[",
            " ",
        ):
            with self.subTest(url), self.assertRaises(ValidationError):
                self.article.url = url

    def test_rights(self):
        articles = self.env["support.help.article"]
        vals = {"name": "A", "url": "https://a.example.com"}
        for user in (self.a1, self.agent):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
                articles.with_user(user).create(vals)
            with self.assertRaises(AccessError):
                self.article.with_user(user).write(vals)
        articles.with_user(self.manager).create(vals)


@tagged("post_install", "-at_install")
class TestLookalikesRoute(PortalCase):
    URL = "/new/ticket/lookalikes"

    def _ask(self, text, **params):
        response = self.url_open(
            self.URL, params={"text": text, **params}, allow_redirects=False
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        return response.json()

    def test_own_tickets(self):
        ticket = self._create_ticket(name="Échec <b>de</b> l’envoi")
        self.env["support.help.article"].create(
            {"name": "Échec d’un envoi", "url": "https://help.example.com/x"}
        )
        self._login(self.a1)
        answer = self._ask("echec envoi")
        self.assertEqual(answer["count"], 2)
        page = html.fromstring(answer["html"])
        links = page.xpath("//a")
        path = self._localize(f"/my/ticket/{ticket.id}")
        self.assertURLEqual(links[0].get("href"), path)
        self.assertIn("<b>de</b>", links[0].text_content())
        self.assertEqual(links[1].get("href"), "https://help.example.com/x")
        for link in links:
            self.assertEqual(link.get("rel"), "noopener noreferrer")
        self._login(self.b1)
        self.assertEqual(self._ask("echec envoi")["count"], 1)
        self._login(self.beta_user)
        self.assertEqual(self._ask("echec envoi"), {"count": 0, "html": ""})

    def test_strange_texts(self):
        self._login(self.a1)
        for text in ("", "ab", "\x00\x00\x00", "é" * 5000, "' OR 1=1 --", "%00%00"):
            with self.subTest(text[:10]):
                self.assertEqual(self._ask(text)["count"], 0)
        self.assertEqual(self._ask("zeppelin", text2="x", limit="9")["count"], 0)

    def test_signed_out(self):
        self.authenticate(None, None)
        response = self.url_open(self.URL, params={"text": "échec"})
        self.assertIn("/web/login", response.url)

    def test_nothing_by_post(self):
        self._login(self.a1)
        with mute_logger("odoo.http"):
            response = self._post(self.URL, {"text": "échec"})
        self.assertEqual(response.status_code, 405)
