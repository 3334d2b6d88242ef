# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import getpass
import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from odoo.api import Environment
from odoo.cli.command import Command
from odoo.exceptions import AccessError, UserError
from odoo.modules.registry import Registry
from odoo.tools import config

NAMED = 50  # of those kept back, without a report
KEY = "SUPPORT_MOVE_KEY"  # never on the command line, which everybody here reads


class SupportMove(Command):
    """Move a desk: in, from a file; out, into one; or read another Odoo's into one."""

    name = "support_move"
    epilog = """
    The file is in the format that docs/move.md of the addon tells of. Nobody is written
    to. Each batch is committed: cut off and run again it goes on, and what is here
    already stays as it is.

    Exit status: 0 if all went well, 1 if something was kept back, 2 if nothing moved.
    """

    def __init__(self):
        super().__init__()
        commands = self.parser.add_subparsers(dest="to", required=True)
        way_in = commands.add_parser("in", help="take the tickets of a file")
        way_out = commands.add_parser("out", help="write all tickets into a file")
        self._add_reader(commands.add_parser("read", help="write another Odoo's desk"))
        for parser in (way_in, way_out):
            add = parser.add_argument
            add("file", type=Path, help="the file")
            add("-c", "--config", help="the configuration file of Odoo")
            add("-d", "--database", help="by default that of the configuration")
            add("-u", "--user", default="admin", help="login of a manager of the desk")
            add("--company", help="its name; by default that of the user")
        add = way_in.add_argument
        add("--source", default="", help="what the former desk of a CSV file is called")
        add("--mapping", type=Path, help="a JSON file that says what names mean")
        add("--make", action="store_true", help="make teams, stages… that lack")
        add("--dry-run", action="store_true", help="only say what does not fit")
        add(
            "--write-mapping",
            type=Path,
            help="look only, and write there the names that nothing here has",
        )
        add("--report", type=Path, help="write there what was kept back, and why")

    def _add_reader(self, parser):
        add = parser.add_argument
        add("address", help="of the other Odoo, as https://odoo.example.com")
        add("file", type=Path, help="the file to write")
        add(
            "--way", choices=["xmlrpc", "json2"], default="xmlrpc", help="json2 from 19"
        )
        add("--remote-database", required=True, help="there")
        add("--remote-user", default="", help="login there, for xmlrpc")
        parser.epilog = f"The key, or the password, is in {KEY}; else it is asked for."

    def run(self, args):
        """Move a desk.

        :param list args: of the command line
        """
        options = self.parser.parse_args(args)
        if options.to == "read":
            self._read(options)
            sys.exit(0)
        arguments = ["--no-http"]
        for name in ("config", "database"):
            if getattr(options, name):
                arguments += [f"--{name}", getattr(options, name)]
        config.parse_config(arguments, setup_logging=True)
        names = config["db_name"]
        if len(names) != 1:
            self.parser.error("name one database, by -d")
        try:
            with self._open(names[0], options) as env:
                if options.to == "in":
                    kept = self._move_in(env, options)
                else:
                    kept = self._move_out(env, options)
        except (AccessError, UserError, OSError, ValueError) as error:
            self.parser.error(str(error))
        sys.exit(1 if kept else 0)

    @contextmanager
    def _open(self, database, options):
        """Open a database as a manager of the desk, in one company.

        :return: an environment
        """
        with Registry(database).cursor() as cr:
            users = Environment(cr, 1, {})["res.users"]
            user = users.search([("login", "=", options.user)])
            if not user:
                raise ValueError(f"there is no user {options.user}")
            company = user.company_id
            if options.company:
                company = user.company_ids.filtered(
                    lambda company: company.name == options.company
                )[:1]
                if not company:
                    raise ValueError(f"{options.user} has no company {options.company}")
            context = {"lang": user.lang, "allowed_company_ids": company.ids}
            yield Environment(cr, user.id, context)

    def _move_in(self, env, options):
        """Take the tickets of a file.

        :return: how many were kept back
        :rtype: int
        """
        # Imported once the registry is there: this file is loaded outside the addon, so
        # that no relative import finds it.
        # pylint: disable=odoo-addons-relative-import
        from odoo.addons.omydoo_helpdesk.tools.desk_run import PLURALS, parse_mapping

        links = env["support.move.link"]
        text = options.mapping.read_text() if options.mapping else "{}"
        with options.file.open("rb") as stream:
            run = links._open_run(
                stream,
                source=options.source,
                mapping=parse_mapping(json.loads(text)),
                makes=options.make,
                dry=options.dry_run or bool(options.write_mapping),
            )
            links._move_in(stream, run)
        if options.write_mapping:
            lacking = {
                PLURALS[kind]: dict.fromkeys(sorted(names))
                for kind, names in run.lacking.items()
            }
            text = json.dumps(lacking, ensure_ascii=False, indent=2)
            options.write_mapping.write_text(f"{text}\n")
        sys.stdout.writelines(f"{line}\n" for line in links._get_report(run))
        rows = [f"{line}\t{name}\t{reason}\n" for line, name, reason in run.kept]
        if options.report:
            options.report.write_text("".join(rows))
        else:
            sys.stdout.writelines(rows[:NAMED])
        return run.counts["kept"]

    def _move_out(self, env, options):
        """Write all tickets into a file.

        :return: 0
        :rtype: int
        """
        self._write(options.file, env["helpdesk.ticket"]._move_out())
        return 0

    def _read(self, options):
        """Write the desk of another Odoo into a file; no database here is opened."""
        # pylint: disable=odoo-addons-relative-import
        from odoo.addons.omydoo_helpdesk.tools import desk_format, remote_odoo
        from odoo.addons.omydoo_helpdesk.tools.desk_from_odoo import OdooDesk

        key = os.environ.get(KEY) or getpass.getpass("Key: ")

        def write_lines():
            desk = OdooDesk(
                remote_odoo.WAYS[options.way](
                    options.address, options.remote_database, options.remote_user, key
                )
            )
            source = f"{options.address.rstrip('/')}:{options.remote_database}"
            yield desk_format.write_header(source, stages=desk.stages)
            for ticket in desk.read_tickets():
                yield desk_format.write_line(ticket)

        try:
            self._write(options.file, write_lines())
        except (OSError, remote_odoo.RemoteError) as error:
            self.parser.error(str(error))

    def _write(self, path, lines):
        """Write a file, which is there once it is whole.

        :param Path path: where
        :param lines: of bytes
        """
        unfinished = path.with_name(f"{path.name}.part")
        with unfinished.open("wb") as stream:
            stream.writelines(lines)
        unfinished.replace(path)
