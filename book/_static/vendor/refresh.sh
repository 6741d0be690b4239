#!/usr/bin/env bash
# Fetches the vendored files again, at the versions in the folder names. Needs npm; `make book` does not.
# To move to another version: change it here, run this, change _config.yml (MathJax), and look at a page with
# formulas and at a deck of slides.
set -euo pipefail
cd "$(dirname "$0")"

MATHJAX=3.2.2
REVEAL=5.2.1

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

unpack reveal.js "$REVEAL" reveal
rm -rf reveal-*
mkdir "reveal-$REVEAL"
cp "$work/reveal/LICENSE" "$work/reveal/dist/reset.css" "$work/reveal/dist/reveal.css" "$work/reveal/dist/reveal.js" \
    "$work/reveal/plugin/notes/notes.js" "reveal-$REVEAL/"
