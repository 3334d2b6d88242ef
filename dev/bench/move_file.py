# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Writes a desk that never was, in the format in which desks move: the same each time.

Usage: python -m bench.move_file TICKETS > FILE
"""

import base64
import json
import random
import sys
from datetime import datetime, timedelta

MESSAGES = 6
START = datetime(2023, 1, 2, 8)
WORDS = "invoice print stock order mail error field report user price tax list".split()
STAGES = (("Done", True), ("Done", True), ("Cancelled", True), ("In Progress", False))


def write_text(draw, count):
    """Return HTML of so many words."""
    return f"<p>{' '.join(draw.choices(WORDS, k=count))}</p>"


def make_ticket(draw, number):
    """Return a ticket with its messages, of which one in five has a file."""
    filed_at = START + timedelta(hours=2 * number)
    stage, is_closed = draw.choice(STAGES)
    firm, person = draw.randrange(300), draw.randrange(3)
    customer = {
        "name": f"Person {firm}-{person}",
        "email": f"p{person}@firm{firm}.example.com",
        "company": f"Firm {firm}",
    }
    agent = {"name": "Administrator", "email": "admin"}
    messages = []
    for index in range(MESSAGES):
        is_ours = index % 2 == 0
        messages.append(
            {
                "id": f"{number}-{index}",
                "at": (filed_at + timedelta(hours=index + 1)).isoformat(),
                "kind": "note" if index == 4 else "reply",
                "by": "desk" if is_ours else "customer",
                "author": agent if is_ours else customer,
                "body": write_text(draw, 60),
            }
        )
    if number % 5 == 0:
        data = base64.b64encode(draw.randbytes(20_000)).decode()
        messages[1]["files"] = [{"name": "screen.bin", "data": data}]
    return {
        "id": str(number),
        "number": f"OLD{number:06}",
        "title": " ".join(draw.choices(WORDS, k=5)),
        "description": write_text(draw, 80),
        "customer": customer,
        "stage": stage,
        "priority": draw.choice(["low", "normal", "high"]),
        "filed_at": filed_at.isoformat(),
        "closed": is_closed,
        "closed_at": (filed_at + timedelta(hours=9)).isoformat() if is_closed else None,
        "assignee": agent,
        "messages": messages,
    }


def main(count):
    """Write a file of so many tickets."""
    draw = random.Random(2026)
    head = {"format": "support-desk", "version": 1, "source": "bench"}
    sys.stdout.write(f"{json.dumps(head)}\n")
    for number in range(1, count + 1):
        sys.stdout.write(f"{json.dumps(make_ticket(draw, number))}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
