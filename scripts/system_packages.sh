#!/bin/sh
# The programs that some tests use to look at finished files, or, after `viewers`, those that `make viewers` shows
# files in.  As root on Debian and its kin those that are missing are installed, after saying which and why;
# SYSTEM_PACKAGES=no forbids it.  Never fails: what needs a program that is missing is skipped, and this says so.

tests() { # package, a program, library or file of it, what it is for
    cat <<END
nodejs node runs scripts of pages
npm npm installs what looks at pages
poppler-utils pdftotext reads PDF back as text and pixels
qpdf qpdf checks the structure of PDF
ghostscript gs separates the inks of PDF
chromium chromium shows SVG in pages
firefox-esr firefox-esr shows SVG in pages, and sites
libreoffice-impress-nogui soffice shows cards on slides
texlive-latex-recommended scrartcl.cls sets cards in articles
lmodern lmodern.sty sets cards in articles
END
}

viewers() {
    cat <<END
nodejs node runs pdf.js, SVGO and SVGR, which need Node 20 or newer
npm npm installs them
chromium chromium shows SVG in pages
firefox-esr firefox-esr shows SVG in pages
webkit2gtk-driver WebKitWebDriver shows SVG in pages, by the engine that Safari has
xvfb Xvfb is its screen
xauth xauth lets it use the screen
librsvg2-bin rsvg-convert draws SVG
inkscape inkscape draws SVG
libreoffice-draw-nogui soffice draws SVG
libcairo2 libcairo.so.2 draws SVG, by CairoSVG, and our own pictures
libegl1 libEGL.so.1 is what Qt needs to draw SVG
libpangoft2-1.0-0 libpangoft2-1.0.so.0 is what WeasyPrint needs to draw pages
poppler-utils pdftoppm draws PDF
ghostscript gs draws PDF
END
}

here() { # a program, a library or a file of LaTeX
    command -v "$1" >/dev/null 2>&1 || kpsewhich "$1" >/dev/null 2>&1 || ldconfig -p 2>/dev/null | grep -qF "$1"
}

missing() { # the lines of the programs that are not there
    $what | while read -r package sign reason; do
        here "$sign" || printf '  %s: %s\n' "$package" "$reason"
    done
}

packages() { # their names
    missing | sed 's/^ *//; s/:.*//'
}

install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

of_npm() { # folder, the packages; what they are and need
    [ "$(cat "$1/.packages" 2>/dev/null)" != "$2" ] || return
    if command -v npm >/dev/null 2>&1 && [ "${SYSTEM_PACKAGES:-}" != no ]; then
        echo "Installing $3 into $1, about $4 MB of npm's packages."
        # shellcheck disable=SC2086 # a list of packages
        npm install --silent --no-audit --no-fund --prefix "$1" $2 >/dev/null 2>&1 && echo "$2" >"$1/.packages" && return
    fi
    echo "############ SKIPPED: what needs $3, which are not installed"
}

what=${1:-tests}
if [ -n "$(missing)" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && [ "${SYSTEM_PACKAGES:-}" != no ]; then
    apt-get update -qq >/dev/null 2>&1
    echo "The $what need programs that this machine does not have:"
    missing
    # shellcheck disable=SC2046 # a list of packages
    apt-get install -qq --print-uris --no-install-recommends $(packages) 2>/dev/null |
        awk '{ size += $3 } END { printf "Installing %d packages of the system, %.0f MB to fetch.\n", NR, size / 1e6 }'
    echo "To do without: SYSTEM_PACKAGES=no"
    # shellcheck disable=SC2046 # one that this system does not have keeps out no other
    install $(packages) || for package in $(packages); do install "$package"; done
fi
if [ "$what" = tests ]; then
    # Chromium runs Mermaid; axe looks at the pages of a site, TypeScript at its scripts, Puppeteer goes through it in Firefox.
    of_npm .mermaid mermaid@11 "the packages of Mermaid" 200
    of_npm .npm "axe-core@4.14.1 typescript@7.0 puppeteer-core@24.43" "axe, TypeScript and Puppeteer" 90
else
    of_npm .viewers "pdfjs-dist@5.6 svgo@4.1 @svgr/core@8.1 @svgr/plugin-svgo@8.1 @svgr/plugin-jsx@8.1 \
        react@19.3 react-dom@19.3 dompurify@3.5 esbuild@0.28" "pdf.js, SVGO, SVGR with React, and DOMPurify" 160
fi
if [ -n "$(missing)" ]; then
    echo "############ SKIPPED: what needs these programs, which are not installed"
    missing
    echo "############"
fi
exit 0
