import { type Found, ok, trouble } from "./finding.js";
import { MIN_GLIBC, MIN_NODE } from "./limits.js";

/** What is known of this machine without asking it anything. */
export interface SystemFacts {
  readonly platform: string;
  readonly architecture: string;
  /** Such as `v20.20.2`. */
  readonly nodeVersion: string;
  /** Of the GNU C library, such as `2.36`; `undefined` where there is none. */
  readonly glibcVersion: string | undefined;
}

/** Systems that all native parts come built for. */
const BUILT_FOR: Readonly<Record<string, readonly string[]>> = {
  linux: ["x64", "arm64"],
  darwin: ["x64", "arm64"],
  win32: ["x64", "arm64"],
};

const isOlder = (version: string, [major, minor]: readonly [number, number]): boolean => {
  const [own = 0, ownMinor = 0] = version.split(".").map(Number);
  return own < major || (own === major && ownMinor < minor);
};

/** Whether Node.js is new enough, and the native parts come built for this system. */
export function checkNode({ platform, architecture, nodeVersion }: SystemFacts): Found {
  const version = nodeVersion.replace(/^v/, "");
  const found = `Node.js ${version} on ${platform} ${architecture}`;
  if (isOlder(version, MIN_NODE))
    return trouble(`${found} is too old.`, `Install Node.js ${MIN_NODE.join(".")} or newer.`);
  if (!(BUILT_FOR[platform]?.includes(architecture) ?? false))
    return trouble(
      `${found}: there are no native parts for this kind of machine.`,
      "Record on Linux, macOS or Windows, on an x64 or arm64 machine.",
    );
  return ok(found);
}

/** Whether the system's C library is one that the native parts run on. */
export function checkSystemLibrary({ platform, glibcVersion }: SystemFacts): Found {
  if (platform !== "linux") return ok("nothing has to be installed");
  if (glibcVersion === undefined)
    return trouble(
      "This Linux has no GNU C library (Alpine has another one): the mouse and keyboard cannot be heard on it.",
      "Pictures can be recorded here. For the mouse and keyboard use Debian, Ubuntu or Fedora.",
    );
  if (isOlder(glibcVersion, MIN_GLIBC))
    return trouble(
      `This Linux is too old to hear the mouse and keyboard: its C library is ${glibcVersion}.`,
      `It must be ${MIN_GLIBC.join(".")} or newer: Debian 12, Ubuntu 22.04, Fedora 35. Pictures can be recorded here.`,
    );
  return ok(`GNU C library ${glibcVersion}`);
}
