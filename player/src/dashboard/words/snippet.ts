/** What a snippet is made for. */
export interface SnippetOptions {
  /** The project's public key, `pk_…`. */
  readonly projectKey: string;
  /** Where this server answers, without a slash at the end: `https://replay.example.com`. */
  readonly origin: string;
}

/** The text to paste into a page that is to be recorded: loads the SDK and starts it. */
export function snippet({ projectKey, origin }: SnippetOptions): string {
  const host = scriptString(origin);
  return `<script>
  !function(w,d,u){w.reeltime=w.reeltime||function(){(w.reeltime.q=w.reeltime.q||[]).push(arguments)};
  var s=d.createElement("script");s.async=1;s.src=u+"/recorder.js";d.head.appendChild(s)}(window,document,${host});
  reeltime("init", { projectKey: ${scriptString(projectKey)}, apiHost: ${host} });
</script>`;
}

/** A string literal that can end neither itself nor the script it stands in. */
const scriptString = (text: string): string => JSON.stringify(text).replaceAll("<", "\\u003c");
