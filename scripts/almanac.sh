#!/bin/sh
# Prints the path of the program to start: ALMANAC_BIN, or this checkout's, built now (`almanac.sh built`: it was).
set -eu
cd "$(dirname "$0")/.."

if [ -n "${ALMANAC_BIN:-}" ]; then
  echo "$ALMANAC_BIN"
  exit
fi
[ "${1:-}" = built ] || cargo build --quiet --package almanac-server --bin almanac
target=$(cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
echo "$target/debug/almanac"
