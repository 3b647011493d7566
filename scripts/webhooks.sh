#!/bin/sh
# Delivers to a running server what PyPI's standardwebhooks signs, and what it did not. (npm's libraries do the same in
# web/tests/webhooks.spec.mjs.) The server is this checkout's, on any free port, with data that is thrown away.
set -eu
cd "$(dirname "$0")/.."

almanac=$(scripts/almanac.sh)

data=$(mktemp -d)
trap 'kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; rm -rf "$data"' EXIT
trap 'exit 130' INT TERM
# PostgreSQL's own user has to pass, where the server is root.
chmod 711 "$data"
env -u DATABASE_URL ALMANAC_DATA="$data" HOST=127.0.0.1 PORT=0 LOG=warn BCRYPT_COST=10 "$almanac" serve >"$data/log" 2>&1 &
server=$!
until grep -q 'ready: http://' "$data/log"; do
  kill -0 "$server" 2>/dev/null || { cat "$data/log" >&2; exit 1; }
  sleep 0.2
done
address=$(sed -n 's/.*ready: \(http:[^ ]*\).*/\1/p' "$data/log" | sed 's|/*$||')

.tools/python/bin/python3 - "$address" <<'PYTHON'
import json
import sys
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

from standardwebhooks.webhooks import Webhook

address = sys.argv[1]


def post(path, body, headers):
    request = urllib.request.Request(address + path, body.encode(), {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


_, account = post("/api/v1/auth/register", '{"email": "sender@example.net", "password": "known to this check alone"}', {})
token = {"Authorization": "Bearer " + account["access_token"]}
_, endpoint = post("/api/v1/webhook-endpoints", '{"name": "Python", "scheme": "standard"}', token)


def deliver(id, body, secret=endpoint["secret"], at=None, sent=None):
    at = at or datetime.now(timezone.utc)
    headers = {
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(id, at, body),
    }
    status, answer = post(endpoint["url"], sent or body, headers)
    return status, answer.get("status") or answer["detail"]["error_code"]


body = json.dumps({"type": "notification", "data": {"title": "Flood \u2014 \u00bd past"}}, ensure_ascii=False)
other = "whsec_" + "A" * 43 + "="
old = datetime.now(timezone.utc) - timedelta(minutes=10)
for said, wanted in [
    (deliver("msg_1", body), (202, "done")),
    (deliver("msg_1", body), (200, "done")),
    (deliver("msg_2", body, sent=body + " "), (401, "SIGNATURE_INVALID")),
    (deliver("msg_3", body, secret=other), (401, "SIGNATURE_INVALID")),
    (deliver("msg_4", body, at=old), (401, "SIGNATURE_STALE")),
]:
    assert said == wanted, f"{said}, where {wanted} was expected"
print("5 deliveries answered as they should be")
PYTHON
