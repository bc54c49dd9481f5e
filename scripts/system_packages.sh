#!/bin/sh
# The programs that some tests use to look at finished files.  As root on Debian and its kin those that are
# missing are installed, after saying which and why; SYSTEM_PACKAGES=no forbids it.  Never fails: a test whose
# program is missing is skipped, and this says so.

programs() { # package, a program or file of it, what it is for
    cat <<END
nodejs node runs scripts of pages
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

missing() { # the lines of the programs that are not there
    programs | while read -r package sign reason; do
        command -v "$sign" >/dev/null 2>&1 || kpsewhich "$sign" >/dev/null 2>&1 ||
            printf '  %s: %s\n' "$package" "$reason"
    done
}

packages() { # their names
    missing | sed 's/^ *//; s/:.*//'
}

install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

# Mermaid, which Chromium runs; about 200 MB, for the tests alone
if command -v npm >/dev/null 2>&1 && [ "${SYSTEM_PACKAGES:-}" != no ] && [ ! -e .mermaid/node_modules/mermaid ]; then
    echo "Installing Mermaid into .mermaid, about 200 MB of npm's packages."
    npm install --silent --no-audit --no-fund --prefix .mermaid mermaid@11 >/dev/null 2>&1 ||
        echo "############ SKIPPED: the tests that need Mermaid, which could not be installed"
fi
# axe looks at the pages of a site, TypeScript at its scripts, Puppeteer goes through it in Firefox; about 90 MB
if command -v npm >/dev/null 2>&1 && [ "${SYSTEM_PACKAGES:-}" != no ] && [ ! -e .npm/node_modules/puppeteer-core ]; then
    echo "Installing axe, TypeScript and Puppeteer into .npm, about 90 MB of npm's packages."
    npm install --silent --no-audit --no-fund --prefix .npm axe-core@4.11 typescript@7.0 puppeteer-core@24.43 >/dev/null 2>&1 ||
        echo "############ SKIPPED: the tests that need axe, TypeScript and Puppeteer, which could not be installed"
fi
[ -n "$(missing)" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && [ "${SYSTEM_PACKAGES:-}" != no ]; then
    apt-get update -qq >/dev/null 2>&1
    echo "Tests look at finished files with programs that this machine does not have:"
    missing
    # shellcheck disable=SC2046 # a list of packages
    apt-get install -qq --print-uris --no-install-recommends $(packages) 2>/dev/null |
        awk '{ size += $3 } END { printf "Installing %d packages of the system, %.0f MB to fetch.\n", NR, size / 1e6 }'
    echo "To do without: make test SYSTEM_PACKAGES=no"
    # shellcheck disable=SC2046 # one that this system does not have keeps out no other
    install $(packages) || for package in $(packages); do install "$package"; done
fi
if [ -n "$(missing)" ]; then
    echo "############ SKIPPED: the tests that need these programs, which are not installed"
    missing
    echo "############"
fi
exit 0
