# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Checks that the comparison finds what is changed: spoils a copy, and compares.

Usage: spoil.py BEFORE COPY, where COPY is compared equal and may be thrown away.
Ends with 1 if one of the changes goes unnoticed.
"""

import sys

import psycopg2
from compare import compare

# What is done, and how the sentence about it starts.
CHANGES = (
    (
        "DELETE FROM support_ticket_event"
        " WHERE id = (SELECT max(id) FROM support_ticket_event"
        " WHERE kind != 'asked') RETURNING id",
        "support_ticket_event {}: gone",
    ),
    (
        "UPDATE helpdesk_ticket SET response_hours = response_hours + 0.01"
        " WHERE id = (SELECT max(id) FROM helpdesk_ticket) RETURNING id",
        "helpdesk_ticket {}: response_hours was",
    ),
    (
        "UPDATE mail_message SET body = body || '.' WHERE id = (SELECT max(id)"
        " FROM mail_message WHERE model = 'helpdesk.ticket') RETURNING id",
        "mail_message {}: body was",
    ),
    (
        "INSERT INTO support_conversion (ticket_id, action, origin, converted_at)"
        " SELECT max(id), 'project', 'spoil', now() FROM helpdesk_ticket RETURNING id",
        "support_conversion {}: new",
    ),
    (
        "DELETE FROM helpdesk_ticket_sale_order_rel WHERE ctid ="
        " (SELECT min(ctid) FROM helpdesk_ticket_sale_order_rel)"
        " RETURNING ROW(helpdesk_ticket_id, sale_order_id)::text",
        "helpdesk_ticket_sale_order_rel {}: gone",
    ),
    (
        "ALTER TABLE support_plan DROP COLUMN promise",
        "support_plan: columns that are gone: promise",
    ),
    (
        "DROP TABLE support_ticket_timer",
        "support_ticket_timer: the table is gone",
    ),
    (
        "ALTER TABLE support_charter_acceptance"
        " DROP CONSTRAINT support_charter_acceptance_person_uniq",
        "support_charter_acceptance support_charter_acceptance_person_uniq: was",
    ),
)


def main():
    before, copy = sys.argv[1:3]
    expected = []
    connection = psycopg2.connect(dbname=copy)
    with connection, connection.cursor() as cr:
        for query, sentence in CHANGES:
            cr.execute(query)
            expected.append(sentence.format(*(cr.fetchone() if cr.description else ())))
    connection.close()
    found = compare(before, copy)
    unnoticed = [
        sentence
        for sentence in expected
        if not any(line.startswith(sentence) for line in found)
    ]
    for sentence in unnoticed:
        print(f"Changed on purpose, and not noticed: {sentence}")
    sys.exit(bool(unnoticed))


if __name__ == "__main__":
    main()
