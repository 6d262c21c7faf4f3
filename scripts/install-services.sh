#!/bin/sh
# Installs the Debian packages that the tests need: Python, the database server, the proxy, the Finnish dictionary, a
# browser with a font, the translation tools, and what fetches and runs Elasticsearch (scripts/elasticsearch.sh).
# `make run` needs Python alone. Run it as root; it may be repeated, and then only looks.
set -eu

PACKAGES="
  python3
  python3-venv
  postgresql
  nginx-light
  openssl
  libvoikko1
  voikko-fi
  chromium
  fonts-dejavu-core
  gettext
  openjdk-17-jre-headless
  maven
  curl
  ca-certificates
"

missing=""
for package in $PACKAGES; do
  state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done

if [ -z "$missing" ]; then
  echo "All Debian packages are installed:" $PACKAGES
  exit 0
fi
echo "Debian packages to install:$missing"
if [ "$(id -u)" -ne 0 ]; then
  echo "This needs root: sudo make services" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
echo "→ apt-get update"
apt-get update -q
echo "→ apt-get install (the browser takes about a minute)"
# The names are words of one list, so they must split.
# shellcheck disable=SC2086
apt-get install -q -y --no-install-recommends $missing </dev/null
echo "Installed:$missing"
