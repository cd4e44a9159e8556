import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EMPTY_CONTROL } from "../../src/access/control-events.js";
import { createProjects } from "../../src/access/projects.js";
import { readConfig } from "../../src/index.js";
import { createLive } from "../../src/live/index.js";
import { createOpenApi, methodsOf, PATHS } from "../../src/openapi/document.js";
import { templateOf } from "../../src/openapi/pages.js";
import type { Operation, Schema } from "../../src/openapi/types.js";
import { DEFAULT_PLACES } from "../../src/pages/built-files.js";
import { createRoutes } from "../../src/routes.js";
import { frameOf, startTestServer, type TestServer, uploadOf } from "../running.js";
import { problemsOf } from "./schema.js";
import { routesOf } from "./walk.js";

let test: TestServer;
let document: { readonly components: { readonly schemas: Readonly<Record<string, Schema>> } };
beforeAll(async () => {
  test = await startTestServer();
  document = (await (await fetch(`${test.url}/v1/openapi.json`)).json()) as typeof document;
});
afterAll(() => test?.close());

const operations = Object.entries(PATHS).flatMap(([path, item]) =>
  Object.entries(item).map(
    ([method, operation]) => [method.toUpperCase(), path, operation as Operation] as const,
  ),
);
const operationOf = (method: string, path: string): Operation | undefined =>
  operations.find(([itsMethod, itsPath]) => itsMethod === method && itsPath === path)?.[2];

/** Says what is wrong with an answer by what the document says of it. */
async function wrongWith(method: string, path: string, answer: Response): Promise<readonly string[]> {
  const operation = operationOf(method, path);
  const said = operation?.responses[String(answer.status)];
  if (said === undefined)
    return [`${method} ${path} answered ${answer.status}, which the document does not say`];
  const content = said.content as Readonly<Record<string, { readonly schema: Schema }>> | undefined;
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  if (content === undefined) return [];
  const schema = (content[type] ?? content["*/*"])?.schema;
  if (schema === undefined) return [`${method} ${path} answered ${type}, which the document does not say`];
  if (type !== "application/json") return [];
  return problemsOf(schema, await answer.json(), document.components.schemas);
}

describe("the document", () => {
  it("is served as it is, for this server", () => {
    expect(document).toEqual(JSON.parse(JSON.stringify(createOpenApi(test.url))));
  });

  it("names each operation once, and refers only to what it has", () => {
    const ids = operations.map(([, , operation]) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const references = JSON.stringify(document).match(/#\/components\/schemas\/\w+/g) ?? [];
    for (const reference of references) {
      expect(document.components.schemas).toHaveProperty(reference.split("/").at(-1) ?? "");
    }
  });

  it("has a parameter for each variable of a path", () => {
    for (const [, path, operation] of operations) {
      const variables = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const named = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
      expect([path, named.map((parameter) => parameter.name)]).toEqual([path, variables]);
    }
  });

  it("knows the methods of every path", () => {
    expect(methodsOf("/v1/sessions/abc/frames")).toEqual(["GET", "HEAD", "OPTIONS", "POST"]);
    expect(methodsOf("/assets/deep/file.js")).toEqual(["GET", "HEAD"]);
    expect(methodsOf("/v1/sessions/a/b")).toEqual([]);
    expect(methodsOf("/v1xsessions")).toEqual([]);
    expect(templateOf("/demo/products/:product")).toBe("/demo/products/{product}");
  });
});

describe("the running server", () => {
  it("answers every documented route as it is documented, to anybody and to readers", async () => {
    const session = await test.open();
    await test.append(session, frameOf(0, { facts: [{ type: "click", atMs: Date.now(), text: "Pay" }] }));
    const closed = await test.open({ after: session.token });
    await test.append(closed, frameOf(0));
    await test.post(closed.sessionId, "stop", uploadOf(closed.token));
    const bodies: Readonly<Record<string, () => BodyInit>> = {
      openSession: () =>
        JSON.stringify({ key: test.server.projectKey, sentAtMs: Date.now(), client: { sdk: "a" } }),
      appendFrames: () => uploadOf(session.token, frameOf(1)),
      stopSession: () => uploadOf(session.token, frameOf(2)),
      changeProject: () => JSON.stringify({ policy: { mp4OnClose: false } }),
      signIn: () => JSON.stringify({ key: test.server.readKey }),
    };
    const queries: Readonly<Record<string, string>> = {
      readFrames: "?from=0",
      followLive: "?list=default",
      signInByLink: "?code=wrong",
      exportSession: "?format=mp4",
      getExport: "?format=mp4",
      removeExport: "?format=mp4",
    };
    const problems: string[] = [];
    // What erases and stops goes last, so that the others have something to answer with.
    const last = ["stopSession", "eraseSession", "signOut"];
    const order = [...operations].sort(
      ([, , a], [, , b]) => last.indexOf(a.operationId) - last.indexOf(b.operationId),
    );
    for (const [method, path, operation] of order) {
      for (const id of [session.sessionId, closed.sessionId, "nonsense"]) {
        const url = `${test.url}${path.replace("{id}", id).replace(/\{\w+\}/g, "shop.css")}${queries[operation.operationId] ?? ""}`;
        for (const reader of [false, true]) {
          const ending = new AbortController();
          const answer = await fetch(url, {
            method,
            redirect: "manual",
            signal: ending.signal,
            headers: reader ? { authorization: `Bearer ${test.server.readKey}` } : {},
            ...(bodies[operation.operationId] === undefined
              ? {}
              : { body: bodies[operation.operationId]?.() ?? "" }),
          });
          problems.push(
            ...(await wrongWith(method, path, answer)).map((problem) => `${method} ${path}: ${problem}`),
          );
          const isPrivate = (operation.security ?? []).length > 0;
          if (isPrivate && !reader) expect([path, answer.status]).toEqual([path, 401]);
          if (id !== "nonsense" && (reader || !isPrivate)) {
            expect([method, path, answer.status]).not.toEqual([method, path, 401]);
            expect([method, path, answer.status]).not.toEqual([method, path, 405]);
          }
          ending.abort();
        }
      }
    }
    expect(problems).toEqual([]);
  });

  it("answers refusals as they are documented", async () => {
    const session = await test.open();
    const at = `/v1/sessions/${session.sessionId}`;
    const template = "/v1/sessions/{id}";
    const asks: readonly (readonly [string, string, Promise<Response>])[] = [
      ["POST", `${template}/frames`, test.post(session.sessionId, "frames", new Uint8Array(3))],
      ["POST", `${template}/frames`, test.append(session, frameOf(3))],
      ["POST", `${template}/frames`, test.append({ ...session, token: "no" }, frameOf(0))],
      ["POST", "/v1/sessions", test.askOpen("{")],
      ["POST", "/v1/sessions", test.askOpen({}, { origin: "https://evil.test" })],
      ["GET", "/v1/sessions", test.read("/v1/sessions?limit=many")],
      ["GET", `${template}/frames`, test.read(`${at}/frames`)],
      ["GET", "/v1/live", test.read("/v1/live?sessions=nonsense")],
      ["GET", "/v1/projects", test.read("/v1/projects", { headers: { "sec-fetch-dest": "image" } })],
      ["POST", "/v1/sign-in", fetch(`${test.url}/v1/sign-in`, { method: "POST", body: "{}" })],
    ];
    for (const [method, path, asked] of asks) {
      const answer = await asked;
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect([path, await wrongWith(method, path, answer)]).toEqual([path, []]);
    }
  });

  it("has no route that is not documented", async () => {
    // The app alone, over nothing: routes are registered before anything behind them is asked.
    const nothing = {} as never;
    const { app } = await createRoutes({
      config: readConfig({}, "/"),
      url: "http://127.0.0.1:1",
      secret: "none",
      recorder: nothing,
      catalog: nothing,
      live: createLive({
        recorder: nothing,
        catalog: { onChange: () => () => {} } as never,
        clock: Date.now,
      }),
      exports: nothing,
      ffmpeg: nothing,
      control: nothing,
      projects: createProjects(() => EMPTY_CONTROL, []),
      readers: nothing,
      code: nothing,
      places: DEFAULT_PLACES,
      clock: Date.now,
      sendError: () => {},
      s2: { failure: () => undefined },
    });
    const registered = routesOf(app);
    const documented = new Set(operations.map(([method, path]) => `${method} ${path}`));
    expect(registered.length).toBeGreaterThan(15);
    expect(registered.filter((route) => !documented.has(route))).toEqual([]);
  });
});
