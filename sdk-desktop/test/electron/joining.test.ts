import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stage, setStage } from "../../../sdk-browser/test/browser/stage.js";
import type { Joining } from "../../src/electron/joining.js";

/** The preload's work, in a page, with the main process's part played by the test. */
async function joiningScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../../src/electron/joining.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "joining",
  });
  return outputFiles[0]?.text ?? "";
}

describe("a page joined to its app's session", () => {
  let stage: Stage;
  let script: string;
  beforeAll(async () => {
    [stage, script] = await Promise.all([setStage(), joiningScript()]);
  });
  afterEach(() => stage.reset());
  afterAll(() => stage.stop());

  /** A session that the app's own recorder has opened. */
  const open = async (after?: string): Promise<NonNullable<Joining["session"]>> => {
    const answer = await fetch(`${stage.collector.origin}/v1/sessions`, {
      method: "POST",
      body: JSON.stringify({ key: "pk_test", sentAtMs: Date.now(), client: { sdk: "desktop" }, after }),
    });
    return (await answer.json()) as NonNullable<Joining["session"]>;
  };
  const visitor = async (session: Joining["session"], left?: object): Promise<BrowserContext> => {
    const context = await stage.visitor();
    if (left)
      await context.addInitScript(`localStorage.setItem("reeltime:pk_test", '${JSON.stringify(left)}')`);
    await context.addInitScript(`${script}
      joining.joinPage({
        ask: () => (${JSON.stringify({ projectKey: "pk_test", session })}),
        onSession: (hear) => { window.tellSession = hear; },
        storage: localStorage,
        locks: navigator.locks,
      });`);
    return context;
  };
  const tell = async (context: BrowserContext, session: Joining["session"]): Promise<void> => {
    const joining: Joining = { projectKey: "pk_test", session };
    for (const page of context.pages())
      await page.evaluate(
        (now) => (window as unknown as { tellSession: (joining: unknown) => void }).tellSession(now),
        joining,
      );
  };
  const sessionsOf = (): readonly string[] => [
    ...new Set(stage.collector.frames.map(({ session }) => session)),
  ];

  it("records into it, and opens none", async () => {
    const session = await open();
    await stage.open(await visitor(session));
    await stage.recording();
    expect(sessionsOf()).toEqual([session.sessionId]);
    expect(stage.collector.opened).toHaveLength(1);
  });

  it("waits for it, also when it has another one in its storage from before", async () => {
    const context = await visitor(undefined, { sessionId: "gone", token: "token.gone", url: "" });
    const [one, two] = [await stage.open(context), await stage.open(context, "/two")];
    // As long as a page gives another tab to open one.
    await one.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    await two.evaluate(() => document.body.append("more"));
    expect(stage.collector.opened).toEqual([]);
    const session = await open();
    await tell(context, session);
    await stage.recording(2);
    expect(sessionsOf()).toEqual([session.sessionId]);
    expect(stage.collector.opened).toHaveLength(1);
  });

  it("goes on in the one that the app goes on in", async () => {
    const session = await open();
    const context = await visitor(session);
    const page = await stage.open(context);
    await stage.recording();
    stage.collector.closed.set(session.sessionId, "limit");
    await page.mouse.click(10, 10);
    await page.evaluate(() => document.body.append("more"));
    await stage.collector.until(
      "that it hears",
      () => stage.collector.requests.filter(({ url }) => url.endsWith("/frames")).length >= 2,
    );
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    expect(stage.collector.opened).toHaveLength(1);
    const next = await open(session.token);
    await tell(context, next);
    await stage.collector.until("a checkout there", () =>
      stage.collector.frames.some((frame) => frame.session === next.sessionId && frame.checkout),
    );
    expect(stage.collector.opened).toHaveLength(2);
  });
});
