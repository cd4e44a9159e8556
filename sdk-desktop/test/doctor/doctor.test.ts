import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Finding } from "../../src/doctor/finding.js";
import { buildCommand, type CommandResult, runCommand, withoutScreen } from "../support/command-line.js";
import { missingForX, startX } from "../support/x-server.js";

let command = "";
const home = mkdtempSync(join(tmpdir(), "reeltime-doctor-"));

beforeAll(async () => {
  command = await buildCommand();
});
afterAll(() => {
  for (const folder of [home, dirname(command)]) rmSync(folder, { recursive: true, force: true });
});

const doctor = (env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<CommandResult> =>
  runCommand(command, ["doctor", ...args], { ...withoutScreen(), XDG_CACHE_HOME: home, ...env });

/** What was found of each thing. */
async function findings(
  env: NodeJS.ProcessEnv,
  ...args: readonly string[]
): Promise<{ readonly code: number | string; readonly of: (name: string) => Finding | undefined }> {
  const { code, output, errors } = await doctor(env, "--json", ...args);
  expect(errors).toBe("");
  const { ok, checks } = JSON.parse(output) as { readonly ok: boolean; readonly checks: readonly Finding[] };
  expect(ok).toBe(code === 0);
  return { code, of: (name) => checks.find((check) => check.name === name) };
}

describe("the doctor", () => {
  it("says without a display what a display is, and how to get one", async () => {
    const { code, of } = await findings({});
    expect(code).toBe(1);
    expect(of("Screen")?.state).toBe("trouble");
    expect(of("Screen")?.message).toContain("There is no screen here");
    expect(of("Screen")?.message).toContain("xvfb-run");
    for (const name of ["Pictures", "Windows", "Mouse and keyboard"]) expect(of(name)?.state).toBe("untried");
    for (const name of ["Node.js", "System", "Spool"]) expect(of(name)?.state).toBe("ok");
  });

  it("says of a display that is dead that nothing answers there", async () => {
    const { code, of } = await findings({ DISPLAY: ":64321" });
    expect(code).toBe(1);
    expect(of("Screen")?.message).toContain('no screen at ":64321"');
    expect(of("Mouse and keyboard")?.state).toBe("untried");
  });

  it("says on Wayland which session to choose", async () => {
    const { code, of } = await findings({ WAYLAND_DISPLAY: "wayland-0", XDG_SESSION_TYPE: "wayland" });
    expect(code).toBe(1);
    expect(of("Screen")?.message).toContain("Wayland");
    expect(of("Screen")?.message).toContain("Xorg");
  });

  it.skipIf(missingForX.length > 0)("finds that everything works on a screen", async () => {
    const x = await startX({ width: 1280, height: 800 });
    onTestFinished(() => x.close());
    const { code, of } = await findings({ DISPLAY: x.display });
    expect(of("Screen")).toMatchObject({ state: "ok", message: `${x.display} answers (X11)` });
    expect(of("Pictures")?.message).toContain("1280x800");
    expect(of("Windows")?.state).toBe("ok");
    expect(of("Mouse and keyboard")?.state).toBe("ok");
    expect(code).toBe(0);
    // A screen in memory, on a desktop that runs on Wayland.
    const within = await findings({
      DISPLAY: x.display,
      WAYLAND_DISPLAY: "wayland-0",
      XDG_SESSION_TYPE: "wayland",
    });
    expect(within.code).toBe(0);
  });

  it("is read by people: a line or a few for each thing, with what to do, none longer than a terminal", async () => {
    const { output } = await doctor({});
    expect(output).toMatch(/^ok {7}Node\.js /m);
    expect(output).toMatch(/^TROUBLE {2}Screen /m);
    expect(output).toContain("One thing does not work");
    for (const line of output.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("leaves no folder behind that was not there", async () => {
    const { of } = await findings({});
    expect(of("Spool")?.state).toBe("ok");
    expect(readdirSync(home)).toEqual([]);
  });

  it("says of a folder that cannot be written to what comes of it", async () => {
    const { of } = await findings({}, "--spool", "/dev/null/spool");
    expect(of("Spool")).toMatchObject({ state: "trouble" });
    expect(of("Spool")?.advice).toContain("--spool");
  });

  it.skipIf(process.platform !== "linux")("does not hang where making a folder does", async () => {
    // Node's own call never returns there.
    const { of } = await findings({}, "--spool", "/proc/nowhere/spool");
    expect(of("Spool")?.message).toContain("there is no such folder, and none can be made (ENOENT)");
  });

  it("tells servers apart: none, one that is something else, and one whose clock is wrong", async () => {
    const nobody = await findings({}, "--server", "http://127.0.0.1:2");
    expect(nobody.of("Server")?.message).toContain("nothing listens there");
    expect(nobody.of("Key")?.state).toBe("untried");
    const server = createServer((request, response) => {
      response.setHeader("date", new Date(Date.now() + 3_600_000).toUTCString());
      const isHealth = request.url === "/health";
      response.writeHead(isHealth ? 200 : 401, { "content-type": "application/json" });
      response.end(isHealth ? '{"status":"ok"}' : '{"error":{"code":"unauthorized","message":"No."}}');
    });
    server.listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    const { port } = await new Promise<AddressInfo>((resolve) =>
      server.once("listening", () => resolve(server.address() as AddressInfo)),
    );
    const wrong = await findings({}, "--server", `http://127.0.0.1:${port}`, "--key", "pk_wrong");
    expect(wrong.of("Server")?.message).toMatch(/(3599|3600|3601) s ahead/);
    expect(wrong.of("Key")).toMatchObject({ state: "trouble" });
    server.removeAllListeners("request");
    server.on("request", (_request, response) => response.end("hello"));
    const other = await findings({}, "--server", `http://127.0.0.1:${port}`);
    expect(other.of("Server")?.message).toContain("no Reeltime server");
  });
});
