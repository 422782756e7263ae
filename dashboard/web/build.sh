#!/bin/sh
# Installs what package-lock.json pins and copies the files that the pages use into dist, which is embedded at build time.
set -eu
cd "$(dirname "$0")"
npm ci --ignore-scripts --no-audit --no-fund --silent
mkdir -p dist
cp node_modules/htmx.org/dist/htmx.min.js node_modules/uplot/dist/uPlot.iife.min.js node_modules/uplot/dist/uPlot.min.css dist/
