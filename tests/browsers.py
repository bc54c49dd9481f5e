"""Screenshots of pages by headless browsers that ask nothing of the network."""

import json
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from programs import run

Browser = Callable[..., Image.Image]

FIREFOX = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "gfx.color_management.mode": 0,
    "layout.css.devPixelsPerPx": "1.0",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
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
