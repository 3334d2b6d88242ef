# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pictures of the demo for those who read about it, in English and in French.

Usage: pictures.py ADDRESS DATABASE FOLDER_OF_THE_ADDON [name of a picture]…
"""

import base64
import io
import itertools
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import odoorpc
import websocket
from PIL import Image

# By language, where its pictures are.
FOLDERS = {"en_US": "static/description", "fr_FR": "docs/pictures"}
CHROMES = ("google-chrome", "chromium", "chromium-browser")
PATIENCE = 60  # seconds for a page
# A manager of a company that begins, made for the picture.
NEWCOMER = "nadia"
COLORS = 128  # a screen has few: a third of the size, and nothing to be seen of it
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Picture:
    """What is looked at.

    :param name: of the file
    :param login: who looks, with the login as password
    :param path: from the address, with what ``Demo.fill`` knows of records
    :param ready: a selector of what must be there
    :param height: in pixels
    """

    name: str
    login: str
    path: str
    ready: str
    height: int = 900
    width: int = 1440


PICTURES = [
    Picture(
        "set_up",
        NEWCOMER,
        "/odoo/action-omydoo_helpdesk.support_start_action",
        ".o_support_start h1",
    ),
    Picture(
        "my_desk",
        "alice",
        "/odoo/action-omydoo_helpdesk.support_my_desk_action",
        ".o_support_my_desk [data-name]",
    ),
    Picture(
        "ticket",
        "alice",
        "/odoo/helpdesk.ticket/{ticket}",
        ".o_form_view .o-mail-Message",
    ),
    Picture(
        "the_desk",
        "marie",
        "/odoo/action-omydoo_helpdesk.support_desk_overview_action",
        ".o_support_overview .o_support_figure",
        1100,
    ),
    Picture("portal_ticket", "camille", "/my/ticket/{ticket}", "#wrap h2", 1100, 1280),
    Picture("portal_review", "camille", "/my/reviews/{review}", "#wrap h2", 1300, 1280),
]


class Demo:
    """The demo, from outside.

    :param address: of its server
    :param database: its name
    """

    def __init__(self, address, database):
        self.address = address
        self.database = database

    def wait(self):
        """Wait until it answers."""
        for _try in range(PATIENCE * 2):
            try:
                direct.open(f"{self.address}/web/login", timeout=PATIENCE).read()
                return
            except OSError:
                time.sleep(0.5)
        raise SystemExit("The demo did not start.")

    def connect(self, login):
        """Sign in.

        :rtype: odoorpc.ODOO
        """
        port = int(self.address.rsplit(":", 1)[1])
        odoo = odoorpc.ODOO("127.0.0.1", port=port, timeout=PATIENCE)
        odoo.login(self.database, login, login)
        return odoo

    def open_session(self, login):
        """Sign in as a browser does.

        :return: the value of the cookie
        :rtype: str
        """
        credentials = {"db": self.database, "login": login, "password": login}
        request = urllib.request.Request(
            f"{self.address}/web/session/authenticate",
            json.dumps({"params": credentials}).encode(),
            {"Content-Type": "application/json"},
        )
        with direct.open(request, timeout=PATIENCE) as response:
            cookie = response.headers["Set-Cookie"]
        return cookie.split("session_id=", 1)[1].split(";", 1)[0]

    def begin(self):
        """Let a new company begin, with its manager."""
        env = self.connect("admin").env
        # No country: Odoo would install what it has for it.
        company = env["res.company"].create({"name": "Atelier Morgane"})
        groups = (
            "helpdesk_mgmt.group_helpdesk_manager",
            "base.group_partner_manager",
        )
        env["res.users"].create(
            {
                "name": "Nadia Morgane",
                "login": NEWCOMER,
                "password": NEWCOMER,
                "company_id": company,
                "company_ids": [(6, 0, [company])],
                "group_ids": [(4, env.ref(group).id) for group in groups],
            }
        )

    def speak(self, lang):
        """Give everybody a language."""
        users = self.connect("admin").env["res.users"]
        logins = sorted({picture.login for picture in PICTURES})
        users.write(users.search([("login", "in", logins)]), {"lang": lang})

    def fill(self, path):
        """Put the records of the demo into a path.

        :return: None if the demo has no such record
        """
        env = self.connect("admin").env
        if "{ticket}" in path:
            ticket = env.ref("omydoo_helpdesk.helpdesk_ticket_lots_demo")
            return path.format(ticket=ticket.id)
        if "{review}" in path:
            reviews = env["support.service.review"].search(
                [("state", "!=", "draft")], limit=1
            )
            return path.format(review=reviews[0]) if reviews else None
        return path


class Browser:
    """A window of Chromium, by its own protocol.

    :param connection: to the page
    """

    def __init__(self, connection):
        self.connection = connection
        self.numbers = itertools.count(1)

    def do(self, method, **params):
        """Ask for something of the protocol.

        :return: what it answers
        :rtype: dict
        """
        number = next(self.numbers)
        self.connection.send(
            json.dumps({"id": number, "method": method, "params": params})
        )
        while True:
            answer = json.loads(self.connection.recv())
            if answer.get("id") == number:
                return answer["result"]

    def evaluate(self, expression):
        """Compute an expression in the page."""
        answer = self.do("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def take(self, address, picture, session):
        """Take a picture.

        :return: the picture
        :rtype: PIL.Image.Image
        """
        host = address.split("://")[1].split(":")[0]
        self.do("Network.setCookie", name="session_id", value=session, domain=host)
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=picture.width,
            height=picture.height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.do("Page.navigate", url=address)
        deadline = time.monotonic() + PATIENCE
        while not self.evaluate(f"!!document.querySelector({picture.ready!r})"):
            if time.monotonic() > deadline:
                raise SystemExit(f"{picture.name}: {picture.ready} did not come.")
            time.sleep(0.2)
        time.sleep(3)  # for graphs, which grow, and photographs
        png = self.do("Page.captureScreenshot", format="png")["data"]
        return Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")


@contextmanager
def open_browser():
    """Open a window of Chromium.

    :rtype: Browser
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = next(filter(None, map(shutil.which, CHROMES)))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        chrome = subprocess.Popen(
            [
                program,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--no-proxy-server",
                f"--remote-debugging-port={port}",
                "--remote-allow-origins=*",
                f"--user-data-dir={profile}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            connection = websocket.create_connection(
                find_page(port), timeout=PATIENCE, http_no_proxy=["127.0.0.1"]
            )
            yield Browser(connection)
        finally:
            chrome.kill()
            chrome.wait()


def find_page(port):
    """Find the address of the protocol of Chromium's page."""
    for _try in range(PATIENCE * 4):
        try:
            with direct.open(f"http://127.0.0.1:{port}/json") as response:
                pages = json.load(response)
        except OSError:
            pages = []
        for page in pages:
            if page["type"] == "page":
                return page["webSocketDebuggerUrl"]
        time.sleep(0.25)
    raise SystemExit("Chromium did not start.")


def main(address, database, folder, *names):
    """Take the pictures, or those named."""
    demo = Demo(address, database)
    demo.wait()
    demo.begin()
    chosen = [picture for picture in PICTURES if not names or picture.name in names]
    with open_browser() as browser:
        for lang, place in FOLDERS.items():
            demo.speak(lang)
            target = Path(folder, place)
            target.mkdir(parents=True, exist_ok=True)
            for picture in chosen:
                path = demo.fill(picture.path)
                if not path:
                    continue
                session = demo.open_session(picture.login)
                image = browser.take(address + path, picture, session)
                image.quantize(COLORS).save(
                    target / f"{picture.name}.png", optimize=True
                )
                print(target / f"{picture.name}.png", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
