import type { ConformanceCase, ServerKind } from "./case.js";
import { ConformanceContext, type ConformanceTarget } from "./context.js";

/** Runs one case against an endpoint and cleans up. Rejects when the server is not as the case says. */
export async function runCase(
  one: ConformanceCase,
  target: ConformanceTarget,
  kind: ServerKind,
): Promise<void> {
  const ctx = new ConformanceContext(target);
  const run = kind === "reeltime" && one.differs !== undefined ? one.differs.run : one.run;
  try {
    await run(ctx);
  } finally {
    await ctx.close();
  }
}
