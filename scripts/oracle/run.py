"""Compare every decoder type with the reference library and print a table; fail on what is not listed.

python scripts/oracle/run.py [TYPE...] [--variations N] [--details] [--write]
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import warnings

import catalogue
import sample
import torch

import compare


def main() -> None:
    """Compare, print and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="TYPE")
    parser.add_argument("--variations", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20, help="the most that one type may take")
    parser.add_argument("--details", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--write", action="store_true", help="write the sample of the tests, and docs/oracle.md"
    )
    options = parser.parse_args()
    kinds = options.kinds or catalogue.decoders()
    jobs = [(kind, options.variations, options.seconds) for kind in kinds]
    with multiprocessing.Pool(min(options.jobs, len(jobs)), _quiet) as pool:
        reports = []
        for report in pool.imap(_compared, jobs):
            _print(report, options.details)
            reports.append(report)
    if options.write:
        sample.write_sample(reports)
        sample.write_page(reports)
    unequal = {report.kind: found for report in reports if (found := sample.faults(report))}
    for kind, found in unequal.items():
        print(f"not listed: {kind}: {found[0]}")
    raise SystemExit(bool(unequal))


def _quiet() -> None:
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    torch.set_num_threads(1)


def _compared(job: tuple[str, int, float]) -> compare.Report:
    return compare.compared(*job)


def _print(report: compare.Report, details: bool) -> None:
    if report.trouble:
        print(f"{report.kind:22} cannot be built: {report.trouble}", flush=True)
        return
    default, varied = report.cases[0], report.cases[1:]
    shares = "/".join(str(report.count(verdict)) for verdict in ("exact", "refused", "wrong"))
    caches = "/".join(str(sum(case.cache == word for case in varied)) for word in ("equal", "wrong"))
    words = [
        f"{report.kind:22} {default.verdict:8} {default.cache or '-':6}",
        f"variations {shares:9} caches {caches:7} skipped {report.skipped.total():4}",
        default.message[:150],
    ]
    print(*words, flush=True)
    if details:
        for message in dict.fromkeys(case.message for case in report.cases[1:] if case.message):
            print("    ", message[:200])
        for message, times in report.skipped.most_common(3):
            print(f"      skipped {times} x {message}")


if __name__ == "__main__":
    main()
