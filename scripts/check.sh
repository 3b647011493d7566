#!/bin/sh
# Everything a change must pass: `check.sh lint`, or `check.sh test` for that and all tests. Called by make, after setup.sh.
#
# Each step runs even when one before it failed, so that one run tells everything; the last lines sum it up.
set -u
cd "$(dirname "$0")/.." || exit

# One stream, so that what cargo and the tests say stays in order.
exec 2>&1

passed=0 failed=0 broken='' began=$(date +%s)

# step NAME COMMAND...
step() {
  name=$1
  shift
  printf '\n━━ %s\n' "$name"
  start=$(date +%s)
  if "$@"; then
    passed=$((passed + 1))
    printf '── %s: ok (%s s)\n' "$name" $(($(date +%s) - start))
  else
    failed=$((failed + 1))
    broken="$broken
  $name"
    printf '── %s: FAILED (%s s)\n' "$name" $(($(date +%s) - start))
  fi
}

web() { (cd web && npm run --silent "$@"); }

licences() {
  if ! cargo deny --version >/dev/null 2>&1; then
    echo 'Left out: cargo-deny is not installed (cargo install --locked cargo-deny).'
    return 0
  fi
  cargo deny --log-level error check licenses bans sources
}

openapi() {
  generated=$(mktemp)
  "$ALMANAC_BIN" openapi >"$generated" &&
    diff -u docs/openapi.json "$generated" | head -n 60
  same=$(cmp -s docs/openapi.json "$generated" && echo yes)
  rm -f "$generated"
  [ "$same" = yes ] || { echo 'docs/openapi.json is not what the handlers say: make openapi'; return 1; }
}

schemathesis() {
  if ! [ -x .tools/bin/schemathesis ]; then
    echo 'Left out: schemathesis is not installed (scripts/setup.sh test says why).'
    return 0
  fi
  scripts/schemathesis.sh
}

webhooks() {
  if ! .tools/python/bin/python3 -c 'import standardwebhooks' 2>/dev/null; then
    echo 'Left out: standardwebhooks is not installed (scripts/setup.sh test says why).'
    return 0
  fi
  scripts/webhooks.sh
}

browser() { CHROMIUM=$(scripts/browser.sh) web test:browser; }

step 'Rust format' cargo fmt --all --check
step 'Imports point one way' scripts/check-layers.sh
step 'Licences and sources of dependencies' licences
step 'clippy' cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
step 'Front end: format, lint, types' web lint
step 'Front end: vendored libraries as in npm' web vendor:check
step 'Container files' scripts/check-docker.sh

if [ "${1:-test}" = test ]; then
  step 'Rust tests' cargo test --locked --workspace --no-fail-fast
  # What follows starts the program that they did. Built by itself, it would be another: its dependencies, with fewer features.
  ALMANAC_BIN=$(scripts/almanac.sh built)
  export ALMANAC_BIN
  step 'docs/openapi.json is what the handlers say' openapi
  step 'What the API answers is what docs/openapi.json says (schemathesis)' schemathesis
  step 'What the Python library standardwebhooks signs is believed' webhooks
  step 'Front end: unit tests' web test
  step 'Front end: the dashboard in a browser' browser
fi

spent=$(($(date +%s) - began))
printf '\n━━ %s min %s s\n' $((spent / 60)) $((spent % 60))
[ $failed = 0 ] || printf 'Failed:%s\n' "$broken"
printf 'steps: %s passed, %s failed\n' $passed $failed
[ $failed = 0 ]
