// Widgets typeset their labels through MathJax 2's Hub; the book has MathJax 3. Loaded after it, deferred like it.
if (window.MathJax && window.MathJax.typesetPromise) {
  window.MathJax.Hub = {
    Queue: (...calls) => calls.forEach(([, , element]) => window.MathJax.typesetPromise([element])),
    Config: () => {},
  };
}
