# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The figures that are kept in the repository, so that a change for the worse is seen.

A line for each row of each run, with the day and the commit; of each row the last runs,
all the others are in the history of the file.
"""

import csv
import subprocess
from datetime import date
from itertools import groupby
from pathlib import Path

PATH = Path(__file__).with_name("figures.csv")
KEPT = 5  # runs of a row
COLUMNS = (
    "part",
    "row",
    "date",
    "commit",
    "tickets",
    "base_statements",
    "statements",
    "base_ms",
    "ms",
    "ratio",
    "goal",
    "met",
)
# A machine that does something else as well is slower; beside the base less so.
NOISE = 1.3
NOISE_ALONE = 2
# What is compared of a row; of an amount, memory or bytes, the ratio alone is kept.
MEASURES = ("seconds", "amount")
LEAST_MS = 1  # less is no time to speak of


def get_lines(part, results, goals, tickets):
    """Return what is kept of a part.

    :param str part: its name
    :param dict results: by row and side the figures
    :param list goals: as ``report.Goal``
    :param int tickets: how many are read from
    :return: by column, as text
    :rtype: list[dict]
    """
    lines = []
    commit = _get_commit()
    for row, sides in results.items():
        base, ours = sides.get("without"), sides.get("with")
        measure = next((name for name in MEASURES if name in (ours or ())), None)
        if not measure:
            continue
        of_row = [goal for goal in goals if goal.row == row]
        line = {
            "part": part,
            "row": row,
            "date": date.today().isoformat(),
            "commit": commit,
            "tickets": tickets,
            "statements": _format(ours.get("statements"), 0),
            "ms": _format(_get_ms(ours), 2),
            "goal": "; ".join(goal.text for goal in of_row),
        }
        if base and measure in base:
            line["base_statements"] = _format(base.get("statements"), 0)
            line["base_ms"] = _format(_get_ms(base), 2)
            line["ratio"] = _format(ours[measure] / base[measure], 2)
        if of_row:
            line["met"] = "yes" if all(goal.is_met for goal in of_row) else "no"
        lines.append({name: str(line.get(name, "")) for name in COLUMNS})
    return lines


def keep(lines):
    """Add what was measured to what is kept.

    :param list lines: as ``get_lines``
    :return: what is worse than the last time, in words
    :rtype: list[str]
    """
    kept = _read()
    last = {_get_key(line): line for line in kept}
    worse = []
    for line in lines:
        before = last.get(_get_key(line))
        changes = before and list(_compare(before, line))
        if changes:
            worse.append(
                f"{line['part']}, {line['row']}: {', '.join(changes)} "
                f"(on {before['date']} at {before['commit']})"
            )
    # Each row's runs one below the other: a change is a line of the difference.
    lines = sorted(kept + lines, key=_get_key)
    groups = (list(group) for _key, group in groupby(lines, _get_key))
    with PATH.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(line for group in groups for line in group[-KEPT:])
    return worse


def _read():
    if not PATH.exists():
        return []
    with PATH.open(newline="") as file:
        return list(csv.DictReader(file))


def _get_key(line):
    return line["part"], line["row"], line["tickets"]


def _compare(before, now):
    """Yield what is worse now, in words: more statements, or much more time."""
    if before["statements"] and float(now["statements"]) > float(before["statements"]):
        yield f"{before['statements']} → {now['statements']} statements"
    if before["ratio"] and now["ratio"]:
        if float(now["ratio"]) > float(before["ratio"]) * NOISE:
            yield f"x {before['ratio']} → x {now['ratio']} of the base's"
    elif before["ms"] and max(float(before["ms"]), LEAST_MS) * NOISE_ALONE < float(
        now["ms"]
    ):
        yield f"{before['ms']} → {now['ms']} ms"
    if before["met"] == "yes" and now["met"] == "no":
        yield "its goal was met"


def _get_ms(figures):
    return figures["seconds"] * 1000 if "seconds" in figures else None


def _format(number, digits):
    return "" if number is None else f"{number:.{digits}f}"


def _get_commit():
    """Return the commit that is measured, with a plus if the sources differ from it."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
        cwd=PATH.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or "unknown"
