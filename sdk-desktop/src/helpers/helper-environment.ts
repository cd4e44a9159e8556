/**
 * The host's environment, as a helper gets it. `MALLOC_ARENA_MAX`: 216 MB at the most instead of 366, measured. Node's
 * inspector is left out of `NODE_OPTIONS`, the rest of which may be what finds modules here. `REELTIME_HOST_PID` says whose
 * windows are the app's own: this process's, unless it records for another, which is named there already.
 */
export function helperEnvironment(host: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const words = (host.NODE_OPTIONS ?? "").split(/\s+/).filter((word) => !/^--(inspect|debug)/.test(word));
  return {
    ...host,
    MALLOC_ARENA_MAX: "2",
    NODE_OPTIONS: words.join(" "),
    REELTIME_HOST_PID: host.REELTIME_HOST_PID ?? String(process.pid),
  };
}
