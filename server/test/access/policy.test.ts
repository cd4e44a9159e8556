import type { ProjectId } from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyControl, type ControlState, EMPTY_CONTROL } from "../../src/access/control-events.js";
import { codeOf, startTestServer, type TestServer, temporaryS2, until } from "../running.js";

let s2: Awaited<ReturnType<typeof temporaryS2>>;
let test: TestServer;
beforeAll(async () => {
  s2 = await temporaryS2();
  test = await startTestServer({ s2 });
});
afterAll(async () => {
  await test?.close();
  await s2?.close();
});

const change = (body: string, id = "default"): Promise<Response> =>
  test.read(`/v1/projects/${id}`, { method: "PATCH", body });
const policyOn = async (on: TestServer): Promise<unknown> => {
  const { projects } = (await (await on.read("/v1/projects")).json()) as {
    projects: readonly { readonly policy: unknown }[];
  };
  return projects[0]?.policy;
};

describe("a project's policy", () => {
  it("is off from the start, changes, and holds over a restart and on other servers", async () => {
    expect(await policyOn(test)).toEqual({ mp4OnClose: false });
    const answer = await change('{"policy": {"mp4OnClose": true}}');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ id: "default", policy: { mp4OnClose: true } });
    const other = await startTestServer({ s2 });
    try {
      expect(await policyOn(other)).toEqual({ mp4OnClose: true });
      await change('{"policy": {"mp4OnClose": false}}');
      await until(async () => JSON.stringify(await policyOn(other)) === '{"mp4OnClose":false}');
    } finally {
      await other.close();
    }
  });

  it("stays as it is where the body does not name it", async () => {
    await change('{"policy": {"mp4OnClose": true}}');
    expect((await change('{"policy": {}}')).status).toBe(200);
    expect(await policyOn(test)).toEqual({ mp4OnClose: true });
  });

  it("is not changed by what is no policy, or of no project", async () => {
    for (const [body, code] of [
      ["{", "malformed"],
      ["[]", "invalid"],
      ["{}", "invalid"],
      ['{"policy": {"mp4OnClose": "yes"}}', "invalid"],
      ['{"policy": {"webmOnClose": true}}', "invalid"],
      ['{"key": "pk_mine"}', "invalid"],
    ] as const)
      expect([body, await codeOf(await change(body))]).toEqual([body, code]);
    for (const id of ["another", "__proto__", "A"])
      expect([id, (await change('{"policy": {}}', id)).status]).toEqual([id, 404]);
  });
});

describe("the control stream", () => {
  const created = { type: "project-created", atMs: 1, id: "one", name: "One", key: "pk_1", origins: [] };
  const fold = (...events: readonly unknown[]): ControlState =>
    events.reduce<ControlState>((state, event) => applyControl(state, event, 0), EMPTY_CONTROL);
  const policy = (state: ControlState): unknown => state.projects.get("one" as ProjectId)?.policy;

  it("adds policies up, and passes over what is none", () => {
    const on = { type: "policy-changed", atMs: 2, project: "one", policy: { mp4OnClose: true } };
    expect(policy(fold(created))).toEqual({ mp4OnClose: false });
    expect(policy(fold(created, on))).toEqual({ mp4OnClose: true });
    expect(policy(fold(created, on, { ...on, policy: {} }))).toEqual({ mp4OnClose: true });
    expect(policy(fold(created, on, created))).toEqual({ mp4OnClose: true });
    for (const wrong of [
      { ...on, policy: null },
      { ...on, policy: { mp4OnClose: 1 } },
      { ...on, project: "two" },
      { ...on, project: "NO" },
    ])
      expect(policy(fold(created, wrong))).toEqual({ mp4OnClose: false });
  });
});
