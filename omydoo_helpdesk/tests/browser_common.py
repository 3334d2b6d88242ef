# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
import time
from contextlib import contextmanager
from urllib.parse import urljoin

from odoo.tests.common import ChromeBrowser, _registry_test_lock

from .portal_common import PortalCase

# Codes of keys, as the browser's protocol wants them.
KEYS = {
    "Tab": {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9},
    "Enter": {
        "key": "Enter",
        "code": "Enter",
        "windowsVirtualKeyCode": 13,
        "text": "\r",
    },
    "Space": {
        "key": " ",
        "code": "Space",
        "windowsVirtualKeyCode": 32,
        "text": " ",
    },
    "ArrowDown": {
        "key": "ArrowDown",
        "code": "ArrowDown",
        "windowsVirtualKeyCode": 40,
    },
    "Escape": {"key": "Escape", "code": "Escape", "windowsVirtualKeyCode": 27},
}
SHIFT = 8


class BrowserCase(PortalCase):
    """Pages in Chromium, one after the other in the same window."""

    @contextmanager
    def _browse(self, user=None):
        """Open a browser, signed in as a user.

        :param user: None for the public
        """
        browser = ChromeBrowser(self)
        with self.allow_requests(browser=browser):
            try:
                login = user and user.login
                self.authenticate(login, login and login.ljust(8, "x"), browser=browser)
                self.env.flush_all()
                self.env.cr.clear()
                yield browser
            finally:
                browser.stop()
                self._wait_remaining_requests()

    @contextmanager
    def _pause_requests(self):
        """Keep the browser's requests from the test's cursor, to use it meanwhile."""
        with _registry_test_lock:
            self.env.invalidate_all()
            yield
            self.env.flush_all()
            self.env.cr.clear()

    def _set_width(self, browser, width, height=900):
        browser._websocket_request(
            "Emulation.setDeviceMetricsOverride",
            params={
                "mobile": False,
                "width": width,
                "height": height,
                "deviceScaleFactor": 1,
            },
        )

    def _open_page(self, browser, path, width=1280, height=900):
        """Open a page, and wait until it and its scripts are there."""
        self._set_width(browser, width, height)
        browser.navigate_to(urljoin(self.base_url(), path), wait_stop=True)
        self._wait_for_page(browser)

    def _wait_for_page(self, browser):
        self.assertTrue(
            browser._wait_ready(
                "document.readyState === 'complete' && "
                "(!window.odoo || !odoo.isReady || Boolean(document.body))"
            )
        )

    def _evaluate(self, browser, expression, timeout=60):
        """Return what a JavaScript expression is, a promise's result too."""
        answer = browser._websocket_request(
            "Runtime.evaluate",
            params={
                "expression": expression,
                "awaitPromise": True,
                "returnByValue": True,
            },
            timeout=timeout,
        )
        if "exceptionDetails" in answer:
            self.fail(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def _wait_until(self, browser, expression, timeout=20):
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self._evaluate(browser, f"Boolean({expression})"):
                return
            time.sleep(0.1)
        self.fail(f"Never true: {expression}")

    # === KEYBOARD === #

    def _press(self, browser, key, modifiers=0):
        """Press a key as a person does: the page cannot tell the difference."""
        for kind in ("keyDown", "keyUp"):
            browser._websocket_request(
                "Input.dispatchKeyEvent",
                params={"type": kind, "modifiers": modifiers, **KEYS[key]},
            )

    def _type(self, browser, text):
        """Type a text where the focus is."""
        browser._websocket_request("Input.insertText", params={"text": text})
