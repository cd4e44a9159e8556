import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_PATHS } from "../../src/demo/paths.js";
import { createSnippet } from "../../src/demo/snippet.js";
import { startTestServer, type TestServer } from "../running.js";

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer();
});
afterAll(() => test?.close());

const pathOf = (path: string): string => path.replace(/:\w+/, "ridge-tent");

describe("the demo", () => {
  it.each(DEMO_PATHS)(
    "has a page at %s that records itself by the snippet, which its policy lets run",
    async (path) => {
      const answer = await fetch(test.url + pathOf(path));
      expect(answer.status).toBe(200);
      const html = await answer.text();
      expect(html).toContain(createSnippet(test.url, test.server.projectKey));
      expect(html).not.toContain("<!-- reeltime -->");
      const [, inline = ""] = /<script>([\s\S]*?)<\/script>/.exec(html) ?? [];
      const hash = createHash("sha256").update(inline).digest("base64");
      const policy = answer.headers.get("content-security-policy") ?? "";
      expect(policy).toContain(`script-src 'self' ${test.url} 'sha256-${hash}'`);
      expect(policy).toContain(`connect-src 'self' ${test.url}`);
    },
  );

  it("carries every file its pages name", async () => {
    const named = new Set<string>();
    for (const path of ["/demo", "/demo/orders/F-1"]) {
      const html = await (await fetch(test.url + path)).text();
      for (const match of html.matchAll(/(?:src|href)="(\/demo\/files\/[^"]+)"/g)) named.add(match[1] ?? "");
    }
    for (const file of [...named]) {
      const code = await (await fetch(test.url + file)).text();
      for (const match of code.matchAll(/from "\.\/([^"]+)"/g)) named.add(`/demo/files/${match[1]}`);
    }
    expect(named.size).toBe(5);
    for (const file of named) {
      const answer = await fetch(test.url + file);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toMatch(/^text\/(css|javascript)/);
    }
  });

  it("serves its pages' sources at no other address", async () => {
    expect((await fetch(`${test.url}/demo/files/shop.html`)).status).toBe(404);
    expect((await fetch(`${test.url}/demo/files/..%2froutes.ts`)).status).toBe(404);
  });

  it("shows the snippet as the README does", () => {
    const readme = readFileSync(fileURLToPath(new URL("../../../README.md", import.meta.url)), "utf8");
    expect(readme).toContain(createSnippet("https://replay.example.com", "pk_…"));
  });
});
