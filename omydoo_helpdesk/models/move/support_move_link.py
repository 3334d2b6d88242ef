# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import time

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import mute_logger

from ...const import MANAGER_GROUP
from ...tools import desk_csv, desk_format
from ...tools.desk_format import FormatError
from ...tools.desk_run import Misfit, Run

# Tickets of one transaction, and bytes: whichever is reached first.
BATCH = 100
BATCH_BYTES = 8 * 1024 * 1024

_logger = logging.getLogger(__name__)


class SupportMoveLink(models.Model):
    """Which ticket of another desk a ticket here is, so that none is taken twice.

    A file is read line by line and taken in batches, each committed with all that
    belongs to its tickets: what was killed goes on where it was, and what is run again
    changes nothing. A line that does not fit keeps back itself only.
    """

    _name = "support.move.link"
    _description = "Moved Ticket"
    _order = "id"
    _rec_name = "external_id"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    source = fields.Char(
        string="Former Desk", required=True, readonly=True, help="As the file calls it."
    )
    external_id = fields.Char(
        string="Ticket There", required=True, readonly=True, help="Its id in the file."
    )
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )

    _external_uniq = models.Constraint(
        "UNIQUE (company_id, source, external_id)",
        "This ticket has moved here already.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _check_may_move(self):
        """Check that the user may move a desk, in or out.

        :raise AccessError: if they are no manager of the desk
        """
        if not self.env.su and not self.env.user.has_group(MANAGER_GROUP):
            raise AccessError(
                self.env._("Only a manager of the desk moves it, in or out.")
            )

    @api.model
    def _open_run(self, stream, *, source="", **options):
        """Return a run over a file, once its first line is read.

        :param stream: binary, at its start
        :param str source: what a CSV file is called, which cannot say so itself
        :param options: of ``Run``
        :rtype: Run
        :raise UserError: if it is no file of the format
        """
        head = stream.readline(desk_format.MAX_LINE)
        stream.seek(0)
        if not head.lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
            if not source:
                raise UserError(
                    self.env._(
                        "Give the former desk a name: a CSV file does not say which "
                        "one it comes from."
                    )
                )
            try:
                next(iter(desk_csv.read_csv(stream)), None)
            except FormatError as error:
                raise UserError(self._get_format_sentence(error)) from error
            stream.seek(0)
            return Run(source=source, **options)
        try:
            header = desk_format.parse_header(head)
        except FormatError as error:
            raise UserError(self._get_format_sentence(error)) from error
        if header["source"] == self.env["helpdesk.ticket"]._get_move_source():
            raise UserError(
                self.env._("This file comes from this very desk: it is all here.")
            )
        return Run(source=header["source"], header=header, **options)

    @api.model
    def _move_in(self, stream, run, seconds=None, commit=True):
        """Take the tickets of a file, or look at what does not fit.

        :param stream: binary, which can be read from anywhere
        :param Run run: of this file; has the report afterwards
        :param float seconds: after which to stop, at the end of a batch; run again it
            goes on
        :param bool commit: whether each batch is committed
        :return: whether all was read
        :rtype: bool
        :raise AccessError: if the user is no manager of the desk
        """
        self._check_may_move()
        # In sudo mode because the user was checked: contacts, employees and the log of
        # a ticket are not a manager's to write. Whatever is looked for is looked for in
        # the user's company.
        engine = self.sudo()
        end = seconds and time.monotonic() + seconds

        def is_over():
            # Not before something new was taken: a run that only finds what is here
            # already would never come further.
            return end and run.counts["taken"] and time.monotonic() > end

        for batch in engine._read_batches(stream, run):
            engine._take_batch(run, batch)
            engine._end_batch(run, commit)
            if is_over():
                return False
        while run.later:
            waiting, run.later = run.later, []
            before = run.counts["taken"]
            for batch in engine._read_again(stream, waiting):
                engine._take_batch(run, batch)
                engine._end_batch(run, commit)
                if is_over():
                    return False
            if run.counts["taken"] == before:
                # What they name is not in the file, or was kept back.
                for batch in engine._read_again(stream, run.later):
                    engine._take_batch(run, batch, alone=True)
                    engine._end_batch(run, commit)
                break
        run.done = True
        return True

    @api.model
    def _end_batch(self, run, commit):
        if run.dry or not commit:
            self.env.flush_all()
        else:
            # Outside of a job this commits, and nothing else.
            self.env["ir.cron"]._commit_progress()
        # Nothing is kept in memory of what is done.
        self.env.invalidate_all()

    # === READING === #

    @api.model
    def _read_batches(self, stream, run):
        """Return the tickets of a file, batch by batch; those not in the format kept.

        :return: for each ticket its position, line and values
        :rtype: Iterator[list[tuple[int, int, dict]]]
        """
        seen = set()
        batch, size = [], 0
        for position, number, line in self._read_rows(stream, run):
            try:
                if isinstance(line, FormatError):
                    raise line
                ticket = desk_format.parse_ticket(line)
                key = hash(ticket["id"])
                if key in seen:
                    raise FormatError("twice", "id")
                seen.add(key)
            except FormatError as error:
                run.counts["read"] += 1
                run.keep(number, "", self._get_format_sentence(error))
                continue
            run.counts["read"] += 1
            batch.append((position, number, ticket))
            size += len(line)
            if len(batch) >= BATCH or size >= BATCH_BYTES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    @api.model
    def _read_rows(self, stream, run):
        stream.seek(0)
        if not run.header:
            for number, line in desk_csv.read_csv(stream):
                yield 0, number, line
            return
        for position, number, line in desk_format.read_lines(stream):
            if number > 1:
                yield position, number, line

    @api.model
    def _read_again(self, stream, places):
        """Return tickets of a file that were read before, batch by batch.

        :param list places: position and line of each
        """
        for start in range(0, len(places), BATCH):
            batch = []
            for position, number in places[start : start + BATCH]:
                stream.seek(position)
                line = stream.readline(desk_format.MAX_LINE + 1)
                batch.append((position, number, desk_format.parse_ticket(line)))
            yield batch

    # === TAKING === #

    @api.model
    def _take_batch(self, run, batch, alone=False):
        """Take some tickets, each with all that belongs to it.

        :param Run run: of this file
        :param list batch: position, line and values of each ticket
        :param bool alone: whether those are taken too that name a ticket which is not
            here
        """
        known = self._find_known(run, batch)
        works = []
        for position, number, ticket in batch:
            if ticket["id"] in known:
                run.counts["known"] += 1
                continue
            others = {
                name: ticket[name]
                for name in desk_format.REFERENCES
                if name in ticket and ticket[name] not in known
            }
            if others and not alone and not run.dry:
                run.later.append((position, number))
                continue
            for name in others if not run.dry else ():
                run.note(
                    number,
                    ticket["id"],
                    self.env._(
                        "The ticket “%(other)s” that it names is not here.",
                        other=ticket.pop(name),
                    ),
                )
            links = {
                name: known[ticket[name]]
                for name in desk_format.REFERENCES
                if ticket.get(name) in known
            }
            run.missed = []
            try:
                work = self.env["helpdesk.ticket"]._prepare_move(
                    run, number, ticket, links
                )
            except Misfit as misfit:
                run.missed.append(str(misfit))
            if run.missed:
                run.keep(number, ticket["id"], " ".join(run.missed))
                continue
            works.append((number, ticket, work))
        if run.dry:
            run.counts["fit"] += len(works)
        elif works:
            self._make_tickets(run, works)

    @api.model
    def _find_known(self, run, batch):
        """Return the tickets here that some of the file are, or name.

        :rtype: dict[str, int]
        """
        if not run.dry:
            # Whoever reads the same file at the same time waits, and finds ours.
            self.env.cr.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s))",
                [f"support.move {self.env.company.id} {run.source}"],
            )
        names = {
            ticket[name]
            for _position, _number, ticket in batch
            for name in ("id", *desk_format.REFERENCES)
            if name in ticket
        }
        links = self.search_fetch(
            Domain("company_id", "=", self.env.company.id)
            & Domain("source", "=", run.source)
            & Domain("external_id", "in", list(names)),
            ["external_id", "ticket_id"],
        )
        return {link.external_id: link.ticket_id.id for link in links}

    @api.model
    def _make_tickets(self, run, works):
        """Make tickets at once, or, if one of them is refused, one by one.

        :param list works: line, ticket of the file and what is made of it
        """
        before = run.counts.copy()
        kept = len(run.kept)
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self._make_tickets_at_once(run, works)
            return
        except psycopg2.OperationalError:
            raise  # another transaction was first: all is tried again
        except (
            AccessError,
            UserError,
            ValidationError,
            ValueError,
            TypeError,
        ) as error:
            refusal = error
        except psycopg2.Error as error:
            refusal = error
        self.env.invalidate_all()
        run.counts = before
        del run.kept[kept:]
        if len(works) > 1:
            for work in works:
                self._make_tickets(run, [work])
            return
        number, ticket, _work = works[0]
        _logger.info("Line %s was kept back", number, exc_info=refusal)
        run.keep(
            number,
            ticket["id"],
            self.env._("Refused: %(reason)s", reason=str(refusal).strip()[:500]),
        )

    @api.model
    def _make_tickets_at_once(self, run, works):
        tickets = self.env["helpdesk.ticket"]._make_moved(run, works)
        self.create(
            [
                {
                    "company_id": self.env.company.id,
                    "source": run.source,
                    "external_id": ticket["id"],
                    "ticket_id": record.id,
                }
                for record, (_number, ticket, _work) in zip(tickets, works, strict=True)
            ]
        )
        self.env.flush_all()
        run.counts["taken"] += len(tickets)

    @api.model
    def _find_moved(self, source):
        """Return what came from another desk.

        :param str source: as the file calls it
        :rtype: recordset of helpdesk.ticket
        """
        return self.search(
            Domain("company_id", "=", self.env.company.id)
            & Domain("source", "=", source)
        ).ticket_id

    # === WORDS === #

    @api.model
    def _get_format_sentence(self, error):
        """Return in words why a line is not in the format.

        :param FormatError error: as raised
        :rtype: str
        """
        place = error.where
        sentences = {
            "json": self.env._("The line is no JSON."),
            "object": self.env._("“%(place)s” is no structure.", place=place),
            "list": self.env._("“%(place)s” is no list.", place=place),
            "missing": self.env._("“%(place)s” is missing.", place=place),
            "unknown": self.env._("“%(place)s” is no key of the format.", place=place),
            "choice": self.env._(
                "“%(place)s” is none of the words of the format.", place=place
            ),
            "long": self.env._("“%(place)s” is too long.", place=place or "…"),
            "format": self.env._("This is no file of a desk: see the manual."),
            "version": self.env._("The file is of another version of the format."),
            "twice": self.env._("A ticket with this id comes earlier in the file."),
            "columns": self.env._(
                "These columns are missing or not known: %(names)s.", names=place
            ),
            desk_format.MOMENT: self.env._(
                "“%(place)s” is no moment, as 2026-06-01T08:00:00Z.", place=place
            ),
            desk_format.DAY: self.env._(
                "“%(place)s” is no day, as 2026-06-01.", place=place
            ),
            desk_format.NUMBER: self.env._("“%(place)s” is no number.", place=place),
            desk_format.FLAG: self.env._(
                "“%(place)s” is neither true nor false.", place=place
            ),
            desk_format.DATA: self.env._("“%(place)s” is no base64.", place=place),
        }
        return sentences.get(error.code) or self.env._(
            "“%(place)s” is no text.", place=place
        )

    @api.model
    def _get_report(self, run):
        """Return in words what a run did.

        :param Run run: as given to ``_move_in``
        :return: sentences, the most important first
        :rtype: list[str]
        """
        counts = run.counts
        lines = [self.env._("Tickets read: %(count)s", count=counts["read"])]
        if run.dry:
            lines.append(self.env._("Would be taken: %(count)s", count=counts["fit"]))
        else:
            lines.append(self.env._("Taken: %(count)s", count=counts["taken"]))
        lines.append(self.env._("Here already: %(count)s", count=counts["known"]))
        lines.append(self.env._("Kept back: %(count)s", count=counts["kept"]))
        more = {
            "messages": self.env._("Messages: %(count)s", count=counts["messages"]),
            "files": self.env._("Files: %(count)s", count=counts["files"]),
            "times": self.env._("Time entries: %(count)s", count=counts["times"]),
            "events": self.env._("Events: %(count)s", count=counts["events"]),
            "incomplete": self.env._(
                "Results that the history does not tell: %(count)s",
                count=counts["incomplete"],
            ),
            "left_out": self.env._("Left out: %(count)s", count=counts["left_out"]),
            "made_customer": self.env._(
                "New contacts: %(count)s", count=counts["made_customer"]
            ),
            "made_team": self.env._("New teams: %(count)s", count=counts["made_team"]),
            "made_stage": self.env._(
                "New stages: %(count)s", count=counts["made_stage"]
            ),
            "made_category": self.env._(
                "New categories: %(count)s", count=counts["made_category"]
            ),
        }
        return lines + [line for name, line in more.items() if counts[name]]
