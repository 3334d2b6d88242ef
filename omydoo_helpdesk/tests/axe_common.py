# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from contextlib import contextmanager

from odoo.tools.misc import file_open

from .browser_common import BrowserCase

AXE = "omydoo_helpdesk/static/tests/lib/axe-core/axe.min.js"
# WCAG 2.2, levels A and AA.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# Parts of pages that Odoo makes, and no template of ours changes, each with what axe
# finds in it. Everything else is checked, Odoo's header and footer too.
NOT_OURS = ()
WIDTHS = (1280, 375)
# On which nothing may scroll sideways: a page of 1280 px, four times as large.
REFLOW_WIDTH = 320
# What is told of a report of axe.
SUMMARY = """
    ({passes, violations}) => ({
        passes: passes.length,
        violations: violations.flatMap(({id, nodes}) =>
            nodes.map(({target, html, failureSummary}) =>
                [id, target.join(" "), html.slice(0, 200), failureSummary]
                    .join("  ")
                    .replaceAll(/\\s+/g, " ")
            )
        ),
    })
"""
# What reaches over the right edge of the window, unless it scrolls by itself.
TOO_WIDE = """
    document.documentElement.scrollWidth <= window.innerWidth ? [] :
    [...document.querySelectorAll("body *")]
        .filter((node) => node.getBoundingClientRect().right > window.innerWidth + 1)
        .map((node) => node.outerHTML.slice(0, 150))
        .concat(["?"])
"""


class AxeCase(BrowserCase):
    """Pages that everybody can use, by the rules of axe-core."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open(AXE) as file:
            cls.axe = file.read()

    @contextmanager
    def _browse(self, user=None):
        with super()._browse(user) as browser:
            # As on a telephone, where they take no room.
            browser._websocket_request(
                "Emulation.setScrollbarsHidden", params={"hidden": True}
            )
            yield browser

    def assertAccessible(self, paths, user=None, widths=WIDTHS, prepare=None):
        """Check that pages break no rule, and do not scroll sideways.

        :param paths: of the pages
        :param user: who opens them, None for the public
        :param widths: of the window, in pixels
        :param prepare: called with the browser when a page is there
        """
        with self._browse(user) as browser:
            for path in paths:
                with self.subTest(path=path):
                    self._open_page(browser, path, widths[0])
                    if prepare:
                        prepare(browser)
                    self.assertPageAccessible(browser, path, widths)

    def assertPageAccessible(self, browser, about, widths=WIDTHS):
        """Check the page that is open in a browser.

        :param str about: told if it fails
        :param widths: of the window, in pixels
        """
        self._evaluate(browser, f"{self.axe}; true")
        for width in widths:
            self._set_width(browser, width)
            with self.subTest(width=width):
                self.assertNoViolation(browser, f"{about} at {width} px")
        self._set_width(browser, REFLOW_WIDTH)
        wide = self._evaluate(browser, TOO_WIDE)
        self.assertFalse(wide, f"{about}: scrolls sideways at {REFLOW_WIDTH} px")

    def assertNoViolation(self, browser, about):
        options = {"runOnly": {"type": "tag", "values": RULES}}
        context = {"exclude": [[selector] for selector in NOT_OURS]}
        report = self._evaluate(
            browser,
            f"axe.run({json.dumps(context)}, {json.dumps(options)}).then({SUMMARY})",
        )
        # Not a page that is empty, or was not there yet.
        self.assertGreater(report["passes"], 5, about)
        violations = "\n".join(report["violations"])
        self.assertFalse(violations, f"{about}\n{violations}")

    def _submit_form(self, browser, form, wait_for, **values):
        """Send a form as a browser without scripts and its own checks would.

        :param str form: selector of the form
        :param str wait_for: selector of what the answer shows
        :param values: typed into its fields
        """
        self._evaluate(
            browser,
            f"""
            {{
                const form = document.querySelector({json.dumps(form)});
                for (const [name, value] of Object.entries({json.dumps(values)})) {{
                    form.elements[name].value = value;
                }}
                HTMLFormElement.prototype.submit.call(form);
                true;
            }}
            """,
        )
        self._wait_until(
            browser,
            "document.readyState === 'complete' "
            f"&& document.querySelector({json.dumps(wait_for)})",
        )
