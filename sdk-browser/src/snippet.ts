/** The snippet to put into a page's head, with `API_HOST` and `PROJECT_KEY` in place of the collector's address and the project's key. */
export const SNIPPET = `<script>
  !function(w,d,u){w.reeltime=w.reeltime||function(){(w.reeltime.q=w.reeltime.q||[]).push(arguments)};
  var s=d.createElement("script");s.async=1;s.src=u+"/recorder.js";d.head.appendChild(s)}(window,document,"API_HOST");
  reeltime("init", { projectKey: "PROJECT_KEY", apiHost: "API_HOST" });
</script>`;
