#!/usr/bin/env bash
# Holds the HTTP API against its own OpenAPI document with schemathesis (PyPI): starts bin/barometer on ports and a data directory of its
# own, puts a few policies, buyers and limits there, and tries every operation as an analyst and as a policyholder, SECONDS_EACH (60) each.
# A 5xx, a status or a body that the document does not say, and bad input that is taken end it with status 1.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
root=$(cd ../../.. && pwd)
version=4.32.5
seconds=${SECONDS_EACH:-60}

venv=${XDG_CACHE_HOME:-$HOME/.cache}/barometer/schemathesis-$version
if [ ! -x "$venv/bin/schemathesis" ]; then
	python3 -c 'import ensurepip' 2>/dev/null || { apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; }
	python3 -m venv "$venv"
	"$venv/bin/pip" install -q "schemathesis==$version" || { rm -rf "$venv"; exit 1; }
fi

dir=$(mktemp -d)
pid=
stop() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null && wait "$pid" || true; }
	rm -rf "$dir"
}
trap stop EXIT

read -r api kafka clickhouse < <("$venv/bin/python" - <<'PYTHON'
import socket
held = [socket.socket() for _ in range(3)]
for s in held:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held))
PYTHON
)
digest() { printf %s "$1" | sha256sum | cut -d' ' -f1; }
cat >"$dir/barometer.yaml" <<YAML
data_dir: $dir/data
embedded: {kafka_listen: "127.0.0.1:$kafka", clickhouse_listen: "127.0.0.1:$clickhouse"}
http:
  listen: 127.0.0.1:$api
  preliminary_per_day: 10000
  tokens:
    - {sha256: "$(digest ann)", role: analyst, name: ann}
    - {sha256: "$(digest bob)", role: analyst, name: bob}
    - {sha256: "$(digest acme)", role: policyholder, holder: ACME}
logging: {level: warn}
YAML
"$root/bin/barometer" run --config "$dir/barometer.yaml" >"$dir/out" 2>"$dir/log" &
pid=$!
"$venv/bin/python" seed.py "http://127.0.0.1:$api" || { tail -20 "$dir/log"; exit 1; }

cd "$dir" # where schemathesis keeps what it found
failed=0
for token in ann acme; do
	# The live stream has no end. Wrong tokens are tried by tests of this package, and slowed down.
	SCHEMATHESIS_HOOKS=$here/hooks.py "$venv/bin/schemathesis" --config-file "$here/schemathesis.toml" run "http://127.0.0.1:$api/v1/openapi.json" \
		--header "Authorization: Bearer $token" --exclude-operation-id stream-decisions --max-time "$seconds" --phases examples,coverage,fuzzing \
		--exclude-checks ignored_auth --request-timeout 15 --continue-on-failure --no-color --warnings off || failed=1
done
if grep -E 'level=ERROR|"level":"ERROR"' "$dir/log"; then
	echo "the log of the instance has errors"
	failed=1
fi
exit $failed
