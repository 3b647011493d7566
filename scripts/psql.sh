#!/bin/sh
# A psql prompt on the database that the server uses: DATABASE_URL (from the environment or .env), else the private
# PostgreSQL of an Almanac that is running. Arguments go to psql: scripts/psql.sh -c 'SELECT count(*) FROM users'
set -eu
cd "$(dirname "$0")/.."

# $1: the variable's name. The environment comes before .env, as for the server.
setting() {
  eval "value=\${$1:-}"
  [ -n "$value" ] || [ ! -f .env ] || value=$(sed -n "s/^$1=//p" .env | tail -n 1 | sed "s/^[\"']\(.*\)[\"']$/\1/")
  printf %s "$value"
}

url=$(setting DATABASE_URL)
[ -z "$url" ] || exec psql "$url" "$@"

data=$(setting ALMANAC_DATA)
if [ -z "$data" ]; then
  if [ "$(id -u)" = 0 ]; then data=/var/lib/almanac; else data=${XDG_DATA_HOME:-$HOME/.local/share}/almanac; fi
fi
# The file in which PostgreSQL keeps its state: line 5 is its socket's directory.
socket=$(sed -n 5p "$data/pg/postmaster.pid" 2>/dev/null) || socket=''
if [ -z "$socket" ]; then
  echo "No Almanac is running on $data: start it with make run, or set DATABASE_URL or ALMANAC_DATA." >&2
  exit 1
fi
exec psql --host "$socket" --username almanac --dbname almanac "$@"
