#!/bin/sh
# Install the programs that some tests use to look at finished files: from nothing, 360 MB of Debian's packages.
# Never fails: a test whose program is missing says so and is skipped.

missing() { # the packages of the programs and files that are not there
    while read -r package sign; do
        command -v "$sign" >/dev/null 2>&1 || kpsewhich "$sign" >/dev/null 2>&1 || printf ' %s' "$package"
    done <<END
poppler-utils pdftotext
qpdf qpdf
ghostscript gs
chromium chromium
firefox-esr firefox-esr
libreoffice-impress-nogui soffice
texlive-latex-recommended scrartcl.cls
lmodern lmodern.sty
END
}

install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

packages=$(missing)
[ -n "$packages" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq >/dev/null 2>&1
    # shellcheck disable=SC2086 # a list of packages; one that this system does not have keeps out no other
    install $packages || for package in $packages; do install "$package"; done
    packages=$(missing)
fi
[ -n "$packages" ] && echo "not installed:$packages; the tests that need them are skipped"
exit 0
