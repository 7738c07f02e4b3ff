#!/bin/sh
# What the tests need of the machine: a Redis server, Chromium (its headless shell takes half the
# time), openssl (for a certificate that nobody trusts), PgBouncer and PostgreSQL (for its tools: dumps). Installs what is missing where it can
# (Debian as root), and otherwise names the command to run.
set -u

missing=''
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
browser=''
for each in chromium-headless-shell chromium chromium-browser google-chrome; do
  command -v "$each" >/dev/null 2>&1 && browser=$each
done
[ -n "$browser" ] || [ -d '/Applications/Google Chrome.app' ] || missing="$missing chromium-headless-shell"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
command -v pgbouncer >/dev/null 2>&1 || [ -x /usr/sbin/pgbouncer ] || missing="$missing pgbouncer"
command -v pg_dump >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing for the tests:$missing"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # a list of names
  if apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
    exit 0
  fi
  echo "The installation failed; run it by hand: apt-get update && apt-get install$missing" >&2
  exit 1
fi

echo "The tests need:$missing" >&2
case "$(uname -s)" in
  Darwin) echo "Install with: brew install redis pgbouncer postgresql && brew install --cask chromium" >&2 ;;
  *) echo "Install as root, on Debian or Ubuntu with: apt-get install$missing" >&2 ;;
esac
exit 1
