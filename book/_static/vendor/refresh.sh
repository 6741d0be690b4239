#!/usr/bin/env bash
# Fetches the vendored files again, at the versions in the folder names. Needs npm; `make book` does not.
# To move to another version: change it here, run this, change _config.yml, and look at a page with a widget.
set -euo pipefail
cd "$(dirname "$0")"

MATHJAX=3.2.2
REQUIREJS=2.3.8
HTML_MANAGER=1.0.15
FONT_AWESOME=5.15.4   # only its licence: the icon fonts inside html-manager are Font Awesome 5

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

unpack() {  # npm name, version -> $work/<folder>
    local archive
    archive=$(npm pack --silent --pack-destination "$work" "$1@$2" | tail -n 1)
    mkdir -p "$work/$3"
    tar -xzf "$work/$archive" -C "$work/$3" --strip-components=1
}

unpack mathjax "$MATHJAX" mathjax
rm -rf mathjax-*
mkdir -p "mathjax-$MATHJAX/input/tex/extensions" "mathjax-$MATHJAX/output/chtml/fonts/woff-v2"
cp "$work/mathjax/LICENSE" "mathjax-$MATHJAX/"
cp "$work/mathjax/es5/tex-mml-chtml.js" "mathjax-$MATHJAX/"
cp "$work"/mathjax/es5/output/chtml/fonts/woff-v2/*.woff "mathjax-$MATHJAX/output/chtml/fonts/woff-v2/"
# What MathJax loads by itself when a formula asks for it (\boldsymbol, \color, ...).
cp "$work"/mathjax/es5/input/tex/extensions/*.js "mathjax-$MATHJAX/input/tex/extensions/"
rm "mathjax-$MATHJAX/input/tex/extensions/all-packages.js"

unpack requirejs "$REQUIREJS" requirejs
rm -rf requirejs-*/*.js
mkdir -p "requirejs-$REQUIREJS"
cp "$work/requirejs/require.js" "requirejs-$REQUIREJS/"

unpack @jupyter-widgets/html-manager "$HTML_MANAGER" html-manager
unpack @fortawesome/fontawesome-free "$FONT_AWESOME" fontawesome
rm -f html-manager-*/*.js html-manager-*/*.woff2
mkdir -p "html-manager-$HTML_MANAGER"
cp "$work/html-manager/dist/embed-amd.js" "$work"/html-manager/dist/*.woff2 "html-manager-$HTML_MANAGER/"
cp "$work/html-manager/dist/embed.js.LICENSE.txt" "html-manager-$HTML_MANAGER/LICENSE-bundled.txt"
cp "$work/fontawesome/LICENSE.txt" "html-manager-$HTML_MANAGER/LICENSE-icon-fonts.txt"

for folder in "requirejs-$REQUIREJS" "html-manager-$HTML_MANAGER"; do
    [ -f "$folder/LICENSE" ] || echo "$folder has no LICENSE: its npm package carries none, copy it by hand."
done
