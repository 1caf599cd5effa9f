"""Everything: the outside opinions, then the benchmarks. Exit code 1 where a figure differs."""

import sys

import agree
import exact
import loading
import pacts
import sampling


def main():
    worst = agree.main()
    # Rounds of each: of several calls the least is told.
    for bench, rounds in [(sampling, 3), (exact, 5), (pacts, 5), (loading, 3)]:
        worst |= bool(bench.main(rounds))
    return worst


if __name__ == "__main__":
    sys.exit(main())
