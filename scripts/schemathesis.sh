#!/bin/sh
# Asks a running server what its OpenAPI document allows, and what it does not: no answer is a 5xx, has a status that is
# not documented, or a body or header of another shape. Arguments go on to schemathesis: schemathesis.sh -n 500 --seed 7
#
# The server is this checkout's, on any free port, with data that is thrown away. Each kind of credential is a real one.
# Bounded, and the same from run to run, unless the arguments say otherwise.
# shellcheck disable=SC2016 # schemathesis expands the variables of its configuration
set -eu
cd "$(dirname "$0")/.."
root=$PWD

[ $# -gt 0 ] || set -- --max-examples 15 --generation-deterministic
schemathesis=$root/.tools/bin/schemathesis

almanac=$(scripts/almanac.sh)

data=$(mktemp -d)
trap 'kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; rm -rf "$data"' EXIT
trap 'exit 130' INT TERM
# PostgreSQL's own user has to pass, where the server is root.
chmod 711 "$data"
export METRICS_TOKEN=metrics-token-of-this-check
env -u DATABASE_URL ALMANAC_DATA="$data" ALMANAC_WEB="$root/web" HOST=127.0.0.1 PORT=0 LOG=warn BCRYPT_COST=10 \
  RATE_LIMIT=off REGISTER_RATE_LIMIT=off "$almanac" serve >"$data/log" 2>&1 &
server=$!
until grep -q 'ready: http://' "$data/log"; do
  kill -0 "$server" 2>/dev/null || { cat "$data/log" >&2; exit 1; }
  sleep 0.2
done
address=$(sed -n 's/.*ready: \(http:[^ ]*\).*/\1/p' "$data/log" | sed 's|/*$||')
url=$address/api/v1

# ask PATH BODY [CURL'S OTHER ARGUMENTS], field NAME: enough of a client to get credentials with.
ask() { path=$1 body=$2; shift 2; curl -sS --fail "$url$path" -H 'Content-Type: application/json' -d "$body" "$@"; }
field() { sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }
who='"email":"somebody@example.net","password":"known to this check alone"'
account=$(ask /auth/register "{$who}")
USER_TOKEN=$(echo "$account" | field access_token)
USER_ID=$(echo "$account" | sed 's/.*"user":{"id":"\([^"]*\)".*/\1/')
# Somebody else, for what admins do to people.
OTHER_USER_ID=$(ask /auth/register '{"email":"other@example.net","password":"known to this check alone"}' | sed 's/.*"user":{"id":"\([^"]*\)".*/\1/')
as_user="Authorization: Bearer $USER_TOKEN"
device=$(ask /devices/register '{"platform":"linux"}' -H "$as_user")
DEVICE_TOKEN=$(echo "$device" | field access_token)
DEVICE_KEY=$(echo "$device" | field device_key)
# Refresh tokens come from elsewhere, so that using them up ends nothing else; so does what is deleted or cut off.
USER_REFRESH_TOKEN=$(ask /auth/login "{$who}" | field refresh_token)
other=$(ask /devices/register '{"platform":"ios"}' -H "$as_user")
DEVICE_REFRESH_TOKEN=$(echo "$other" | field refresh_token)
OTHER_ID=$(echo "$other" | field device_id)
SESSION_ID=$(ask /auth/login "{$who}" >/dev/null; curl -sS --fail "$url/users/me/sessions" -H "$as_user" | sed 's/.*{"sessions":\[{"id":"\([^"]*\)".*/\1/')
export USER_TOKEN USER_REFRESH_TOKEN DEVICE_TOKEN DEVICE_KEY DEVICE_REFRESH_TOKEN USER_ID OTHER_USER_ID OTHER_ID SESSION_ID
ask /usage/batch '{"sessions":[{"app":"Editor","started_at":"2026-01-01T09:00:00Z","ended_at":"2026-01-01T10:30:00Z"}]}' \
  -H "Authorization: Bearer $DEVICE_TOKEN" >/dev/null

# bearer SCHEME VARIABLE, key SCHEME VARIABLE: a credential, in schemathesis's configuration.
bearer() { printf '[auth.openapi.%s]\nbearer = "${%s}"\n' "$1" "$2"; }
key() { printf '[auth.openapi.%s]\napi_key = "${%s}"\n' "$1" "$2"; }
# What is wrong with a request may also be its size. What a schema cannot say (an unused e-mail address) is no failure,
# and the rows of a batch are judged one by one.
rules='[checks]
positive_data_acceptance.enabled = false
negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "409", "413", "415", "422", "429"]
[[operations]]
include-operation-id = ["upload_usage", "sync_events"]
checks.negative_data_rejection.enabled = false
[[operations]]
include-operation-id = "show_profile"
parameters = { user_id = "${USER_ID}" }
[[operations]]
include-path-regex = "^/admin/users/"
parameters = { user_id = "${OTHER_USER_ID}" }
[[operations]]
include-operation-id = ["rename_device", "claim_device", "delete_device"]
parameters = { device_id = "${OTHER_ID}" }
[[operations]]
include-operation-id = "end_session"
parameters = { session_id = "${SESSION_ID}" }'
device_credentials() {
  bearer device_token DEVICE_TOKEN
  key device_key DEVICE_KEY
  bearer refresh_token DEVICE_REFRESH_TOKEN
}
user_credentials() {
  bearer user_token USER_TOKEN
  bearer user_refresh_token USER_REFRESH_TOKEN
  key refresh_cookie USER_REFRESH_TOKEN
  bearer metrics_token METRICS_TOKEN
}
{ user_credentials; device_credentials; echo "$rules"; } >"$data/people.toml"
{ device_credentials; echo "$rules"; } >"$data/devices.toml"

# pass NAME CONFIGURATION ARGUMENTS...: one run; its report is shown where it fails.
pass() {
  name=$1 configuration=$2
  shift 2
  if (cd "$data" && "$schemathesis" --config-file "$configuration.toml" run "$address/openapi.json" --no-color \
    --request-timeout 10 "$@") >"$data/report" 2>&1; then
    echo "$name: $(sed -n 's/^ *\([0-9]* generated.*\)/\1/p' "$data/report")"
  else
    cat "$data/report"
    grep -v 'is ready' "$data/log" | tail -n 20
    exit 1
  fi
}
# What takes the ground away from under the others comes last. An answer without an end (`listen`) is no case for it: it reads
# answers to their end; nor is a body that has to be gzip (`import_account`).
pass 'As a person' people --exclude-operation-id listen --exclude-operation-id import_account --exclude-operation-id logout --exclude-operation-id revoke_device --exclude-operation-id end_session "$@"
pass 'As a device' devices --include-tag usage --include-operation-id list_devices "$@"
pass 'Ends of sessions' people --include-operation-id end_session --include-operation-id logout "$@"
pass 'A device cut off' devices --include-operation-id revoke_device "$@"
