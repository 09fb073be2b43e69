"""`python -m bench.rush`: the rush before a close, alone; writes var/rush.json."""

import argparse
import sys
from random import Random

from bench import ground, reporting
from bench.rush import loads
from bench.rush.promises import PROMISES


def main() -> int:
    """Drive, print, write; 1 when anything that was acknowledged is not there, or late, or twice."""
    parser = argparse.ArgumentParser(prog="python -m bench.rush", description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=20, help="how much of the last hour; 3600 is all of it"
    )
    parser.add_argument(
        "--most", type=int, default=10_000, help="presses in the minute that is too much; 0: none"
    )
    parser.add_argument("--only", nargs="*", choices=("l2", "l3", "minute", "crush"), help="only these loads")
    parser.add_argument("--seed", type=int, default=20261123)
    asked = parser.parse_args()
    chosen = [
        load
        for load in loads.wanted(asked.seconds, asked.most, Random(asked.seed))
        if not asked.only or load.name in asked.only
    ]
    with ground.servers(durable=True) as running:
        figures, wrong = loads.measure(
            running, chosen, asked.seed, lambda said: print(said, file=sys.stderr, flush=True)
        )
    print(reporting.table(reporting.machine() | figures, PROMISES))
    for sentence in wrong:
        print(f"WRONG: {sentence}")
    print(f"seed {asked.seed}; written to {reporting.write('rush.json', figures)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
