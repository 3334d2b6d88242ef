# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged
from odoo.tools import mute_logger

from .harmless_common import RUN, HarmlessCase


@tagged("post_install", "-at_install")
class TestHarmlessFiles(HarmlessCase):
    """Files that browsers would run are given as something else."""

    def test_no_file_is_rendered(self):
        svg = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'/>"
        page = f"<html xmlns='http://www.w3.org/1999/xhtml'><script>{RUN}</script>"
        ticket = self._create_ticket()
        files = {
            "x.svg": ("image/svg+xml", svg),
            "x.svgz": ("image/svg+xml", svg),
            "x.html": ("text/html", page),
            "x.htm": ("text/html", page),
            "x.xhtml": ("application/xhtml+xml", page),
            "x.xml": ("application/xml", page),
            "x.xsl": ("text/xsl", page),
            "x.mht": ("multipart/related", page),
            "x.js": ("text/javascript", RUN),
            "x.swf": ("application/x-shockwave-flash", "FWS"),
            "x.png": ("image/png", page),
            "x.jpg": ("image/svg+xml", svg),
            "x.txt": ("text/html; charset=utf-7", page),
            "x": ("text/html", page),
        }
        attachments = self.env["ir.attachment"]
        for author in (self.a1, self.agent, self.env.ref("base.user_admin")):
            attachments += (
                attachments.with_user(author)
                .sudo()
                .create(
                    [
                        {
                            "name": name,
                            "raw": content.encode(),
                            "mimetype": mimetype,
                            "res_model": ticket._name,
                            "res_id": ticket.id,
                        }
                        for name, (mimetype, content) in files.items()
                    ]
                )
            )
        # Sent with a message: what lies on the ticket alone is not the customer's.
        ticket.with_user(self.agent).message_post(
            body="See",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=attachments.ids,
        )
        for user in (self.a1, self.agent):
            self._login(user)
            for attachment in attachments:
                for path in (
                    f"/web/content/{attachment.id}",
                    f"/web/content/{attachment.id}?download=true",
                    f"/web/content/{attachment.id}?mimetype=text/html",
                    f"/web/content/{attachment.id}/x.html",
                    f"/web/image/{attachment.id}",
                    f"/web/image/{attachment.id}/x.svg",
                    f"/web/image/{attachment.id}?mimetype=image/svg%2Bxml",
                ):
                    with self.subTest(user=user.login, file=attachment.name, path=path):
                        self.assertNotRendered(path)

    def assertNotRendered(self, path):
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_binary"):
            response = self.url_open(path)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        policy = response.headers.get("Content-Security-Policy", "")
        is_download = response.headers.get("Content-Disposition", "").startswith(
            "attachment"
        )
        self.assertEqual(response.headers.get("X-Content-Type-Options"), "nosniff")
        self.assertTrue(
            response.status_code in (403, 404)
            or is_download
            or kind in ("text/plain", "application/octet-stream", "image/png")
            or ("default-src 'none'" in policy and kind.startswith("image/")),
            f"{kind} {response.headers}",
        )

    def test_files_of_mails(self):
        boundary = "limit"
        svg = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'/>"
        type(self).number += 1
        mail = (
            f"From: {self.a1.email}\nTo: support@{self.mail_alias_domain.name}\n"
            f"Subject: Files\nMessage-Id: <files-{self.number}@c.example.com>\n"
            f"MIME-Version: 1.0\n"
            f"Content-Type: multipart/mixed; boundary={boundary}\n\n"
            f"--{boundary}\nContent-Type: text/plain\n\nhello\n"
            + "".join(
                f"--{boundary}\nContent-Type: {kind}\nContent-Disposition: attachment;"
                f' filename="{name}"\n\n{content}\n'
                for kind, name, content in (
                    ("image/svg+xml", "../../x.svg", svg),
                    ("text/html", "a.html", f"<script>{RUN}</script>"),
                )
            )
            + f"--{boundary}--\n"
        )
        before = self._all_tickets()
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(None, mail.encode())
        ticket = self._all_tickets() - before
        self.assertEqual(len(ticket.attachment_ids), 2)
        for user in (self.a1, self.agent):
            self._login(user)
            for attachment in ticket.attachment_ids:
                self.assertNotIn("/", attachment.name)
                self.assertNotRendered(f"/web/content/{attachment.id}")
                self.assertNotRendered(f"/web/image/{attachment.id}")
