/**
 * The script element a page records itself with, as the README shows it, with a host and a key in it.
 * @param publicUrl how browsers reach the server, without a trailing slash
 */
export const createSnippet = (publicUrl: string, key: string): string => `<script>
  !function(w,d,u){w.reeltime=w.reeltime||function(){(w.reeltime.q=w.reeltime.q||[]).push(arguments)};
  var s=d.createElement("script");s.async=1;s.src=u+"/recorder.js";d.head.appendChild(s)}(window,document,"${publicUrl}");
  reeltime("init", { projectKey: "${key}", apiHost: "${publicUrl}" });
</script>`;
