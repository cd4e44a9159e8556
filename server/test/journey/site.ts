import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Reeltime } from "./reeltime.js";

/** A customer's site: another origin and host name than the server's, under an ordinary CSP. */
export interface Site {
  readonly origin: string;
  stop(): Promise<void>;
}

const page = (reeltime: Reeltime, title: string, init: object): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<style>body { font: 16px sans-serif } .done { color: #888 } #box { width: 40px; height: 40px; background: teal }</style>
<script>
  !function(w,d,u){w.reeltime=w.reeltime||function(){(w.reeltime.q=w.reeltime.q||[]).push(arguments)};
  var s=d.createElement("script");s.async=1;s.src=u+"/recorder.js";d.head.appendChild(s)}(window,document,"${reeltime.origin}");
  reeltime("init", ${JSON.stringify({ projectKey: reeltime.projectKey, apiHost: reeltime.origin, ...init })});
</script></head><body>
<h1>${title}</h1>
<nav><a id="next" href="/second">Second page</a> <button id="spa">About</button></nav>
<form id="form"><label>E-mail <input id="email" name="email" type="email"></label>
<label>Password <input id="password" name="password" type="password"></label>
<label>Note <textarea id="note" name="note"></textarea></label>
<label>Plan <select id="plan"><option>Free</option><option>Team</option></select></label>
<label><input id="terms" type="checkbox"> I agree</label></form>
<button id="add">Add a line</button><button id="fail">Break it</button><button id="grow">Grow</button>
<ul id="list"></ul><div id="box"></div><p id="count">0</p>
<script>
  const $ = (id) => document.getElementById(id);
  let n = 0;
  window.change = () => { n += 1; $("count").textContent = String(n); return n; };
  $("add").onclick = () => { const li = document.createElement("li"); li.className = n % 2 ? "done" : ""; li.textContent = "Line " + ($("list").children.length + 1); $("list").append(li); change(); };
  $("spa").onclick = () => { history.pushState({}, "", "/about?from=nav"); document.title = "About"; $("box").style.background = "gold"; };
  $("fail").onclick = () => { null.explode(); };
  window.busy = (rows) => { $("list").replaceChildren(...Array.from({ length: rows }, (_, i) => { const li = document.createElement("li"); li.textContent = i + " " + Math.random().toString(36).repeat(4); return li; })); change(); };
</script></body></html>`;

/** Starts it. `init` goes into the snippet's options. */
export async function startSite(reeltime: Reeltime, init: object = {}): Promise<Site> {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader(
      "content-security-policy",
      `default-src 'self'; script-src 'self' 'unsafe-inline' ${reeltime.origin}; style-src 'self' 'unsafe-inline'; connect-src 'self' ${reeltime.origin}`,
    );
    response.end(page(reeltime, request.url?.startsWith("/second") ? "Second" : "First", init));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://shop.localhost:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
