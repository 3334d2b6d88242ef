# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import contextlib
import io
import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from odoo.tools import mute_logger

PAGE = Path(__file__).parents[1] / "docs/interface.md"
# What is refused, and that /jsonrpc will go one day.
LOGGERS = ("odoo.http", "odoo.sql_db", "odoo.addons.base", "odoo.addons.rpc")
CODE = re.compile(r"```(python|text)\n(.*?)```", re.DOTALL)


def read_sections(level="##"):
    """Return the parts of the page that tells of the interface.

    :param str level: of the headings
    :return: by heading the text below it
    :rtype: dict[str, str]
    """
    _head, *parts = re.split(rf"^{level} ", PAGE.read_text(), flags=re.MULTILINE)
    return dict(part.split("\n", 1) for part in parts)


def read_table(text, *columns):
    """Return the rows of the table with these columns, if the text has it.

    :param str text: Markdown
    :param columns: its headings
    :rtype: list[list[str]]
    """
    _before, found, after = text.partition(f"| {' | '.join(columns)} |\n")
    rows = []
    for line in after.splitlines()[1:] if found else ():
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|\n").split(" | ")])
    return rows


class ExamplesMixin:
    """Runs the code of the page, as whoever copies it: with keys, over HTTP."""

    def _make_key(self, user):
        """Return an API key of a user.

        :rtype: str
        """
        keys = self.env["res.users.apikeys"].with_user(user)
        # In sudo mode because how long a key of theirs may last is no matter here.
        return keys.sudo()._generate(
            "rpc", "A program", datetime.now() + timedelta(days=36500)
        )

    def _get_environment(self, **users):
        """Return the variables that the page asks for.

        :param users: by role
        :rtype: dict[str, str]
        """
        self.env.flush_all()
        variables = {
            "SUPPORT_URL": f"http://127.0.0.1:{self.http_port()}",
            "SUPPORT_DATABASE": self.env.cr.dbname,
        }
        for role, user in users.items():
            variables[f"SUPPORT_{role.upper()}"] = user.login
            variables[f"SUPPORT_{role.upper()}_KEY"] = self._make_key(user)
        self.env.flush_all()
        return variables

    def _run_code(self, text, variables, scope):
        """Run the blocks of a text one after the other, and compare what they print.

        :param str text: Markdown
        :param dict variables: of the environment
        :param dict scope: names that the blocks see and make
        :return: how many there were
        :rtype: int
        """
        blocks = CODE.findall(text)
        count = 0
        for index, (kind, code) in enumerate(blocks):
            if kind != "python":
                continue
            printed = io.StringIO()
            with (
                patch.dict(os.environ, variables),
                contextlib.redirect_stdout(printed),
                mute_logger(*LOGGERS),
                self.allow_requests(all_requests=True),
            ):
                exec(compile(code, f"{PAGE.name}, block {index}", "exec"), scope)
            after = blocks[index + 1] if index + 1 < len(blocks) else ("", "")
            expected = after[1] if after[0] == "text" else ""
            self.assertEqual(printed.getvalue(), expected, code)
            count += 1
        return count
