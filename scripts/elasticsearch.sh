#!/usr/bin/env bash
# A throw-away Elasticsearch server for tests and benchmarks, of this machine only.
#
#   scripts/elasticsearch.sh start FOLDER [PORT]   makes the server's files in FOLDER on the first call, starts it (on a
#                                                  free port unless named), and prints its ELASTICSEARCH_URL
#   scripts/elasticsearch.sh kill FOLDER           ends it as a crash would (SIGKILL); the files stay
#   scripts/elasticsearch.sh stop FOLDER           ends it in order; the files stay, remove FOLDER to forget them
#
#   HEAP=4g     memory for Java's heap (512m)
#   FULL_JIT=1  compile hot code fully: slower to start, faster to answer; for benchmarks
#
# All may be repeated. The server is Elasticsearch's own core without its modules, the one that its developers test
# plugins with, from Maven Central: what works on it works on every Elasticsearch of the same major version. As root it
# runs as the system user "elasticsearch-test", made when missing, so every folder above FOLDER must be open to it. It
# has no passwords: never keep anything in it.
set -euo pipefail

VERSION=8.19.21
ARTIFACT=org.elasticsearch.distribution.integ-test-zip:elasticsearch:$VERSION:zip
SERVER_USER=elasticsearch-test
START_SECONDS=180

usage() {
  sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2
  exit 2
}

fail() {
  echo "elasticsearch.sh: $1" >&2
  [ -z "${2:-}" ] || tail -n 20 "$2" >&2
  exit 1
}

is_root() {
  [ "$(id -u)" -eq 0 ]
}

as_server_user() {
  if is_root; then
    setpriv --reuid="$SERVER_USER" --regid="$SERVER_USER" --init-groups env HOME="$folder" "$@"
  else
    "$@"
  fi
}

newest_java() {
  # Debian names the folders by version and architecture; the server of this version wants Java 17.
  find /usr/lib/jvm -mindepth 1 -maxdepth 1 -name 'java-17-openjdk-*' 2>/dev/null | sort | head -n 1
}

free_port() {
  local candidate
  # The server also takes the port that is a hundred higher, for talk between servers.
  for candidate in $(seq 19200 19260); do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null \
      && ! (exec 3<>"/dev/tcp/127.0.0.1/$((candidate + 100))") 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  fail "no free port from 19200 to 19260: name one"
}

running_process() {
  # The number in the file may meanwhile be another program's.
  local process
  process=$(cat "$folder/pid" 2>/dev/null) || return 1
  [ -n "$process" ] || return 1
  tr '\0' ' ' 2>/dev/null <"/proc/$process/cmdline" | grep -q org.elasticsearch || return 1
  echo "$process"
}

install() {
  # Downloads and unpacks the server once for all folders. Whoever comes second finds it done.
  [ ! -x "$distribution/bin/elasticsearch" ] || return 0
  command -v mvn >/dev/null || fail "Maven is missing: make services (as root)"
  echo "→ Downloading Elasticsearch $VERSION (107 MB, about half a minute the first time)" >&2
  local unpacked archive
  mvn --quiet --batch-mode dependency:get -Dartifact="$ARTIFACT" -Dtransitive=false >&2 \
    || fail "the download failed"
  archive=${MAVEN_REPOSITORY:-$HOME/.m2/repository}/$(echo "${ARTIFACT%%:*}" | tr . /)
  archive=$archive/elasticsearch/$VERSION/elasticsearch-$VERSION.zip
  mkdir -p "$(dirname "$distribution")"
  unpacked=$(mktemp -d "$(dirname "$distribution")/.elasticsearch.XXXXXX")
  (cd "$unpacked" && python3 -m zipfile -e "$archive" .)
  chmod -R a+rX "$unpacked"
  chmod a+x "$unpacked/elasticsearch-$VERSION"/bin/*
  mv -T "$unpacked/elasticsearch-$VERSION" "$distribution" 2>/dev/null || true
  rm -rf "$unpacked"
}

configure() {
  mkdir -p "$folder/config" "$folder/data" "$folder/logs" "$folder/tmp"
  cp -r "$distribution/config/." "$folder/config/"
  cat >"$folder/config/elasticsearch.yml" <<SETTINGS
cluster.name: throw-away
discovery.type: single-node
# Reached from this machine alone, without passwords.
network.host: 127.0.0.1
http.port: $port
transport.port: $((port + 100))
xpack.security.enabled: false
path.data: $folder/data
path.logs: $folder/logs
# A nearly full disk of a developer must not stop a test.
cluster.routing.allocation.disk.threshold_enabled: false
SETTINGS
  echo "$port" >"$folder/port"
  if is_root; then
    id "$SERVER_USER" >/dev/null 2>&1 \
      || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin "$SERVER_USER"
    chmod 755 "$folder"
    chown -R "$SERVER_USER:" "$folder"
  fi
}

is_healthy() {
  curl --fail --silent --max-time 3 --output /dev/null \
    "http://127.0.0.1:$port/_cluster/health?wait_for_status=yellow&timeout=2s"
}

start() {
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd)
  if running_process >/dev/null; then
    port=$(cat "$folder/port")
  else
    local java options
    java=$(newest_java)
    [ -n "$java" ] || fail "Java 17 is missing: make services (as root)"
    install
    # A server that was killed comes back at its own address.
    port=${port:-$(cat "$folder/port" 2>/dev/null || free_port)}
    configure
    options="-Xms${HEAP:-512m} -Xmx${HEAP:-512m}"
    [ -n "${FULL_JIT:-}" ] || options="$options -XX:TieredStopAtLevel=1"
    as_server_user env -u JAVA_HOME ES_JAVA_HOME="$java" ES_JAVA_OPTS="$options" \
      ES_PATH_CONF="$folder/config" ES_TMPDIR="$folder/tmp" \
      "$distribution/bin/elasticsearch" -d -p "$folder/pid" >"$folder/start.log" 2>&1 </dev/null \
      || fail "the server did not start" "$folder/start.log"
  fi
  local end=$((SECONDS + START_SECONDS))
  until is_healthy; do
    running_process >/dev/null || fail "the server ended" "$folder/logs/throw-away.log"
    [ "$SECONDS" -lt "$end" ] || fail "the server is not ready after $START_SECONDS s" "$folder/logs/throw-away.log"
    sleep 0.3
  done
  echo "http://127.0.0.1:$port"
}

finish() {
  # Ends the server with a signal and waits until it is gone, with SIGKILL after half a minute.
  local process
  [ -d "$folder" ] || return 0
  folder=$(cd "$folder" && pwd)
  process=$(running_process) || return 0
  kill -s "$1" "$process" 2>/dev/null || true
  for _ in $(seq 100); do
    kill -0 "$process" 2>/dev/null || break
    sleep 0.3
  done
  kill -s KILL "$process" 2>/dev/null || true
  rm -f "$folder/pid"
}

[ $# -ge 2 ] || usage
action=$1
folder=$2
port=${3:-}
distribution=/opt/elasticsearch-$VERSION
[ -x "$distribution/bin/elasticsearch" ] || [ -w "$(dirname "$distribution")" ] \
  || distribution=$HOME/.cache/elasticsearch-$VERSION
case $action in
  start) start ;;
  kill) finish KILL ;;
  stop) finish TERM ;;
  *) usage ;;
esac
