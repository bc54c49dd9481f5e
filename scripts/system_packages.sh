#!/bin/sh
# Install the programs that some tests use to look at finished files (poppler-utils, qpdf, ghostscript, chromium).
# Never fails: a test whose program is missing says so and is skipped.

missing=""
command -v pdftotext >/dev/null 2>&1 || missing="$missing poppler-utils"
command -v qpdf >/dev/null 2>&1 || missing="$missing qpdf"
command -v gs >/dev/null 2>&1 || missing="$missing ghostscript"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq >/dev/null 2>&1
    # shellcheck disable=SC2086 # a list of packages
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 && exit 0
fi
echo "not installed:$missing; the tests that need them are skipped"
exit 0
