# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Compares a former desk with what was taken of it, row by row.

By SQL in both databases; the format in which it moved is not looked at.
Usage: check.py OLD NEW enterprise|oca
"""

import re
import sys

import psycopg2

TAG = re.compile(r"<[^>]+>")
# What a result may be where the former desk says nothing of it
UNTOLD = {"none", "not_applicable", "ongoing", "missed", None}
OLD = {
    "enterprise": {
        "number": "t.ticket_ref",
        "closed": "s.fold",
        "closed_at": "t.close_date",
        "stage": "helpdesk_stage",
        "tags": ("helpdesk_tag", "helpdesk_tag_helpdesk_ticket_rel", "helpdesk_tag_id"),
        "team": "helpdesk_team",
    },
    "oca": {
        "number": "t.number",
        "closed": "s.closed",
        "closed_at": "t.closed_date",
        "stage": "helpdesk_ticket_stage",
        "tags": (
            "helpdesk_ticket_tag",
            "helpdesk_ticket_helpdesk_ticket_tag_rel",
            "helpdesk_ticket_tag_id",
        ),
        "team": "helpdesk_ticket_team",
    },
}
NEW = {**OLD["oca"], "join": "JOIN support_move_link k ON k.ticket_id = t.id"}


def tell(alias):
    """Return the name of something, translated or not."""
    name = f"to_jsonb({alias}.name)"
    return f"COALESCE({name} ->> 'en_US', {name} #>> '{{}}')"


def get_queries(names, filed, key):
    """Return what is compared: each a query of rows that begin with the old id.

    :param dict names: of tables and columns
    :param str filed: when a ticket was
    :param str key: the id of a ticket in the former desk
    """
    tags, rel, tag = names["tags"]
    join = names.get("join", "")
    ticket = f"FROM helpdesk_ticket t {join}"
    return {
        "tickets": f"""
            SELECT {key}, {names["number"]}, t.name, t.description, t.active,
                   date_trunc('second', {filed}), {names["closed"]},
                   CASE WHEN {names["closed"]} THEN {names["closed_at"]} END,
                   {tell("s")}, {tell("f")}, p.name, c.name, u.name,
                   (SELECT array_agg({tell("g")} ORDER BY g.id) FROM {rel} r
                      JOIN {tags} g ON g.id = r.{tag}
                     WHERE r.helpdesk_ticket_id = t.id)
            {ticket} JOIN {names["stage"]} s ON s.id = t.stage_id
            LEFT JOIN {names["team"]} f ON f.id = t.team_id
            LEFT JOIN res_partner p ON p.id = t.partner_id
            LEFT JOIN res_partner c ON c.id = p.parent_id
            LEFT JOIN res_users v ON v.id = t.user_id
            LEFT JOIN res_partner u ON u.id = v.partner_id""",
        "messages": f"""
            SELECT {key}, m.date, p.name, m.body, m.message_type, m.message_id,
                   COALESCE(m.is_internal, FALSE)
            {ticket} JOIN mail_message m
                  ON m.model = 'helpdesk.ticket' AND m.res_id = t.id
            LEFT JOIN res_partner p ON p.id = m.author_id""",
        "files": f"""
            SELECT {key}, a.name, a.checksum
            {ticket} JOIN ir_attachment a
                  ON a.res_model = 'helpdesk.ticket' AND a.res_id = t.id
                 AND a.res_field IS NULL""",
    }


TIMES = """
    SELECT {key}, l.name, l.date, l.unit_amount, p.name
      FROM helpdesk_ticket t {join}
      JOIN account_analytic_line l ON l.{link} = t.id
      JOIN res_users u ON u.id = l.user_id JOIN res_partner p ON p.id = u.partner_id"""


def fetch(database, query):
    """Return rows as text, whatever a name is made of, in their order."""
    with psycopg2.connect(dbname=database) as connection, connection.cursor() as cr:
        cr.execute(query)
        return sorted(
            tuple(
                TAG.sub("", value) if isinstance(value, str) else value for value in row
            )
            for row in cr.fetchall()
        )


def main():
    old, new, kind = sys.argv[1:4]
    olds = get_queries(OLD[kind], "t.create_date", "t.id::text")
    news = get_queries(NEW, "t.filed_at", "k.external_id")
    if kind == "enterprise":
        olds["times"] = TIMES.format(
            key="t.id::text", join="", link="helpdesk_ticket_id"
        )
        news["times"] = TIMES.format(
            key="k.external_id", join=NEW["join"], link="ticket_id"
        )
    wrong = 0
    for name, query in olds.items():
        before, after = fetch(old, query), fetch(new, news[name])
        missing = [row for row in before if row not in after]
        more = [row for row in after if row not in before]
        print(f"{name}: {len(before)}, {len(missing)} missing, {len(more)} too many")
        for sign, row in [("-", row) for row in missing[:3]] + [
            ("+", row) for row in more[:3]
        ]:
            print(f"  {sign} {row}")
        wrong += len(missing) + len(more)
    wrong += check_results(old, new, kind)
    sys.exit(bool(wrong))


def check_results(old, new, kind):
    """Return how many promises ended otherwise, or are kept though nobody said so."""
    told = {}
    if kind == "enterprise":
        told = dict(
            fetch(
                old,
                """SELECT t.id::text, x.status FROM helpdesk_sla_status x
                     JOIN helpdesk_ticket t ON t.id = x.ticket_id
                     JOIN helpdesk_stage s ON s.id = t.stage_id AND s.fold
                    WHERE x.reached_datetime IS NOT NULL""",
            )
        )
    words = {"reached": {"met"}, "failed": {"missed"}}
    found = dict(
        fetch(
            new,
            f"""SELECT k.external_id, COALESCE(t.resolution_state, 'none')
                  FROM helpdesk_ticket t {NEW["join"]}""",
        )
    )
    wrong = {
        ticket: (told.get(ticket), state)
        for ticket, state in found.items()
        if state not in words.get(told.get(ticket), UNTOLD)
    }
    print(f"promises told: {len(told)}, {len(wrong)} wrong {list(wrong.items())[:3]}")
    return len(wrong)


main()
