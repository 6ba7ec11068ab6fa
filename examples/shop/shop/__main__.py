"""Run the shop from a terminal: `python -m shop init | worker | report NAME`."""

import argparse
import sys
from typing import List, Optional

from shop import reports, worker
from shop.database import engine, session_maker
from shop.models import Base


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="shop")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("init", help="create the tables")
    run = commands.add_parser("worker", help="charge and ship orders")
    run.add_argument("--once", action="store_true", help="one round only")
    report = commands.add_parser("report", help="print a report")
    report.add_argument("name", choices=sorted([*reports.REPORTS, "turnover"]))
    report.add_argument("--currency", default="USD", help="for turnover")
    return parser


def main(argv: Optional[List[str]] = None) -> int:
    args = build_parser().parse_args(argv)
    if args.command == "init":
        Base.metadata.create_all(engine)
    elif args.command == "worker":
        if not args.once:
            worker.run_forever()
        counts = worker.run_once()
        print(", ".join(f"{counts[name]} {name}" for name in sorted(counts)) or "nothing to do")
    else:
        with session_maker() as session:
            if args.name == "turnover":
                lines = reports.turnover(session, args.currency)
            else:
                lines = reports.REPORTS[args.name](session)
        print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
