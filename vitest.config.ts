import { defineConfig } from "vitest/config";

/** Tests run on the packages' sources: the export condition `reeltime-source` points at them. */
const resolve = { conditions: ["reeltime-source", "import", "module", "node", "default"] };
// Without "import": Node would give it to `require` too, and Express's own dependencies would get modules for functions.
const ssr = { resolve: { conditions: ["reeltime-source", "module", "node"] } };

const unit = (name: string, folder: string) => ({
  resolve,
  ssr,
  test: {
    name,
    include: [`${folder}/test/**/*.test.ts`],
    exclude: ["**/journey/**", "**/node_modules/**"],
    environment: "node" as const,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    // For the conformance cases, which run side by side.
    maxConcurrency: 8,
    projects: [
      unit("recorder", "recorder"),
      unit("s2-lite", "s2-lite"),
      unit("server", "server"),
      unit("player", "player"),
      unit("sdk-browser", "sdk-browser"),
      unit("sdk-desktop", "sdk-desktop"),
      {
        resolve,
        ssr,
        test: {
          name: "journey",
          include: ["*/test/journey/**/*.test.ts"],
          environment: "node" as const,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
