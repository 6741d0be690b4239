// The widget bundle looks for its icon fonts beside the page. They are beside the bundle.
(() => {
  const bundle = new URL("vendor/html-manager-1.0.15", document.currentScript.src).href;
  require.config({ paths: { "@jupyter-widgets": bundle, "@jupyter-widgets/html-manager/dist": bundle } });
})();
