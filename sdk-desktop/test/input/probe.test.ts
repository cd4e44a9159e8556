import { describe, expect, it } from "vitest";
import { doorsOf } from "../../src/input/display.js";
import { explainHookError, probeInput } from "../../src/input/probe.js";

const probe = (environment: Readonly<Record<string, string>>, opens = false, platform = "linux") =>
  probeInput({ platform, environment, knock: () => Promise.resolve(opens) });

describe("the look before input is heard", () => {
  it("finds nothing against a display that answers", async () => {
    expect(await probe({ DISPLAY: ":0" }, true)).toBeUndefined();
    expect(await probe({}, false, "win32")).toBeUndefined();
  });

  it("says what to do where no display is named, or none answers, or it names none", async () => {
    const unset = await probe({});
    expect(unset).toMatchObject({ code: "no_display" });
    expect(unset?.message).toContain("There is no screen here");
    expect(unset?.message).toContain("xvfb-run");
    const dead = await probe({ DISPLAY: ":98765" });
    expect(dead).toMatchObject({ code: "no_display" });
    expect(dead?.message).toContain('no screen at ":98765"');
    expect(await probe({ DISPLAY: "screen" }, true)).toMatchObject({ code: "no_display" });
  });

  it("knows a Wayland desktop, also one that has an X display", async () => {
    for (const environment of [
      { XDG_SESSION_TYPE: "wayland" },
      { WAYLAND_DISPLAY: "wayland-0", DISPLAY: ":0" },
    ]) {
      const trouble = await probe(environment, true);
      expect(trouble).toMatchObject({ code: "wayland" });
      expect(trouble?.message).toContain("log in again");
    }
  });

  it("believes an X display on Wayland that is another one than Wayland's own", async () => {
    const environment = { WAYLAND_DISPLAY: "wayland-0", DISPLAY: ":99" };
    const options = { platform: "linux", environment, knock: () => Promise.resolve(true) };
    expect(await probeInput({ ...options, isXWayland: () => Promise.resolve(false) })).toBeUndefined();
    expect(await probeInput({ ...options, isXWayland: () => Promise.resolve(true) })).toMatchObject({
      code: "wayland",
    });
  });

  it("really knocks: at a display that is not there, nobody opens", async () => {
    const trouble = await probeInput({ platform: "linux", environment: { DISPLAY: ":64321" } });
    expect(trouble).toMatchObject({ code: "no_display" });
  });
});

describe("doors of a display", () => {
  it("are a socket, the same without a file, a port, or the path itself", () => {
    expect(doorsOf(":3.1")).toEqual([{ path: "/tmp/.X11-unix/X3" }, { path: "\0/tmp/.X11-unix/X3" }]);
    expect(doorsOf("unix:0")).toEqual(doorsOf(":0"));
    expect(doorsOf("far:10.0")).toEqual([{ host: "far", port: 6_010 }]);
    expect(doorsOf("/tmp/launch/org.xquartz:0")?.[0]).toEqual({ path: "/tmp/launch/org.xquartz:0" });
    expect(doorsOf("0")).toBeUndefined();
  });
});

describe("what a hook's error means", () => {
  it("names the library, and the package that has it", () => {
    const trouble = explainHookError(
      new Error("libXtst.so.6: cannot open shared object file: No such file or directory"),
    );
    expect(trouble.code).toBe("missing_library");
    expect(trouble.message).toContain("libXtst.so.6");
    expect(trouble.message).toContain("apt-get install");
  });

  it("tells an old Linux, a package without a build, a permission and anything else apart", () => {
    expect(explainHookError(new Error("version `GLIBC_2.34' not found (required by …)")).code).toBe(
      "missing_library",
    );
    expect(explainHookError(new Error("No native build was found for platform=linux arch=ppc64")).code).toBe(
      "missing_library",
    );
    expect(
      explainHookError(
        new Error("UIOHOOK_ERROR_AXAPI_DISABLED: Failed to enable access for assistive devices."),
      ).code,
    ).toBe("no_permission");
    expect(explainHookError("odd").code).toBe("input_failed");
  });
});
