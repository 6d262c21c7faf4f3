#!/usr/bin/env bash
# A throw-away PostgreSQL server for the tests, of this machine only.
#
#   scripts/postgres.sh start FOLDER [PORT]   makes the server's files in FOLDER on the first call, starts it (on a free port
#                                             unless named), and prints its DATABASE_URL on standard output
#   scripts/postgres.sh stop FOLDER           ends it; the files stay, remove FOLDER to forget them
#
# Both may be repeated. Works as root, for whom PostgreSQL itself refuses to run (the server then belongs to the system
# user "postgres", so every folder above FOLDER must be open to it), and as any other user. It trusts every local
# connection and gives up all safety against a crash in exchange for speed: never keep anything in it.
set -euo pipefail

usage() {
  sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2
  exit 2
}

fail() {
  echo "postgres.sh: $1" >&2
  [ -z "${2:-}" ] || tail -n 20 "$2" >&2
  exit 1
}

newest_programs() {
  # Debian keeps a folder for each version; the newest one wins.
  find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1
}

as_server_user() {
  if [ "$(id -u)" -eq 0 ]; then
    setpriv --reuid=postgres --regid=postgres --init-groups env HOME="$folder" LC_ALL=C.UTF-8 "$@"
  else
    LC_ALL=C.UTF-8 "$@"
  fi
}

control() {
  as_server_user "$programs/pg_ctl" --pgdata="$data" "$@"
}

free_port() {
  local candidate
  for candidate in $(seq 54329 54360); do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  fail "no free port from 54329 to 54360: name one"
}

is_running() {
  [ -f "$data/PG_VERSION" ] && control status >/dev/null 2>&1
}

create() {
  # A folder without PG_VERSION is what an interrupted attempt leaves behind.
  rm -rf "$data"
  as_server_user "$programs/initdb" --pgdata="$data" --username=postgres --auth=trust --encoding=UTF8 \
    --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 || fail "initdb failed" "$folder/initdb.log"
  cat >>"$data/postgresql.conf" <<'SETTINGS'
# Reached through TCP on this machine alone.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
# Nothing here has to survive a crash.
fsync = off
synchronous_commit = off
full_page_writes = off
SETTINGS
}

start() {
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd)
  data=$folder/data
  if [ "$(id -u)" -eq 0 ]; then
    id postgres >/dev/null 2>&1 || fail "the system user postgres is missing: make services"
    chmod 755 "$folder"
    chown postgres: "$folder"
  fi
  # The server's user must be able to stand in the folder that a program is started from.
  cd "$folder" || exit 1
  [ -f "$data/PG_VERSION" ] || create
  if ! is_running; then
    port=${port:-$(free_port)}
    control --log="$folder/server.log" --options="-p $port" --wait --timeout=60 start >/dev/null \
      || fail "the server did not start" "$folder/server.log"
  fi
  # The fourth line is the port it listens on, which is not $port when it was running before.
  port=$(sed -n 4p "$data/postmaster.pid")
  echo "postgresql://postgres@127.0.0.1:$port/postgres"
}

stop() {
  [ -d "$folder" ] || return 0
  cd "$folder" || exit 1
  folder=$PWD
  data=$folder/data
  if is_running; then
    control --mode=immediate --wait stop >/dev/null
  fi
}

[ $# -ge 2 ] || usage
action=$1
folder=$2
port=${3:-}
programs=$(newest_programs)
[ -n "$programs" ] || fail "PostgreSQL is not installed: make services (as root)"
case $action in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac
