# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures the helpdesk without our addon, with it, and with OCA's SLA instead, and the
portal over HTTP without our addon and with it. Says at the end which goals are missed
and what is worse than the last time. Started by dev/bench/run."""

import argparse
import signal
import sys

import psycopg2

from . import figures
from .clocks import ClocksBench, report_clocks
from .databases import BenchError, connection
from .desk import DeskBench
from .desk_report import report_desk
from .load import SECONDS, LoadBench
from .load_report import report_load
from .million import LOG_LINES, MillionBench, report_million
from .place import PlaceBench, report_place
from .portal import PortalBench
from .portal_report import report_portal
from .queue import QueueBench, report_queue
from .report import print_end
from .review import ReviewBench, report_review
from .start import StartBench
from .start_report import report_start

PARTS = {
    "desk": (DeskBench, report_desk),
    "queue": (QueueBench, report_queue),
    "review": (ReviewBench, report_review),
    "place": (PlaceBench, report_place),
    "clocks": (ClocksBench, report_clocks),
    "portal": (PortalBench, report_portal),
    "start": (StartBench, report_start),
    "load": (LoadBench, report_load),
    "million": (MillionBench, report_million),
}
# What takes so long that it has to be asked for.
BY_NAME = ("load", "million")


def parse_arguments():
    parser = argparse.ArgumentParser(prog="dev/bench/run", description=__doc__)
    parser.add_argument(
        "part",
        nargs="?",
        choices=("all", *PARTS),
        default="all",
        help="what to measure: the desk, the portal over HTTP, the lists and figures "
        "of the queue, the reviews of many customers, the installation where there is "
        "a desk already, an edit of a promise with many open clocks, the start of a "
        "process and what a browser loads, or all of that (as by default); only by its "
        "name: many people at once, or a million tickets with ten million lines of log",
    )
    parser.add_argument(
        "--tickets",
        type=int,
        help="tickets that are read from (100,000, or a million); of another number no "
        "figures are kept",
    )
    parser.add_argument(
        "--log-lines",
        type=float,
        default=LOG_LINES,
        help="lines of log that each of the million tickets has on average",
    )
    parser.add_argument("--runs", type=int, default=5, help="runs of each kind of work")
    parser.add_argument(
        "--seconds",
        type=int,
        default=SECONDS,
        help="how long many people are at work at once, on each side; of another "
        "duration no figures are kept",
    )
    parser.add_argument(
        "--keep", action="store_true", help="leave the databases for a look"
    )
    for name in ("--conf", "--work", "--database", "--ground"):
        parser.add_argument(name, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--own-cluster", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def get_arguments(args, bench_class):
    """Return the command line's arguments, with how many tickets a part reads from."""
    args = argparse.Namespace(**vars(args))
    args.tickets = args.tickets or bench_class.tickets
    return args


def is_agreed(args, bench_class):
    """Say whether figures are of what they were of the last time."""
    return args.tickets == bench_class.tickets and args.log_lines == LOG_LINES


def main():
    args = parse_arguments()
    # What was started is ended, and the databases are dropped, in this case too.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with connection("postgres") as cr:
            cr.execute("SHOW server_version")
            version = cr.fetchone()[0].split()[0]
        goals, worse = [], []
        is_kept = True
        for part, (bench_class, report) in PARTS.items():
            if args.part == part or (args.part == "all" and part not in BY_NAME):
                of_bench = get_arguments(args, bench_class)
                is_kept = is_agreed(of_bench, bench_class)
                bench = bench_class(of_bench)
                is_kept &= bench.keeps_figures
                of_part = report(bench, version)
                goals += of_part
                if is_kept:
                    worse += figures.keep(
                        figures.get_lines(
                            part, bench.results, of_part, bench.args.tickets
                        )
                    )
        print_end(goals, worse if is_kept else None)
    except (BenchError, psycopg2.Error) as error:
        sys.exit(f"\nERROR: {error}")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")


def _interrupt(*_args):
    raise KeyboardInterrupt


main()
