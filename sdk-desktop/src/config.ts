/** The environment that a helper process gets: the host's own. Read anew, since an app may set `DISPLAY` before it records. */
export const hostEnvironment = (): NodeJS.ProcessEnv => process.env;
