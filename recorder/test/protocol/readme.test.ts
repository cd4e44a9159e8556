import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { frames } from "./golden.js";
import { example } from "./readme-example.js";

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");

it("the README's example is the one that runs here", async () => {
  const source = read("./readme-example.ts");
  const [, shown = ""] = /\/\/ README begins\n([\s\S]*?) *\/\/ README ends/.exec(source) ?? [];
  const inReadme = /```ts\n([\s\S]*?)```/.exec(read("../../README.md"))?.[1];
  expect(inReadme).toBe(shown.replaceAll(/^ {2}/gm, ""));
  const events = await example((body) => ({ ...frames["frame-dom-json"], codec: "deflate-raw", body }));
  expect(events).toEqual([
    { type: 4, data: { href: "https://shop.example/" }, timestamp: 1_767_225_600_000 },
  ]);
});
