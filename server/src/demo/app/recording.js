/** Milliseconds a recorder that is there needs to say so. */
const PATIENCE_MS = 10_000;

/** Shows whether this page is being recorded, and where to watch it. */
export function showRecording() {
  const box = document.getElementById("recording");
  const text = document.getElementById("recording-text");
  const link = document.getElementById("recording-link");

  const show = (url) => {
    clearTimeout(giveUp);
    box.classList.toggle("on", Boolean(url));
    text.textContent = url ? "This page is being recorded" : "Not being recorded";
    link.hidden = !url;
    if (url) link.href = url;
  };

  const giveUp = setTimeout(show, PATIENCE_MS, undefined);
  window.addEventListener("reeltime:session", (event) => show(event.detail?.url));
  window.reeltime?.("getSessionUrl", show);
}
