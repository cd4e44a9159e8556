import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { SNIPPET } from "../src/snippet.js";

it("shows in the README the snippet that the package exports", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const shown = SNIPPET.replaceAll("API_HOST", "https://replay.example.com").replace("PROJECT_KEY", "pk_…");
  expect(readme).toContain(shown);
});
