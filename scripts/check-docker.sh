#!/bin/sh
# What can be known of the Dockerfile, docker-compose.yml and .env.example without a container engine: that they are well
# formed, that what they name exists, and that they agree with the program and with each other.
set -u
cd "$(dirname "$0")/.." || exit

bad=0
complain() {
  printf '%s\n' "$*"
  bad=1
}
one() { [ "$(printf '%s\n' "$2" | sort -u | grep -c .)" = 1 ] || complain "$1 differ: $(printf '%s' "$2" | tr '\n' ' ')"; }

# Every path that is copied from here exists, and .dockerignore lets it through. (Several may stand on a line.)
# shellcheck disable=SC2013
for path in $(sed -n 's/^COPY \([^-].*\) [^ ]*$/\1/p' Dockerfile); do
  [ -e "$path" ] || complain "Dockerfile copies $path, which does not exist"
  grep -qx "!$path" .dockerignore || complain ".dockerignore keeps $path from the engine, and the Dockerfile copies it"
done
# shellcheck disable=SC2013
for path in $(sed -n 's/^!//p' .dockerignore); do
  grep -q "^COPY .*$path" Dockerfile || complain ".dockerignore sends $path, which the Dockerfile does not copy"
done

# It does not run as root, and is stopped, watched and kept the way the server expects.
for word in USER HEALTHCHECK STOPSIGNAL VOLUME; do
  grep -q "^$word " Dockerfile || complain "Dockerfile has no $word"
done
case $(sed -n 's/^USER //p' Dockerfile | tail -n 1) in root | 0 | '') complain 'the image runs as root' ;; esac

# One compiler and one PostgreSQL: pg_dump in the image must be as new as the database beside it.
one 'Rust versions' "$(sed -n 's/^channel = "\([0-9]*\.[0-9]*\).*/\1/p' rust-toolchain.toml
  sed -n 's/^rust-version = "\([0-9]*\.[0-9]*\).*/\1/p' Cargo.toml
  sed -n 's/^FROM rust:\([0-9]*\.[0-9]*\).*/\1/p' Dockerfile)"
one 'PostgreSQL versions' "$(grep -o 'postgresql-[0-9]*' Dockerfile | cut -d - -f 2
  sed -n 's/.*image: postgres:\([0-9]*\).*/\1/p' docker-compose.yml)"

# Every variable that is set is one the program reads; every one it reads is in .env.example.
known=$(grep -rhoE '(env = |secret\()"[A-Z][A-Z0-9_]+"' crates/server/src | cut -d '"' -f 2 | sort -u)
[ -n "$known" ] || complain 'no variables found in crates/server/src'
set_by() { # set_by FILE NAMES
  for name in $2; do
    printf '%s\n' "$known" | grep -qx "$name" || complain "$1 sets $name, which the program does not read"
  done
}
set_by Dockerfile "$(sed -n '/^ENV /,/[^\\]$/p' Dockerfile | grep -oE '[A-Z][A-Z0-9_]+=' | tr -d =)"
set_by docker-compose.yml "$(sed -n '/^  almanac:/,/^[a-z]/p' docker-compose.yml | sed -n 's/^      \([A-Z][A-Z0-9_]*\):.*/\1/p')"
listed=$(sed -n 's/^#\{0,1\} \{0,1\}\([A-Z][A-Z0-9_]*\)=.*/\1/p' .env.example)
set_by .env.example "$(printf '%s\n' "$listed" | grep -v '^POSTGRES_')"
for name in $known; do
  printf '%s\n' "$listed" | grep -qx "$name" || complain ".env.example does not list $name"
done

# Well formed: by compose itself where there is one, else as YAML.
if docker compose version >/dev/null 2>&1; then
  docker compose --file docker-compose.yml config --quiet || complain 'docker-compose.yml is refused by docker compose'
elif [ -x web/node_modules/.bin/prettier ]; then
  web/node_modules/.bin/prettier --log-level warn --check docker-compose.yml || complain 'docker-compose.yml is not well-formed YAML'
fi

exit $bad
