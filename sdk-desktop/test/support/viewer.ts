import type { Page } from "playwright-core";
import type { Pixels } from "./replayed-pictures.js";

/** In a page: everything with this name, through every shadow root. */
const FIND = `((name) => {
  const found = [];
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.localName === name) found.push(element);
      if (element.shadowRoot) look(element.shadowRoot);
    }
  };
  look(document);
  return found;
})`;

/** The dashboard's page of one session, as somebody sees it. */
export class Viewer {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The pictures that are shown, in their own pixels; a canvas of another size than a picture's is none. */
  async pictures(width: number, height: number): Promise<readonly Pixels[]> {
    const read = (await this.page.evaluate(`(() => {
      // Beside its exact pixels a picture has a canvas of what is seen of them.
      const exact = ${FIND}("canvas").filter((one) => one.classList.contains("exact"));
      const canvases = exact.filter((one) => one.width === ${width} && one.height === ${height});
      return canvases.map((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let text = "";
        for (let at = 0; at < data.length; at += 32768)
          text += String.fromCharCode.apply(null, data.subarray(at, at + 32768));
        return btoa(text);
      });
    })()`)) as readonly string[];
    return read.map((text) => ({ width, height, bytes: Buffer.from(text, "base64") }));
  }

  /** Stands still at a time, seconds since the session's start. */
  async seek(seconds: number): Promise<void> {
    await this.page.evaluate(`(async () => {
      const [player] = ${FIND}("reeltime-player");
      player.pause();
      player.currentTime = ${seconds};
      const frame = () => new Promise((go) => requestAnimationFrame(go));
      await frame();
      while (player.store.state.phase !== "ready" || player.store.state.waiting) await frame();
      const busy = () => ${FIND}("div").some((one) => one.ariaBusy === "true");
      while (busy()) await frame();
      await frame();
    })()`);
  }

  /** What the player says of itself. */
  async state(): Promise<{ readonly phase: string; readonly waiting: boolean; readonly damaged: number }> {
    return (await this.page.evaluate(`(() => {
      const state = ${FIND}("reeltime-player")[0]?.store?.state;
      return { phase: state?.phase ?? "none", waiting: state?.waiting ?? true, damaged: state?.damaged ?? 0 };
    })()`)) as { phase: string; waiting: boolean; damaged: number };
  }

  /** All that can be read on the page. */
  async text(): Promise<string> {
    return (await this.page.evaluate(`(() => {
      const words = [];
      const look = (node) => {
        for (const child of node.childNodes) {
          if (child.nodeType === 3) words.push(child.textContent.trim());
          else if (child.nodeType === 1 && !["STYLE", "SCRIPT"].includes(child.tagName)) {
            if (child.shadowRoot) look(child.shadowRoot);
            look(child);
          }
        }
      };
      look(document.body);
      return words.filter(Boolean).join(" ");
    })()`)) as string;
  }
}
