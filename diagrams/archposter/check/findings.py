"""What a check found, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from archposter._version import __version__
from archposter.check.manifest import Wanted
from archposter.check.words import differences
from archposter.diagnostics import printable

Outcome = Literal["added", "removed", "missing", "tampered", "changed", "alike"]
"""Alike: written in other bytes, but what is drawn is the same."""

MOST_LINES = 12
"""Lines about one picture on a terminal; the report has all."""


@dataclass(frozen=True)
class Finding:
    """One file that is not as stored: what is wrong in words, and old, new and difference as pictures."""

    name: str
    kind: Outcome
    words: tuple[str, ...]
    old: bytes | None = field(default=None, repr=False)
    new: bytes | None = field(default=None, repr=False)
    difference: bytes | None = field(default=None, repr=False)
    pixels: str = ""


@dataclass(frozen=True)
class Result:
    """What a check of a folder found; `drawn` is the number of pictures that had to be drawn for it."""

    folder: Path
    pictures: int
    findings: tuple[Finding, ...]
    report: Path
    version: str
    drawn: int
    report_fault: str = ""
    """Why the report could not be written, where it could not."""

    @property
    def differs(self) -> bool:
        """Tell whether anything is not as stored, for the eye or at all."""
        return any(finding.kind != "alike" for finding in self.findings)

    def text(self) -> str:
        """Return the findings for a terminal; "" where there is nothing to say."""
        lines = []
        said: dict[tuple[str, ...], str] = {}
        for finding in self.findings:
            lines.append(
                f"{finding.name}: {finding.kind}" + (f", {finding.pixels}" if finding.pixels else "")
            )
            other = said.setdefault(finding.words, finding.name)
            if other != finding.name and len(finding.words) > 1:
                lines.append(f"  as {other}")
                continue
            lines += [f"  {line}" for line in finding.words[:MOST_LINES]]
            if len(finding.words) > MOST_LINES:
                lines.append(f"  and {len(finding.words) - MOST_LINES:,} more lines in the report")
        if self.differs:
            count = sum(finding.kind != "alike" for finding in self.findings)
            verb = "file differs" if count == 1 else "files differ"
            pictures = "picture" if self.pictures == 1 else "pictures"
            if self.version != __version__:
                lines.append(f"stored by archposter {self.version}, this is {__version__}")
            see = f"without a report: {self.report_fault}" if self.report_fault else f"see {self.report}"
            lines.append(f"{count} {verb}, of {self.pictures} {pictures}: {see}")
            lines.append(f"if this is meant: archposter check {self.folder} --update")
        return "\n".join(lines)


class Change(NamedTuple):
    """A picture that is drawn in other bytes than are stored, and its Frames as JSON."""

    entry: Wanted
    old: bytes
    new: bytes
    before: str | None
    """None where the stored Frame cannot be trusted."""
    after: str
    others: bool = False
    """Whether only the models with which it is compared have changed."""


def explained(change: Change) -> Finding:
    """Return in what a picture differs from the stored one.

    Pictures whose Frames are equal and whose pixels look equal are alike.  A PDF cannot be looked at here:
    other bytes make it another file.
    """
    from archposter.check import pixels

    entry, old, new, before, after, others = change
    seen, words = None, []
    if others:
        words.append("not the model but the bundled models that it is compared with have changed")
    same_frame = before == after
    if before is None:
        words.append("its stored Frame is missing or tampered: what moved is not known")
    try:
        if before is not None and not same_frame:
            words += differences(before, after)
        if entry.format == "png":
            seen = pixels.compare(*pixels.png_pictures(old, new))
        elif same_frame and entry.format == "svg":
            seen = pixels.compare(*pixels.svg_pictures(old, new))
        elif before is not None and not same_frame:
            pictures = pixels.frame_pictures(before, after)
            seen = pixels.compare(*pictures)
            if entry.format == "pdf":
                old, new = map(pixels.to_png, pictures)
    except ValueError as error:
        words.append(f"not compared further: {printable(str(error), 160)}")
    if same_frame:
        words.append("every item is where it was; the files differ in how they are written")
    if seen is None:
        return Finding(entry.name, "changed", tuple(words), old, new)
    count = f"{seen.different:,} of {seen.total:,} pixels differ"
    kind: Outcome = "alike" if same_frame and not seen.different else "changed"
    return Finding(entry.name, kind, tuple(words), old, new, seen.picture, count)
