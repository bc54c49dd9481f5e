"""Results as files: the sample that tests replay without torch, and the page that people read."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

from archposter.importer.ignored import ignored
from archposter.importer.wrappers import WRAPPERS
from compare import Case, Report

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "corpus" / "oracle.json.gz"
PAGE = ROOT / "docs" / "oracle.md"
KNOWN = Path(__file__).with_name("known.tsv")
_KEPT = 3


def known() -> dict[tuple[str, str], str]:
    """Return why a type's counts or caches may differ, by type and "counts" or "cache".

    A "note" is shown and excuses nothing.
    """
    with KNOWN.open(encoding="utf-8", newline="") as file:
        return {(row["type"], row["what"]): row["reason"] for row in csv.DictReader(file, delimiter="\t")}


def faults(report: Report) -> list[str]:
    """Return what is unequal and not listed: the default not exact, or a variation or cache wrong."""
    listed, found = known(), []
    counts, cache = (report.kind, "counts") in listed, (report.kind, "cache") in listed
    if not counts and (not report.cases or report.cases[0].verdict != "exact"):
        found.append(report.trouble or report.cases[0].message)
    if not counts:
        found += [case.message for case in report.cases[1:] if case.verdict == "wrong"]
    if not cache:
        found += [case.message for case in report.cases if case.cache == "wrong"]
    return found


def write_sample(reports: Iterable[Report]) -> None:
    """Write the default of each type and its first exact variations, with the class's counts.

    Of a multimodal type one variation will do: its text decoder is compared by itself.
    """
    rows = []
    for report in reports:
        exact = [case for case in report.cases if case.verdict == "exact"]
        kept = 2 if report.kind in WRAPPERS else _KEPT + 1
        rows += [json.dumps(_row(report.kind, case), sort_keys=True) for case in exact[:kept]]
    with SAMPLE.open("wb") as file, gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
        packed.write(("[\n" + ",\n".join(rows) + "\n]\n").encode())


def _row(kind: str, case: Case) -> dict[str, Any]:
    config = {key: value for key, value in case.config.items() if not ignored(key) or key == "model_type"}
    return {
        "type": kind,
        "config": config,
        "total": case.counts.total,
        "per_layer": [[size, len(list(run))] for size, run in groupby(case.counts.per_layer)],
        "growth": case.growth if case.cache == "equal" else None,
    }


def write_page(reports: list[Report]) -> None:
    """Write docs/oracle.md: how many types agree, and why the others do not."""
    lines = [
        "# Compared with the reference classes",
        "",
        "<!-- Written by `make oracle`; do not edit. -->",
        "",
        f"On {date.today().isoformat()}, transformers {version('transformers')}, torch {version('torch')}.",
        "Every decoder type of the library: its class's defaults, and random small configurations that the",
        "class builds and runs.  A count is exact if the total and every layer are equal to the last",
        "parameter; a cache is equal if it grows by as many numbers between two contexts.  Of a multimodal",
        "type, the text decoder is compared with all of the class but its towers.",
        "",
        "| | types | exact | refused | unequal | variations: exact | refused | unequal | equal caches |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        _shares("Decoders", [report for report in reports if report.kind not in WRAPPERS]),
        _shares("Multimodal types", [report for report in reports if report.kind in WRAPPERS]),
        "",
        "Every cache that differs, and every type that is not built, is listed with its reason.",
        "",
        "| Type | Default | Variations: exact, refused, unequal | Cache | Remark |",
        "| --- | --- | --- | --- | --- |",
        *map(_line, reports),
        "",
    ]
    PAGE.write_text("\n".join(lines), encoding="utf-8")


def _shares(name: str, reports: list[Report]) -> str:
    defaults = [report.cases[0] for report in reports if report.cases]
    varied = [case for report in reports for case in report.cases[1:]]
    counts = [
        sum(case.verdict == verdict for case in cases)
        for cases in (defaults, varied)
        for verdict in ("exact", "refused", "wrong")
    ]
    caches = sum(any(case.cache == "equal" for case in report.cases) for report in reports)
    return f"| {name} | " + " | ".join(f"{count:,}" for count in (len(reports), *counts, caches)) + " |"


def _line(report: Report) -> str:
    listed = known()
    reasons = [listed[key] for what in ("counts", "cache", "note") if (key := (report.kind, what)) in listed]
    shares = ", ".join(str(report.count(verdict)) for verdict in ("exact", "refused", "wrong"))
    seen = {case.cache for case in report.cases} - {""}
    cache = "unequal" if "wrong" in seen else "equal" if seen else "not run"
    verdict = report.cases[0].verdict if report.cases else "not built"
    shown = {"wrong": "unequal"}.get(verdict, verdict)
    return f"| {report.kind} | {shown} | {shares} | {cache} | {'; '.join(reasons)} |"
