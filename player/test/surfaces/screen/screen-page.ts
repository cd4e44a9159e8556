import type { Page } from "playwright-core";

/** Waits until every picture shows what it should by now. */
export const painted = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => {
    const stage = window.player.shadowRoot?.querySelector("reeltime-player-stage");
    const screen = stage?.shadowRoot?.querySelector(".screen");
    const state = window.player.store?.state;
    const pictures = screen?.querySelectorAll(".picture:not([hidden])").length ?? 0;
    return state?.phase === "ready" && !state.waiting && pictures > 0 && !screen?.hasAttribute("aria-busy");
  });

/** Names the exact pixels of each picture that is seen, in the order of their places. */
export const pictureHashes = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async () => {
    const stage = window.player.shadowRoot?.querySelector("reeltime-player-stage");
    const canvases = stage?.shadowRoot?.querySelectorAll<HTMLCanvasElement>(
      ".picture:not([hidden]) canvas.exact",
    );
    const hashes: string[] = [];
    for (const canvas of canvases ?? []) {
      const { width, height } = canvas;
      const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      copy?.drawImage(canvas, 0, 0);
      const data = copy?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
      const head = new TextEncoder().encode(`${width}x${height}`);
      const bytes = new Uint8Array(head.length + width * height * 3);
      bytes.set(head);
      for (let from = 0, to = head.length; from < data.length; from += 4) {
        bytes[to++] = data[from] ?? 0;
        bytes[to++] = data[from + 1] ?? 0;
        bytes[to++] = data[from + 2] ?? 0;
      }
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      hashes.push([...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    }
    return hashes;
  });

/** Goes to a time and waits until it is shown. */
export async function seekTo(page: Page, seconds: number): Promise<void> {
  await page.evaluate(async (to) => {
    window.player.currentTime = to;
    // A step too small to open anything anew is made before the next picture.
    for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
  }, seconds);
  await painted(page);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where pictures and pointers are within what is shown, in CSS pixels. */
export async function pictureBoxes(
  page: Page,
  windows: readonly [string, string],
): Promise<{
  readonly view: Box;
  readonly left: Box | undefined;
  readonly right: Box | undefined;
  readonly pointers: readonly { readonly x: number; readonly y: number }[];
}> {
  return await page.evaluate(([first, second]) => {
    const root = window.player.shadowRoot?.querySelector("reeltime-player-stage")?.shadowRoot;
    const whole = root?.querySelector(".screen")?.getBoundingClientRect() ?? new DOMRect();
    const boxOf = (element: Element | null | undefined) => {
      const { x, y, width, height } = element?.getBoundingClientRect() ?? new DOMRect();
      return { x: x - whole.x, y: y - whole.y, width, height };
    };
    return {
      view: boxOf(root?.querySelector(".screen")),
      left: boxOf(root?.querySelector(`[data-window="${first}"]`)),
      right: boxOf(root?.querySelector(`[data-window="${second}"]`)),
      // The tip of the arrow in its box.
      pointers: [...(root?.querySelectorAll(".pointer:not([hidden])") ?? [])].map((element) => {
        const { x, y } = boxOf(element);
        return { x: x + 3, y: y + 2 };
      }),
    };
  }, windows);
}
