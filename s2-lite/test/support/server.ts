import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S2, type S2Basin, type S2ClientOptions } from "@s2-dev/streamstore";
import { onTestFinished } from "vitest";
import { type S2Lite, type S2LiteOptions, startS2Lite } from "../../src/index.js";

/** A folder that goes when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "s2-lite-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A server on a folder of its own, closed when the test is over. */
export async function startTestServer(
  options: Partial<S2LiteOptions> = {},
): Promise<S2Lite & { dir: string }> {
  const dir = options.dir ?? (await temporaryFolder());
  const server = await startS2Lite({ ...options, dir });
  onTestFinished(() => server.close());
  return { ...server, dir };
}

/** The unmodified SDK against a server. */
export function sdk(endpoint: string, options: Partial<S2ClientOptions> = {}): S2 {
  return new S2({
    accessToken: "any",
    retry: { maxAttempts: 1 },
    ...options,
    endpoints: { account: endpoint, basin: endpoint },
  });
}

/** The name of the basin that most tests use. */
export const BASIN = "test-basin";

/** A server, the SDK, and a basin in it. */
export async function startWithBasin(
  options: Partial<S2LiteOptions> = {},
): Promise<{ server: S2Lite & { dir: string }; s2: S2; basin: S2Basin }> {
  const server = await startTestServer(options);
  const s2 = sdk(server.endpoint);
  await s2.basins.ensure({ basin: BASIN });
  return { server, s2, basin: s2.basin(BASIN) };
}

/** Tries until it succeeds: for what the server does in the background. Fails with the last error. */
export async function eventually<T>(work: () => Promise<T>, timeoutMs = 10_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
