#!/bin/sh
# Imports point one way: http → service → persistence → domain, and server → all. Cargo.toml makes it so; this proves it,
# with what cargo itself says each crate depends on (tests' own dependencies are left out: they may reach anywhere).
set -eu
cd "$(dirname "$0")/.."

bad=0
complain() {
  printf '%s\n' "$*"
  bad=1
}

# rule CRATE 'OUR CRATES IT MAY USE' 'PATTERN OF CRATES IT MUST NOT KNOW'
rule() {
  crate=almanac-$1
  tree=$(cargo tree --quiet --locked --package "$crate" --edges normal --depth 1 --prefix none --format '{p}')
  for dependency in $(printf '%s\n' "$tree" | sed 1d | cut -d ' ' -f 1 | sort -u); do
    case $dependency in
      almanac-*) case " $2 " in *" ${dependency#almanac-} "*) ;; *) complain "$crate must not use $dependency" ;; esac ;;
    esac
    if printf %s "$dependency" | grep -Eqx "$3"; then complain "$crate must not know $dependency"; fi
  done
}

web='actix.*|utoipa-actix-web|utoipa-swagger-ui'
database='diesel.*|r2d2|pq-sys'
running='env_logger|dotenvy|clap|anyhow'

rule domain '' "$web|$database|$running|log|tokio|reqwest|rustix|libc"
rule persistence domain "$web|$running|tokio|reqwest"
rule service 'persistence domain' "$web|$database|$running"
rule http 'service domain' "$database|$running"
rule cluster '' "$web|$database|clap|dotenvy|env_logger"

# A re-export would carry a crate past the rule above.
if leaks=$(grep -rnE '^\s*pub (use|extern crate) (::)?(diesel|r2d2|actix|persistence)' crates/persistence/src crates/service/src); then
  complain "re-exported across layers:
$leaks"
fi

exit $bad
