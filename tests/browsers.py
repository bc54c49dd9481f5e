"""Screenshots of pages by headless browsers that ask nothing of the network."""

import json
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from programs import run

Browser = Callable[..., Image.Image]

FIREFOX = {
    "gfx.color_management.mode": 0,
    "layout.css.devPixelsPerPx": "1.0",
    # Every other machine is behind a proxy that is not there.
    "network.proxy.type": 1,
    **{f"network.proxy.{scheme}": "127.0.0.1" for scheme in ("http", "ssl")},
    **{f"network.proxy.{scheme}_port": 9 for scheme in ("http", "ssl")},
}


def chromium(folder: Path, address: str, size: tuple[int, int], *, dark: bool = False) -> Image.Image:
    """Show the page in a window of this size; the folder takes the profile and the screenshot."""
    shot = folder / "chromium.png"
    run(
        folder,
        *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
        *("--force-device-scale-factor=1", "--force-color-profile=srgb", "--disable-lcd-text"),
        *("--virtual-time-budget=5000", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
        *(f"--user-data-dir={folder / 'chromium'}", f"--window-size={size[0]},{size[1]}"),
        *(f"--screenshot={shot}", address),
    )
    with Image.open(shot) as image:
        return image.convert("RGB")


def firefox(folder: Path, address: str, size: tuple[int, int], *, dark: bool = False) -> Image.Image:
    """As `chromium` does."""
    profile, shot = folder / "firefox", folder / "firefox.png"
    profile.mkdir(exist_ok=True)  # Firefox waits for ever where there is none.
    wishes = {**FIREFOX, "ui.systemUsesDarkTheme": int(dark)}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in wishes.items()]
    (profile / "user.js").write_text("".join(lines))
    run(
        folder,
        *("firefox-esr", "--headless", "--no-remote", "--profile", profile),
        *(f"--window-size={size[0]},{size[1]}", "--screenshot", shot, address),
    )
    with Image.open(shot) as image:
        return image.convert("RGB")
