# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..const import CONTEST_OPEN, CONVERSION_GROUP, MANAGER_GROUP

AGENT_GROUP = "helpdesk_mgmt.group_helpdesk_user_own"
# As the web client's lists: what is more is told as "10 000+".
DESK_COUNT_LIMIT = 10_000
TICKETS = "helpdesk.ticket"
TICKET_ACTION = "helpdesk_mgmt.helpdesk_ticket_action"
# Packs that end soon enough for their customer to be called.
PACK_DAYS = 30


class TicketMyDesk(models.Model):
    """Where the day starts: what waits for the current user, each with its list.

    Counted, never read: each figure comes from an index, up to one above a limit. What
    is counted is what the list shows, by the rights of the user.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # Of this and the next, with the company for its rule, no ticket is read to count
    # them: what is mine of 100,000, 18 → 2 ms; a column of 10,000, 16 → 3 ms.
    # What is somebody's, in the order of the list.
    _assignee_due_idx = models.Index(
        "(user_id, next_deadline, priority DESC, id) INCLUDE (company_id)"
        " WHERE active IS TRUE"
    )
    # A column of the kanban, in its order; and what is open in groups, by customer too:
    # of 40,000 open tickets among a million, 146 → 21 ms.
    _column_idx = models.Index(
        "(stage_id, next_deadline, priority DESC, id)"
        " INCLUDE (company_id, commercial_partner_id, partner_id) WHERE active IS TRUE"
    )
    # What nobody has taken, open and then by deadline.
    _untaken_idx = models.Index(
        "(team_id, stage_id, next_deadline) WHERE active IS TRUE AND user_id IS NULL"
    )
    _to_qualify_idx = models.Index(
        "(team_id, stage_id) WHERE active IS TRUE AND scope = 'to_qualify'"
    )

    # === BUSINESS METHODS === #

    @api.model
    def get_my_desk(self):
        """Return what waits for the current user: what *My Desk* shows.

        For other programs too. The domain of a tile finds exactly what it counts, for
        the same user.

        :return: ``sections``, each with its ``name``, ``title`` and ``tiles``; of a
            tile ``name``, ``title``, ``empty`` (what it says when there is nothing),
            ``level`` (``danger``, ``warning`` or ``info``), ``count`` (up to the
            limit), ``is_capped`` (whether there are more), ``model``, ``domain``,
            ``action`` (XML id of that whose list shows it) and ``note``, maybe empty.
            And ``timer``: the user's, with ``ticket_id``, ``title`` and
            ``started_at`` (naive UTC), or False; and ``start``: how many steps of the
            set-up are ``done`` of a ``total``, or False where nothing lacks and for
            who does not manage the desk
        :rtype: dict
        :raise AccessError: for who does not work at the desk
        """
        self._check_desk_group(AGENT_GROUP)
        sections = [
            {
                **section,
                "tiles": [
                    {**tile, "domain": list(Domain(tile["domain"]))}
                    for tile in section["tiles"]
                    if self.env[tile["model"]].has_access("read")
                ],
            }
            for section in self._get_my_desk_sections()
        ]
        tiles = [tile for section in sections for tile in section["tiles"]]
        for tile, count in zip(tiles, self._count_desk(tiles), strict=True):
            tile["count"] = min(count, DESK_COUNT_LIMIT)
            tile["is_capped"] = count > DESK_COUNT_LIMIT
            tile["note"] = self._get_my_desk_note(tile) if count else ""
        return {
            "sections": [section for section in sections if section["tiles"]],
            "timer": self._get_my_desk_timer(),
            "start": self.env["support.start"]._get_start_progress(),
        }

    @api.model
    def _check_desk_group(self, group):
        """Refuse who has not a right on the desk.

        :param str group: XML id of it
        :raise AccessError: otherwise
        """
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(self.env._("This is for who works at the desk."))

    @api.model
    def _count_desk(self, tiles):
        """Return how many records each tile has, up to one above the limit.

        In one statement, by the rights and rules of the current user.

        :param list tiles: each with its ``model`` and ``domain``
        :rtype: tuple[int]
        """
        if not tiles:
            return ()
        counts = [
            SQL(
                "(SELECT COUNT(*) FROM (%s) AS counted)",
                self.env[tile["model"]]
                ._search(tile["domain"], limit=DESK_COUNT_LIMIT + 1)
                .select(),
            )
            for tile in tiles
        ]
        [row] = self.env.execute_query(SQL("SELECT %s", SQL(", ").join(counts)))
        return row

    @api.model
    def _get_my_desk_domains(self):
        """Return what each tile of the agent's looks for.

        :return: by name
        :rtype: dict[str, Domain]
        """
        # By id, so that PostgreSQL can look them up.
        stages = self.env["helpdesk.ticket.stage"]._get_portal_stages()["open"]
        # A duplicate may stay in its stage, and is nobody's work any more.
        is_open = Domain("stage_id", "in", list(stages)) & Domain(
            "duplicate_id", "=", False
        )
        is_mine = Domain("user_id", "=", self.env.uid)
        is_untaken = Domain("user_id", "=", False)
        is_late = Domain("next_deadline", "<", "now")
        teams = self.env.user.helpdesk_team_ids
        # Who is in no team looks after all of those that they may read.
        is_ours = Domain("team_id", "in", teams.ids) if teams else Domain.TRUE
        return {
            "late": is_mine & is_late,
            "at_risk": is_mine
            & Domain("next_risk_at", "<=", "now")
            & Domain("next_deadline", ">=", "now"),
            "waiting": is_mine & self._get_waiting_for_us_domain() & is_open,
            "today": is_mine
            & Domain("next_deadline", ">=", "today")
            & Domain("next_deadline", "<", "today +1d"),
            "untaken": is_ours & is_untaken & is_open,
            "untaken_late": is_ours & is_untaken & is_open & is_late,
            "to_qualify": is_ours & Domain("scope", "=", "to_qualify") & is_open,
            # Of every team, and closed ones too: somebody waits for a decision.
            "contested": Domain("contest_state", "=", CONTEST_OPEN),
        }

    @api.model
    def _get_waiting_for_us_domain(self):
        """Return the tickets whose customer waits for an answer.

        :rtype: Domain
        """
        return Domain("waiting_since", "!=", False)

    @api.model
    def _get_my_desk_sections(self):
        """Return the sections of *My Desk* with their tiles, not counted yet.

        To be extended by whatever else is a day's work.

        :return: as ``get_my_desk``
        :rtype: list[dict]
        """
        domains = self._get_my_desk_domains()
        env = self.env

        def tile(name, title, empty, level="info"):
            return {
                "name": name,
                "title": title,
                "empty": empty,
                "level": level,
                "model": TICKETS,
                "domain": domains[name],
                "action": TICKET_ACTION,
            }

        mine = [
            tile("late", env._("Late"), env._("Nothing is late"), "danger"),
            tile("at_risk", env._("At risk"), env._("Nothing is at risk"), "warning"),
            tile("waiting", env._("Waiting for us"), env._("Nobody waits for you")),
            tile("today", env._("Due today"), env._("Nothing is due today")),
        ]
        teams = [
            tile("untaken", env._("Untaken"), env._("All of them are taken")),
            tile(
                "untaken_late",
                env._("Untaken and late"),
                env._("None of them is late"),
                "danger",
            ),
            tile(
                "to_qualify",
                env._("To qualify"),
                env._("All of them are qualified"),
                "warning",
            ),
        ]
        in_teams = env.user.helpdesk_team_ids
        sections = [
            {"name": "mine", "title": env._("My tickets"), "tiles": mine},
            {
                "name": "teams",
                "title": env._("My teams") if in_teams else env._("All teams"),
                "tiles": teams,
            },
        ]
        if env.user.has_group(MANAGER_GROUP):
            sections.append(
                {
                    "name": "manager",
                    "title": env._("For the manager"),
                    "tiles": [
                        tile(
                            "contested",
                            env._("Verdicts contested"),
                            env._("No customer contests a verdict"),
                            "warning",
                        )
                    ],
                }
            )
        if env.user.has_group(CONVERSION_GROUP):
            sections.append(
                {
                    "name": "conversion",
                    "title": env._("For the project manager"),
                    "tiles": self._get_conversion_tiles(),
                }
            )
        return sections

    @api.model
    def _get_conversion_tiles(self):
        """Return what waits for a project manager.

        :return: tiles, as ``_get_my_desk_sections``
        :rtype: list[dict]
        """
        env = self.env
        lines = env["sale.order.line"]
        return [
            {
                "name": "to_convert",
                "title": env._("To convert"),
                "empty": env._("Nothing was handed over to you"),
                "level": "warning",
                "model": TICKETS,
                "domain": Domain("handover_user_id", "=", env.uid),
                "action": "omydoo_helpdesk.helpdesk_ticket_to_convert_action",
            },
            {
                "name": "quotations",
                "title": env._("Quotations out"),
                "empty": env._("No customer has a quotation to answer"),
                "level": "info",
                "model": "sale.order",
                "domain": Domain("state", "=", "sent")
                & Domain("ticket_ids", "!=", False),
                "action": "sale.action_quotations",
            },
            {
                "name": "packs",
                "title": env._("Packs ending"),
                "empty": env._("No pack ends within %(days)s days", days=PACK_DAYS),
                "level": "warning",
                "model": lines._name,
                "domain": lines._get_pack_domain()
                & Domain("support_pack_end_date", ">=", "today")
                & Domain("support_pack_end_date", "<=", f"today +{PACK_DAYS}d"),
                "action": "omydoo_helpdesk.support_pack_action",
            },
            {
                "name": "changes",
                "title": env._("Changes waiting"),
                "empty": env._("No change waits for the customer or for us"),
                "level": "info",
                "model": "support.production.change",
                "domain": Domain("state", "in", ["awaiting", "agreed"]),
                "action": "omydoo_helpdesk.support_production_change_action",
            },
        ]

    @api.model
    def _get_my_desk_note(self, tile):
        """Return what a tile says besides its figure.

        :param dict tile: one that has something
        :return: maybe empty
        :rtype: str
        """
        if tile["name"] != "to_convert":
            return ""
        oldest = self.search(tile["domain"], order="handed_over_at, id", limit=1)
        if not oldest.handed_over_at:
            return ""
        at = fields.Datetime.context_timestamp(oldest, oldest.handed_over_at)
        return self.env._(
            "The oldest from %(agent)s, since %(date)s",
            agent=oldest.handover_agent_id.name,
            date=format_date(self.env, at.date()),
        )

    @api.model
    def _get_my_desk_timer(self):
        """Return the timer of the current user, if it runs.

        :return: as ``get_my_desk``
        :rtype: dict or bool
        """
        timer = self.env["support.ticket.timer"]._get_running()
        if not timer or not timer.ticket_id.has_access("read"):
            return False
        return {
            "ticket_id": timer.ticket_id.id,
            "title": timer.ticket_id.display_name,
            "started_at": fields.Datetime.to_string(timer.started_at),
        }
