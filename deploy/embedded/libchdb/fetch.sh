#!/bin/sh
# Puts libchdb.so, pinned by package-lock.json, into the user's cache. Does nothing when it is there.
# Two runs at once are harmless: each works in its own folder, and a rename publishes the finished file.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
os=$(uname -s | tr '[:upper:]' '[:lower:]')
case "$(uname -m)" in
  x86_64 | amd64) arch=x64 ;;
  aarch64 | arm64) arch=arm64 ;;
  *) arch=$(uname -m) ;;
esac
[ "$os" = linux ] && platform=linux-$arch-gnu || platform=$os-$arch
package=@chdb/lib-$platform

# The value of a key of the package's entry in the lock file.
locked() {
  sed -n "/\"node_modules\/@chdb\/lib-$platform\"/,/}/s/.*\"$1\": \"\([^\"]*\)\".*/\1/p" "$here/package-lock.json" | head -n 1
}
version=$(locked version)
integrity=$(locked integrity)
if [ -z "$version" ] || [ -z "$integrity" ]; then
  echo "libchdb: $package is not pinned in package-lock.json; set BAROMETER_LIBCHDB to a libchdb.so of your own" >&2
  exit 1
fi

target=${XDG_CACHE_HOME:-$HOME/.cache}/barometer/libchdb/$version
[ -f "$target/libchdb.so" ] && exit 0

for tool in npm openssl tar; do
  command -v "$tool" >/dev/null || { echo "libchdb: $tool is needed to fetch it" >&2; exit 1; }
done

mkdir -p "$target"
work=$(mktemp -d "$target/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

(cd "$work" && npm pack --silent --cache "$work/npm" "$package@$version" >npm.log 2>&1) &
npm=$!
seconds=0
while kill -0 "$npm" 2>/dev/null; do
  got=$(du -sk "$work" 2>/dev/null | cut -f 1)
  printf '\rlibchdb %s: fetching %s through npm (about 170 MB), %s MB, %s s ' "$version" "$package" "$((${got:-0} / 1024))" "$seconds" >&2
  sleep 1
  seconds=$((seconds + 1))
done
printf '\n' >&2
wait "$npm" || { cat "$work/npm.log" >&2; echo "libchdb: fetching $package@$version failed" >&2; exit 1; }

archive=$(ls "$work"/*.tgz)
got=sha512-$(openssl dgst -sha512 -binary "$archive" | openssl base64 -A)
if [ "$got" != "$integrity" ]; then
  echo "libchdb: $package@$version has $got, package-lock.json wants $integrity" >&2
  exit 1
fi
tar -xzf "$archive" -C "$work" package/libchdb.so
mv -f "$work/package/libchdb.so" "$target/libchdb.so"
echo "libchdb $version: $target/libchdb.so" >&2
