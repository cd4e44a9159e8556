/**
 * The host's environment, as a helper gets it. `MALLOC_ARENA_MAX`: 216 MB at the most instead of 366, measured. Node's
 * inspector is left out of `NODE_OPTIONS`, the rest of which may be what finds modules here.
 */
export function helperEnvironment(host: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const options = (host.NODE_OPTIONS ?? "").split(/\s+/).filter((word) => !/^--(inspect|debug)/.test(word));
  return {
    ...host,
    MALLOC_ARENA_MAX: "2",
    REELTIME_HOST_PID: `${process.pid}`,
    NODE_OPTIONS: options.join(" "),
  };
}
