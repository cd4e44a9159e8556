import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/**
 * Builds the dashboard: `app/index.html` and everything it needs, into `dist/app/`. The page's policy allows scripts of
 * its own origin and no stylesheet files; nothing here may need more. `es2022` lowers Lit's decorators.
 */
export default defineConfig({
  root: fileURLToPath(new URL("app", import.meta.url)),
  publicDir: false,
  base: "/",
  clearScreen: false,
  resolve: { conditions: ["reeltime-source", "import", "module", "browser", "default"] },
  esbuild: { target: "es2022" },
  build: {
    outDir: fileURLToPath(new URL("dist/app", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
    sourcemap: false,
  },
  server: { fs: { allow: [fileURLToPath(new URL("..", import.meta.url))] } },
});
