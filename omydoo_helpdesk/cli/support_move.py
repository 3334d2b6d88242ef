# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import getpass
import json
import os
import sys
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from odoo.api import Environment
from odoo.cli.command import Command
from odoo.exceptions import AccessError, UserError
from odoo.modules.registry import Registry
from odoo.tools import config

NAMED = 50  # of those kept back, without a report
KEY = "SUPPORT_MOVE_KEY"  # never on the command line, which everybody here reads
APP_KEY = "SUPPORT_MOVE_APP_KEY"
ODOO_WAYS = ("xmlrpc", "json2")
ZAMMAD, GLPI = "zammad", "glpi"


class SupportMove(Command):
    """Move a desk: in, from a file; out, into one; or read another desk into one."""

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
        self._add_reader(
            commands.add_parser("read", help="write another desk into a file")
        )
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
        add("address", help="of the other desk, as https://odoo.example.com")
        add("file", type=Path, help="the file to write")
        add(
            "--way",
            choices=[*ODOO_WAYS, ZAMMAD, GLPI],
            default="xmlrpc",
            help="how it is asked: another Odoo by json2 from 19 on",
        )
        add("--remote-database", default="", help="of the other Odoo")
        add("--remote-user", default="", help="login there, for xmlrpc")
        add("--time-zone", help="of the moments of GLPI, as Europe/Paris")
        add("--minutes", type=float, help="in a unit of Zammad's time accounting")
        parser.epilog = (
            f"The key, the token or the password is in {KEY}; else it is asked for. "
            f"What GLPI calls App-Token is in {APP_KEY}. "
            "Cut off and run again, it goes on where it was."
        )

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
        """Write another desk into a file; no database here is opened."""
        # pylint: disable=odoo-addons-relative-import
        from odoo.addons.omydoo_helpdesk.tools import desk_format, desk_reader
        from odoo.addons.omydoo_helpdesk.tools.remote_odoo import RemoteError

        source = options.address.rstrip("/")
        if options.way in ODOO_WAYS:
            if not options.remote_database:
                self.parser.error("name the other Odoo's database: --remote-database")
            source = f"{source}:{options.remote_database}"
        unfinished = options.file.with_name(f"{options.file.name}.part")
        try:
            zone = self._get_zone(options)
            key = os.environ.get(KEY) or getpass.getpass("Key: ")
            with self._open_desk(options, key, zone) as desk:
                # What is there already stays: cut off, it goes on.
                unfinished.touch()
                with unfinished.open("r+b") as stream:
                    known = desk_reader.read_written(stream, source)
                    if known is None:
                        header = desk_format.write_header(source, stages=desk.stages)
                        stream.write(header)
                    number = len(known or ())
                    for ticket in desk.read_tickets(known or ()):
                        stream.write(desk_format.write_line(ticket))
                        stream.flush()
                        number += 1
        except (OSError, ValueError, RemoteError) as error:
            self.parser.error(str(error))
        unfinished.replace(options.file)
        sys.stdout.write(f"Tickets read: {number}\n")

    def _get_zone(self, options):
        """Return the zone of the moments and days of the other desk.

        :rtype: tzinfo
        :raise ValueError: if it is not known, and has to be
        """
        if not options.time_zone:
            if options.way == GLPI:
                raise ValueError(
                    "GLPI does not say of which zone its moments are: --time-zone"
                )
            return UTC
        try:
            return ZoneInfo(options.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{options.time_zone} is no time zone") from error

    @contextmanager
    def _open_desk(self, options, key, zone):
        """Open another desk to be read.

        :return: what reads it
        """
        # pylint: disable=odoo-addons-relative-import
        from odoo.addons.omydoo_helpdesk.tools import remote_odoo
        from odoo.addons.omydoo_helpdesk.tools.desk_from_glpi import GlpiDesk
        from odoo.addons.omydoo_helpdesk.tools.desk_from_odoo import OdooDesk
        from odoo.addons.omydoo_helpdesk.tools.desk_from_zammad import ZammadDesk

        if options.way == ZAMMAD:
            yield ZammadDesk(options.address, key, self._tell, options.minutes, zone)
        elif options.way == GLPI:
            app_key = os.environ.get(APP_KEY, "")
            desk = GlpiDesk(options.address, key, self._tell, zone, app_key)
            try:
                yield desk
            finally:
                desk.close()
        else:
            way = remote_odoo.WAYS[options.way]
            yield OdooDesk(
                way(options.address, options.remote_database, options.remote_user, key)
            )

    def _tell(self, sentence):
        """Say what is waited for, or left out."""
        sys.stderr.write(f"{sentence}\n")

    def _write(self, path, lines):
        """Write a file, which is there once it is whole.

        :param Path path: where
        :param lines: of bytes
        """
        unfinished = path.with_name(f"{path.name}.part")
        with unfinished.open("wb") as stream:
            stream.writelines(lines)
        unfinished.replace(path)
