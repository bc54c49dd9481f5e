"""ICC profiles: the bundled ones, and a printer's own, checked before it is used.

`ISOcoated_v2_300_bas.icc` is by basICColor GmbH, under the zlib licence beside it: offset on coated
paper, at most 300 % ink (FOGRA39).  `sRGB-v2-magic.icc` is from Compact ICC Profiles by Clinton Ingram, CC0.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from archposter.diagnostics import UsageError, printable

_FOLDER = Path(__file__).parent
_HEADER = 132  # bytes: the header and the number of tags (ICC.1:2022, 7.2)
_MOST = 16 * 2**20
_SPACES = {b"RGB ": "RGB", b"GRAY": "grey", b"Lab ": "Lab"}
_CLASSES = {b"mntr": "a screen", b"scnr": "a scanner", b"link": "a device link", b"spac": "a colour space"}


class Condition(NamedTuple):
    """A printing condition: its name in the ICC's registry or the printer's words, and its profile."""

    name: str
    info: str
    registry: str
    profile: bytes


def srgb() -> bytes:
    """Return the profile of screen colours."""
    return (_FOLDER / "sRGB-v2-magic.icc").read_bytes()


def fogra39() -> Condition:
    """Return the bundled condition: offset on coated paper."""
    profile = (_FOLDER / "ISOcoated_v2_300_bas.icc").read_bytes()
    info = "Offset on coated paper, ISO 12647-2:2004 (FOGRA39), at most 300 % ink"
    return Condition("FOGRA39", info, "http://www.color.org", profile)


def own_condition(path: Path, name: str) -> Condition:
    """Return a printer's condition; raise UsageError where the file is not a press's CMYK profile."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    fault = _fault(data)
    if fault:
        raise UsageError(f"{path}: {fault}; expected the ICC output profile of a CMYK press")
    return Condition(name, name, "", data)


def _fault(data: bytes) -> str:
    """Return what is wrong with a profile, or nothing; the header is read by ICC.1:2022, 7.2."""
    if len(data) < _HEADER or data[36:40] != b"acsp":
        return "is not an ICC profile"
    size, kind, space = int.from_bytes(data[:4], "big"), data[12:16], data[16:20]
    if len(data) < size:
        return f"is cut short: {len(data):,} of {size:,} bytes"
    if len(data) != size:
        return f"has {len(data):,} bytes, but its header says {size:,}"
    if kind != b"prtr":
        return f"is the profile of {_CLASSES.get(kind, printable(kind.decode('latin-1')))}, not of a press"
    if space != b"CMYK":
        return f"has {_SPACES.get(space, printable(space.decode('latin-1')))} colours"
    return _unusable(data)


def _unusable(data: bytes) -> str:
    """Ask the library that will convert colours with the profile."""
    from PIL.ImageCms import PyCMSError

    from archposter.export.pdf.inks import cmyk

    try:
        cmyk(data).filling("#B3261E")
    except (PyCMSError, OSError) as error:
        return f"cannot convert colours ({error})"
    return ""
