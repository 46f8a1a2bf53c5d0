#!/bin/sh
# Builds static/vendor (never committed) from frontend/node_modules: styles, script, typeface.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
from=$here/node_modules
to=$here/../static/vendor
mkdir -p "$to"
"$from/.bin/sass" --quiet --style=compressed --no-source-map \
  --load-path="$from/govuk-frontend/dist" "$here/site.scss" "$to/govuk.css"
cp "$from/htmx.org/dist/htmx.min.js" "$to/htmx.js"
for weight in 400 700; do
  cp "$from/@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-$weight-normal.woff2" \
    "$to/atkinson-$weight.woff2"
  # the same as a plain typeface, for the PDFs
  node "$here/typeface.mjs" \
    "$from/@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-$weight-normal.woff" \
    "$to/atkinson-$weight.ttf"
done
