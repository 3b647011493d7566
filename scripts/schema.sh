#!/bin/sh
# Writes crates/persistence/src/schema.rs: runs the migrations on a new database and has Diesel's own program read it.
# That program is built once, into .tools/, with the system's libpq (libpq-dev), which takes some minutes; a server on a
# directory that is thrown away afterwards makes the database.
set -eu
cd "$(dirname "$0")/.."

version=2.3.14   # of diesel_cli; the same series as diesel's in Cargo.toml
file=crates/persistence/src/schema.rs

if ! .tools/bin/diesel --version 2>/dev/null | grep -qF "$version"; then
  cargo install diesel_cli --quiet --locked --version "$version" --no-default-features --features postgres --root .tools
fi
almanac=$(scripts/almanac.sh)

data=$(mktemp -d)
trap 'kill "$server" 2>/dev/null && wait "$server"; rm -rf "$data"' EXIT
trap 'exit 130' INT TERM
# PostgreSQL's own user has to pass, where the server is root.
chmod 711 "$data"
env -u DATABASE_URL ALMANAC_DATA="$data" HOST=127.0.0.1 PORT=0 "$almanac" serve >"$data/log" 2>&1 &
server=$!
# It says where it listens once it has migrated.
until grep -q 'http://' "$data/log"; do
  kill -0 "$server" 2>/dev/null || { cat "$data/log" >&2; exit 1; }
  sleep 0.2
done
socket=$(sed -n 5p "$data/pg/postmaster.pid" | sed 's|/|%2F|g')

.tools/bin/diesel print-schema --database-url "postgres://almanac@$socket/almanac" >"$data/printed.rs"
{
  echo "// Generated from the migrations by \`make schema\`."
  # No array of ours holds NULLs, which Diesel cannot know; our keys are composite, so joins say ON and need no joinable!.
  sed -e '/^\/\/ @generated/d' -e '/joinable!/,/^$/d' -e 's/Array<Nullable<\([A-Za-z0-9]*\)>>/Array<\1>/' "$data/printed.rs"
} >"$data/schema.rs"
rustfmt --edition 2024 --config-path . "$data/schema.rs"
cat "$data/schema.rs" >"$file"
