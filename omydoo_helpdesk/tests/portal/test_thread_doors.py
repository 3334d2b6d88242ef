# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from ..portal_common import PDF, PortalCase

SECRET = "zanzibar"
EXE = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0"


class ThreadCase(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = new_test_user(cls.env, "thread_employee", "base.group_user")
        cls.ticket = cls._create_ticket(user_id=cls.agent.id)
        as_agent = cls.ticket.with_user(cls.agent)
        cls.secret_file = cls.env["ir.attachment"].create(
            {
                "name": f"{SECRET}.pdf",
                "raw": PDF,
                "res_model": "helpdesk.ticket",
                "res_id": cls.ticket.id,
            }
        )
        cls.note = as_agent.message_post(
            body=SECRET,
            subtype_xmlid="mail.mt_note",
            message_type="comment",
            attachment_ids=cls.secret_file.ids,
        )
        cls.log = as_agent.message_post(body=SECRET, subtype_xmlid="mail.mt_note")
        cls.answer = as_agent.message_post(
            body="Voilà", subtype_xmlid="mail.mt_comment", message_type="comment"
        )
        cls.customers = cls.a1 + cls.a2 + cls.b1 + cls.beta_user

    def _messages(self):
        self.env.invalidate_all()
        return self.ticket.message_ids


@tagged("post_install", "-at_install")
class TestThreadSearch(ThreadCase):
    """No path leads from what a customer reads to what is internal."""

    def test_a_ticket_is_not_searched_through_its_thread(self):
        paths = (
            "message_ids",
            "message_ids.body",
            "message_ids.attachment_ids.name",
            "website_message_ids.body",
            "message_ids.tracking_value_ids.new_value_char",
            "message_needaction",
            "has_message",
            "rating_ids.feedback",
            "activity_ids.summary",
            "message_follower_ids.partner_id.name",
            "duplicate_id.message_ids.body",
            "partner_id.helpdesk_ticket_ids.message_ids.body",
        )
        for user in self.customers:
            tickets = self.env["helpdesk.ticket"].with_user(user)
            for path in paths:
                condition = [(path, "ilike", SECRET)]
                for search in (
                    tickets.search,
                    tickets.search_count,
                    lambda domain, tickets=tickets: tickets._read_group(
                        domain, [], ["__count"]
                    ),
                    lambda domain, tickets=tickets: tickets.name_search(
                        "", domain=domain
                    ),
                    lambda domain, user=user: self.ticket.with_user(
                        user
                    ).filtered_domain(domain),
                ):
                    for domain in (
                        condition,
                        ["!", *condition],
                        [("id", "any", condition)] if path == "message_ids" else [],
                    ):
                        if not domain:
                            continue
                        with (
                            self.subTest(user=user.login, path=path),
                            self.assertRaises(AccessError),
                        ):
                            search(domain)

    def test_other_records_of_customers(self):
        module = self.module_a
        charter = self.charter
        for record in module + module.browse(), charter:
            record.message_post(body=SECRET, subtype_xmlid="mail.mt_note")
            as_customer = record.with_user(self.a1)
            as_customer.check_access("read")
            for name in ("message_ids", "website_message_ids"):
                with self.subTest(record=record, field=name):
                    with self.assertRaises(AccessError):
                        as_customer.search([(f"{name}.body", "ilike", SECRET)])
                    with self.assertRaises(AccessError):
                        as_customer.filtered_domain([(f"{name}.body", "ilike", SECRET)])
                    with self.assertRaises(AccessError):
                        as_customer.read([name])
            with self.assertRaises(AccessError):
                record.message_ids.with_user(self.a1).read(["body"])
        with self.assertRaises(AccessError):
            self.env["support.production.change"].with_user(self.a1).search(
                [("message_ids.body", "ilike", SECRET)]
            )
        with self.assertRaises(AccessError):
            self.env["helpdesk.ticket"].with_user(self.a1).search(
                [("custom_module_id.message_ids.body", "ilike", SECRET)]
            )

    def test_internal_is_internal_for_every_type(self):
        for user in self.customers:
            for message in self.note + self.log:
                for name in ("body", "preview", "subject", "date", "attachment_ids"):
                    with (
                        self.subTest(user=user.login, type=message.message_type),
                        self.assertRaises(AccessError),
                    ):
                        message.with_user(user).read([name])
        for user in (self.a1, self.a2):
            ticket = self.ticket.with_user(user)
            self.assertNotIn(SECRET, str(ticket.message_ids.mapped("body")))
            self.assertIn(self.answer, ticket.message_ids)
            self.assertEqual(self.answer.with_user(user).body, self.answer.body)
            self.assertNotIn(SECRET, str(ticket.mapped("message_ids.preview")))

    def test_all_that_search_hides_read_hides(self):
        messages = self.env["mail.message"].search(
            Domain("model", "=", "helpdesk.ticket")
            & Domain("res_id", "=", self.ticket.id)
        )
        found = messages.with_user(self.a1).search([("id", "in", messages.ids)])
        readable = messages.with_user(self.a1)._filtered_access("read")
        self.assertEqual(set(readable.ids), set(found.ids))
        self.assertIn(self.answer.id, found.ids)

    def test_the_desk_searches_as_before(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        self.assertIn(
            self.ticket, tickets.search([("message_ids.body", "ilike", SECRET)])
        )

    def test_messages_of_others_are_as_before(self):
        partner = self.a1.partner_id
        log = partner.message_post(body="Connexion", subtype_xmlid="mail.mt_note")
        log.invalidate_recordset()
        self.assertIn("Connexion", log.with_user(self.a1).read(["body"])[0]["body"])


@tagged("post_install", "-at_install")
class TestThreadPost(ThreadCase):
    """What a customer may pass to a message, by RPC."""

    def test_all_that_matters_is_dropped(self):
        queued = self.env["mail.mail"].search([])
        message = self.ticket.with_user(self.a1).message_post(
            body="Bonjour",
            message_type="notification",
            subtype_xmlid="mail.mt_note",
            outgoing_email_to="stranger@elsewhere.example.com",
            incoming_email_to="stranger@elsewhere.example.com",
            date="2020-01-01 00:00:00",
            author_id=self.agent.partner_id.id,
            email_from="boss@desk.example.com",
            reply_to="stranger@elsewhere.example.com",
            partner_ids=self.b1.partner_id.ids,
            is_internal=True,
            subject="Gagnez",
            email_layout_xmlid="mail.mail_notification_light",
            rating_value=5,
        )
        message = message.sudo()
        self.assertEqual(message.message_type, "comment")
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertEqual(message.author_id, self.a1.partner_id)
        self.assertEqual(message.body, "<p>Bonjour</p>")
        self.assertNotEqual(message.date.year, 2020)
        self.assertFalse(message.outgoing_email_to)
        self.assertFalse(message.incoming_email_to)
        self.assertFalse(message.partner_ids)
        self.assertFalse(message.is_internal)
        self.assertNotEqual(message.subject, "Gagnez")
        self.assertFalse(message.rating_ids)
        self.assertNotIn("boss", message.email_from)
        self.assertNotIn("stranger", message.reply_to or "")
        mails = self.env["mail.mail"].search([]) - queued
        self.assertNotIn("stranger", str(mails.mapped("email_to")))
        self.assertNotIn(self.b1.partner_id, mails.recipient_ids)

    def test_no_file_of_others(self):
        """An internal file that a message carries would be served with it."""
        ticket = self.ticket.with_user(self.a1)
        try:
            message = ticket.message_post(
                body="Bonjour", attachment_ids=self.secret_file.ids
            )
        except AccessError:
            message = self.env["mail.message"]
        self.assertFalse(message.sudo().attachment_ids)
        self.assertFalse(self.secret_file.with_user(self.a1)._is_support_file_of_user())

    def test_other_doors_of_a_thread(self):
        ticket = self.ticket.with_user(self.a1)
        template = self.env["mail.template"].create(
            {
                "name": "x",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "body_html": "<p>x</p>",
            }
        )
        before = self._messages()
        other = self._create_ticket(partner_id=self.b1.partner_id.id)
        for method, args, kwargs in (
            ("message_notify", (), {"body": "x", "partner_ids": [1]}),
            ("message_post_with_source", (template,), {}),
            ("message_mail_with_source", (template,), {}),
            ("message_change_thread", (other,), {}),
            ("message_new", ({"subject": "x"},), {}),
            ("message_update", ({"subject": "x"},), {}),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(ticket, method)(*args, **kwargs)
        self.assertEqual(self._messages(), before)

    def test_what_a_customer_wrote_stays(self):
        words = self.ticket.with_user(self.a1).message_post(
            body="Bonjour", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        by_agent = words.with_user(self.agent)
        for vals in (
            {"body": "Au revoir"},
            {"author_id": self.agent.partner_id.id},
            {"date": "2020-01-01 00:00:00"},
            {"subtype_id": self.env.ref("mail.mt_note").id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                by_agent.write(vals)
        with self.assertRaises(AccessError):
            by_agent.unlink()
        answer = self.ticket.with_user(self.agent).message_post(body="Bonsoir")
        answer.write({"body": "<p>Bonne nuit</p>"})
        # A password, for instance.
        words.with_user(self.manager).unlink()
        self.assertFalse(words.exists())

    def test_messages_are_not_made_by_hand(self):
        messages = self.env["mail.message"].with_user(self.a1)
        vals = {"model": "helpdesk.ticket", "res_id": self.ticket.id, "body": "x"}
        with self.assertRaises(AccessError):
            messages.create(vals)
        with self.assertRaises(AccessError):
            messages.with_context(
                default_model="helpdesk.ticket", default_res_id=self.ticket.id
            ).create({"body": "x"})
        mine = self.ticket.with_user(self.a1).message_post(body="Bonjour")
        for vals in (
            {"is_internal": True},
            {"date": "2020-01-01 00:00:00"},
            {"subtype_id": self.env.ref("mail.mt_note").id},
            {"attachment_ids": [(4, self.secret_file.id)]},
            {"message_type": "notification"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                mine.write(vals)
        mine.write({"body": "<p>Bonsoir</p>"})
        elsewhere = self.a1.partner_id.message_post(
            body="x",
            author_id=self.a1.partner_id.id,
            subtype_xmlid="mail.mt_comment",
        )
        with self.assertRaises(AccessError):
            elsewhere.with_user(self.a1).write(
                {"model": "helpdesk.ticket", "res_id": self.ticket.id}
            )

    def test_the_tickets_of_others(self):
        before = self._messages()
        for user in (self.b1, self.beta_user, self.employee):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.ticket.with_user(user).message_post(body="x")
        self.assertEqual(self._messages(), before)

    def test_limits(self):
        ticket = self.ticket.with_user(self.a1)
        for body in ("", "  ", "x" * 50_001):
            with self.assertRaises(UserError):
                ticket.message_post(body=body)
        self.company.support_message_hour_limit = 2
        counter = self.env["support.filing.counter"]
        counter.search([]).sudo().unlink()
        ticket.message_post(body="1")
        ticket.message_post(body="2")
        with self.assertRaisesRegex(UserError, "2"):
            ticket.message_post(body="3")
        # A colleague has a number of their own, and the desk none.
        self.ticket.with_user(self.a2).message_post(body="3")
        for number in range(4):
            self.ticket.with_user(self.agent).message_post(body=f"{number}")

    def test_sent_twice(self):
        ticket = self.ticket.with_user(self.a1)
        first = ticket.message_post(body="Toujours pareil")
        self.assertEqual(ticket.message_post(body="Toujours pareil"), first)
        self.assertNotEqual(ticket.message_post(body="Autre chose"), first)


@tagged("post_install", "-at_install")
class TestThreadRoutes(ThreadCase):
    """Odoo's own routes for threads, on a ticket."""

    def _thread(self, **post_data):
        kwargs = post_data.pop("kwargs", {})
        return self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "helpdesk.ticket",
                "thread_id": self.ticket.id,
                "post_data": {"body": "Bonjour", **post_data},
                **kwargs,
            },
        )

    def _upload(self, name, content, **values):
        from odoo import http

        return self.url_open(
            "/mail/attachment/upload",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "thread_model": "helpdesk.ticket",
                "thread_id": self.ticket.id,
                "is_pending": "true",
                **values,
            },
            files={"ufile": (name, content)},
        )

    def _refused(self, function, *args, **kwargs):
        before = self._messages()
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            function(*args, **kwargs)
        self.assertNotIsInstance(caught.exception, AssertionError)
        self.assertEqual(self._messages(), before)

    def test_files(self):
        self._login(self.a1)
        self.env["ir.config_parameter"].set_param("web.max_file_upload_size", 1000)
        files = self.env["ir.attachment"]
        before = files.search([("res_model", "=", "mail.compose.message")])
        for name, content in (
            ("x.exe", b"x"),
            ("x.pdf", EXE),
            ("x.pdf", b""),
            ("x.txt", b"x" * 1001),
        ):
            for values in ({}, {"is_pending": ""}):
                with self.subTest(name=name, size=len(content)):
                    response = self._upload(name, content, **values)
                    # Odoo itself refuses a request that is too large.
                    self.assertTrue(
                        response.status_code == 413 or response.json().get("error")
                    )
        self.assertEqual(
            files.search([("res_model", "=", "mail.compose.message")]), before
        )
        answer = self._upload("x.pdf", PDF).json()
        file = files.browse(answer["data"]["attachment_id"])
        token = file._get_ownership_token()
        self._thread(attachment_ids=file.ids, attachment_tokens=[token])
        self.assertEqual(self._messages()[0].attachment_ids, file)
        # A program by another door is not posted either.
        program = files.create({"name": "x.exe", "raw": EXE})
        self._refused(
            self._thread,
            body="Programme",
            attachment_ids=program.ids,
            attachment_tokens=[program._get_ownership_token()],
        )

    def test_number_of_files(self):
        self._login(self.a1)
        files = self.env["ir.attachment"].create(
            [{"name": f"{number}.txt", "raw": b"x"} for number in range(21)]
        )
        tokens = [file._get_ownership_token() for file in files]
        self._refused(self._thread, attachment_ids=files.ids, attachment_tokens=tokens)

    def test_rate(self):
        self._login(self.a1)
        self.company.support_message_hour_limit = 2
        for number in range(2):
            self._thread(body=f"Message {number}")
        self._refused(self._thread, body="Message 3")
        # The page counts with it, and keeps the text.
        response = self._post(
            f"/my/ticket/{self.ticket.id}/answer", {"answer": "Mon texte"}
        )
        self.assertEqual(response.status_code, 429)
        self.assertIn("Mon texte", response.text)
        for number in range(40):
            answer = self._upload(f"{number}.txt", b"x").json()
            self.assertFalse(answer.get("error"), number)
        self.assertTrue(self._upload("41.txt", b"x").json().get("error"))

    def test_once(self):
        self._login(self.a1)
        first = self._thread(body="<p>Une fois</p>")["message_id"]
        self.assertEqual(self._thread(body="<p>Une fois</p>")["message_id"], first)
        self._post(f"/my/ticket/{self.ticket.id}/answer", {"answer": "Une fois"})
        self.assertEqual(self._messages()[0].id, first)

    def test_no_rating_by_a_message(self):
        self._login(self.a1)
        self._thread(rating_value=1)
        self.assertFalse(self.ticket.rating_ids)

    def test_a_link_reads(self):
        token = self.ticket._portal_ensure_token()
        partner = self.a1.partner_id
        links = (
            {"token": token},
            {"hash": self.ticket._sign_token(partner.id), "pid": partner.id},
        )
        mine = (
            self.ticket.with_user(self.a1)
            .sudo()
            ._post_from_portal("Bonjour", attachments=[("mine.pdf", PDF)])
        )
        for user in (None, self.b1, self.beta_user, self.employee):
            if user:
                self._login(user)
            else:
                self.authenticate(None, None)
            for link in links:
                with self.subTest(user=user and user.login, link=link):
                    self._refused(self._thread, kwargs=link, body="Par le lien")
                    response = self._upload("x.pdf", PDF, **link)
                    self.assertEqual(response.status_code, 404)
                    self._refused(
                        self.make_jsonrpc_request,
                        "/mail/message/update_content",
                        {
                            "message_id": mine.id,
                            "update_data": {"body": "Changé", "attachment_ids": []},
                            **link,
                        },
                    )
            fetched = self.make_jsonrpc_request(
                "/mail/chatter_fetch",
                {
                    "thread_model": "helpdesk.ticket",
                    "thread_id": self.ticket.id,
                    **links[0],
                },
            )
            self.assertIn(mine.id, fetched["messages"])
            self.assertNotIn("ownership_token", str(fetched))
        self.assertIn("Bonjour", self._messages().browse(mine.id).body)

    def test_a_link_writes_where_the_company_says_so(self):
        self.ticket.company_id.support_link_answers = True
        token = self.ticket._portal_ensure_token()
        self.authenticate(None, None)
        page = self.url_open(f"/my/ticket/{self.ticket.id}?access_token={token}").text
        self.assertIn('data-allow_composer="1"', page)
        self._thread(kwargs={"token": token}, body="Par le lien")
        message = self._messages()[0]
        self.assertIn("Par le lien", message.body)
        self.assertEqual(message.author_id, self.a1.partner_id)
        self.ticket.company_id.support_link_answers = False
        page = self.url_open(f"/my/ticket/{self.ticket.id}?access_token={token}").text
        self.assertIn('data-allow_composer="0"', page)

    def test_a_file_of_the_desk_is_not_the_customers(self):
        def attach(user, name):
            return (
                self.env["ir.attachment"]
                .with_user(user)
                .sudo()
                .create(
                    {
                        "name": name,
                        "raw": PDF,
                        "res_model": "helpdesk.ticket",
                        "res_id": self.ticket.id,
                    }
                )
            )

        paperclip = attach(self.agent, "paperclip.pdf")
        picture = attach(self.agent, "picture.png")
        sent = attach(self.a2, "sent.pdf")
        self.ticket.description = f'<img src="/web/image/{picture.id}?x=1"/>'
        self._login(self.a1)
        page = self.url_open(f"/my/ticket/{self.ticket.id}").text
        self.assertNotIn("paperclip.pdf", page)
        self.assertIn("sent.pdf", page)
        for file, status in ((paperclip, 404), (sent, 200), (picture, 200)):
            with self.subTest(file.name):
                response = self.url_open(f"/web/content/{file.id}")
                self.assertEqual(response.status_code, status)
        # Sent with a message, it is theirs.
        self.ticket.with_user(self.agent).message_post(
            body="Voilà",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=paperclip.ids,
        )
        self.assertEqual(self.url_open(f"/web/content/{paperclip.id}").status_code, 200)
