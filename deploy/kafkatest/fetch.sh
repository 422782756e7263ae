#!/bin/sh
# Copies the Apache Kafka that pom.xml names, with what it needs, from Maven Central into the user's cache (45 jars, 43 MB)
# and prints the folder. Does nothing more when it is there. Maven checks the checksums of what it fetches. Two runs at
# once are harmless: each works in its own folder, and a rename publishes the finished one.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
version=$(sed -n 's/.*<kafka.version>\(.*\)<\/kafka.version>.*/\1/p' "$here/pom.xml")
target=${XDG_CACHE_HOME:-$HOME/.cache}/barometer/kafka/$version
if [ -d "$target" ]; then
  echo "$target"
  exit 0
fi
command -v mvn >/dev/null || { echo "kafkatest: Maven (mvn) is needed to fetch Apache Kafka $version" >&2; exit 1; }

mkdir -p "$(dirname "$target")"
work=$(mktemp -d "$target.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
echo "kafkatest: fetching Apache Kafka $version from Maven Central (about 43 MB)" >&2
mvn --batch-mode --quiet --strict-checksums --file "$here/pom.xml" dependency:copy-dependencies \
  -DincludeScope=runtime -DoutputDirectory="$work" >&2
mv "$work" "$target" 2>/dev/null || [ -d "$target" ]
echo "$target"
