#!/bin/sh
# Drives a browser through the pages of a product that it starts: the way of a verdict, and axe on every page. SHOTS=DIR keeps pictures.
set -eu
cd "$(dirname "$0")"
command -v chromium >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; }
npm ci --ignore-scripts --no-audit --no-fund --silent
exec node --test --test-reporter=spec pages.test.mjs
