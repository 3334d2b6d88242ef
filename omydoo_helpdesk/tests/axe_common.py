# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo.tools.misc import file_open

from .browser_common import BrowserCase

AXE = "omydoo_helpdesk/static/tests/lib/axe-core/axe.min.js"
# WCAG 2.2, levels A and AA.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# Parts of pages that Odoo makes, and no template of ours changes, each with what axe
# finds in it. Everything else is checked, Odoo's header and footer too.
NOT_OURS = ()
WIDTHS = (1280, 375, 320)
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


class AxeCase(BrowserCase):
    """Pages that everybody can use, by the rules of axe-core."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open(AXE) as file:
            cls.axe = file.read()

    def assertAccessible(self, paths, user=None, widths=WIDTHS, prepare=None):
        """Check that pages break no rule, and do not scroll sideways.

        :param paths: of the pages
        :param user: who opens them, None for the public
        :param widths: of the window, in pixels
        :param prepare: called with the browser when a page is there
        """
        with self._browse(user) as browser:
            for path in paths:
                for width in widths:
                    with self.subTest(path=path, width=width):
                        self._open_page(browser, path, width)
                        if prepare:
                            prepare(browser)
                        self.assertPageAccessible(browser, f"{path} at {width} px")

    def assertPageAccessible(self, browser, about):
        """Check the page that is open in a browser.

        :param str about: told if it fails
        """
        self._evaluate(browser, f"{self.axe}; true")
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
        overflow = self._evaluate(
            browser, "document.documentElement.scrollWidth - window.innerWidth"
        )
        self.assertLessEqual(overflow, 0, f"{about}: the page scrolls sideways")
