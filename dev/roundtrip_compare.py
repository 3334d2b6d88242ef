# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Compares two files of a desk, but for the ids that each database gives.

Usage: roundtrip_compare.py BEFORE AFTER
"""

import hashlib
import json
import re
import sys
from collections import Counter
from pathlib import Path

SHOWN = 3  # of each kind of difference
REFERENCES = ("duplicate_of", "follows", "split_from")
QUESTIONS = ("asked", "moved")
PICTURE = re.compile(r"cid:([\w-]+)")
RECORD = re.compile(r"/web/(image|content)/\d+")
# What is customers' is cleaned again: where a text may stand, and space around it
STYLE = re.compile(r' (?:style|class)="[^"]*"')
# Events that follow there from what stays behind: quotations and tasks, known bugs,
# changes, what was in a customer's code
STAYING = {"conversion", "upstream_bug", "change_consent", "out_of_scope"}
ROBOT = "OdooBot"


def read_tickets(path):
    """Return the tickets of a file by number, in which ids are names.

    :rtype: dict[str, dict]
    """
    with Path(path).open("rb") as stream:
        next(stream)
        tickets = [json.loads(line) for line in stream]
    numbers = {ticket["id"]: ticket["number"] for ticket in tickets}
    return {ticket["number"]: name_ids(ticket, numbers) for ticket in tickets}


def name_ids(ticket, numbers):
    """Return a ticket in which nothing is an id."""
    del ticket["id"]
    for key in REFERENCES:
        if key in ticket:
            ticket[key] = numbers[ticket[key]]
    messages = ticket.get("messages", [])
    messages.sort(key=lambda m: (m["at"], m.get("message_id", "")))
    places = {m.pop("id"): m.get("message_id", str(m)) for m in messages}
    for event in ticket.get("events", ()):
        if event["kind"] in QUESTIONS:
            event["cause"] = places.get(event.get("cause"), event.get("cause"))
    for holder, key in ((ticket, "description"), *((m, "body") for m in messages)):
        names = {}
        for file in holder.get("files", ()):
            names[file.pop("id")] = file["name"]
            file["data"] = hashlib.sha1(file["data"].encode()).hexdigest()
        holder.get("files", []).sort(key=str)
        if key in holder:
            text = PICTURE.sub(
                lambda match, names=names: f"cid:{names.get(match[1], match[1])}",
                holder[key],
            )
            text = STYLE.sub("", RECORD.sub(r"/web/\1/N", text))
            holder[key] = " ".join(text.split())
    for entry in ticket.get("times", ()):
        del entry["id"]
    for key in ("times", "followers", "tags", "ratings"):
        ticket.get(key, []).sort(key=str)
    return ticket


def explain(before, after):
    """Return why a ticket differs on purpose, having made both tickets agree on that.

    :param dict before: what went out
    :param dict after: what came back; both are changed
    :rtype: list[str]
    """
    reasons = []

    def agree(reason, key):
        if before.get(key) != after.get(key):
            reasons.append(reason)
            before.pop(key, None)
            after.pop(key, None)

    if before.get("assignee", {}).get("name") == ROBOT:
        agree("nothing is assigned to a robot", "assignee")
    if before.get("closed") and "closed_at" not in before:
        agree("closed, and nobody knew when", "closed_at")
    if "hold" not in before:
        agree("in a stage that waits, without its reason", "hold")
    filed_at = before["filed_at"]
    events = before.get("events", ())
    told = [get_key(event) for event in events]
    if any(event["at"] < filed_at for event in events):
        agree("its log began before it was filed", "events")
    new = [e for e in after.get("events", ()) if get_key(e) not in told]
    causes = {event.get("cause") for event in new}
    if causes and causes <= STAYING:
        agree("what it waited for, or became, stays behind", "events")
        agree("what it waited for, or became, stays behind", "results")
    elif causes == {"archived"} and before.get("archived"):
        agree("archived, and its log did not say so", "events")
    elif {event["kind"] for event in new} <= {"noticed", "resume"} and new:
        agree("it went on meanwhile: a notice was due, or a hold ended", "events")
        agree("it went on meanwhile: a notice was due, or a hold ended", "hold")
    return reasons


def get_key(event):
    return event["at"], event["kind"], event.get("cause")


def compare(before, after, place=""):
    """Return where two values differ.

    :rtype: Iterator[tuple[str, object, object]]
    """
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from compare(before.get(key), after.get(key), f"{place}.{key}")
    elif (
        isinstance(before, list)
        and isinstance(after, list)
        and len(before) == len(after)
    ):
        for one, other in zip(before, after, strict=True):
            yield from compare(one, other, f"{place}[]")
    elif before != after:
        yield place, before, after


def main():
    before, after = map(read_tickets, sys.argv[1:3])
    counts, explained = Counter(), Counter()
    for number in before.keys() & after.keys():
        explained.update(set(explain(before[number], after[number])))
    for number in sorted({*before, *after}):
        for place, one, other in compare(before.get(number), after.get(number)):
            counts[place] += 1
            if counts[place] <= SHOWN:
                print(f"{number}{place}:\n  - {str(one)[:600]}\n  + {str(other)[:600]}")
    messages = sum(len(ticket.get("messages", ())) for ticket in before.values())
    print(f"{len(before)} tickets, {messages} messages: {counts.total()} differences")
    for place, count in counts.most_common():
        print(f"{count:6} {place or 'a whole ticket'}")
    print("On purpose, tickets:")
    for reason, count in explained.most_common():
        print(f"{count:6} {reason}")
    sys.exit(bool(counts))


main()
