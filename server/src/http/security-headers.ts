import helmet from "helmet";
import type { RequestHandler } from "./express.js";

/** `'name'` as a CSP keyword. */
const self = "'self'";
const none = "'none'";

/**
 * The policy of every page but the demo's, and of every answer. Under it a recording shown by the dashboard runs
 * nothing and fetches nothing from outside. `style-src` deliberately lacks `'self'`: a recorded stylesheet or
 * prefetch must not reach our own routes with the viewer's cookie.
 */
const DASHBOARD_POLICY = {
  defaultSrc: [none],
  scriptSrc: [self],
  styleSrc: ["'unsafe-inline'"],
  imgSrc: ["data:", "blob:"],
  connectSrc: [self],
  fontSrc: ["data:"],
  frameSrc: [none],
  baseUri: [none],
  formAction: [none],
  frameAncestors: [none],
};

const others = {
  crossOriginResourcePolicy: { policy: "same-origin" as const },
  crossOriginOpenerPolicy: { policy: "same-origin" as const },
  crossOriginEmbedderPolicy: false,
  referrerPolicy: { policy: "no-referrer" as const },
  // Only https has a use for it, and there the operator's proxy decides for the whole host.
  strictTransportSecurity: false,
  xPoweredBy: false,
};

/** Helmet, with the dashboard's policy. */
export const securityHeaders = (): RequestHandler =>
  helmet({ ...others, contentSecurityPolicy: { useDefaults: false, directives: DASHBOARD_POLICY } });

/**
 * The demo's own policy: an ordinary app's, which allows the recorder from `apiHost` and the snippet by hash.
 * @param snippetHash base64 of the SHA-256 of the inline script's text
 */
export const demoHeaders = (apiHost: string, snippetHash: string): RequestHandler =>
  helmet({
    ...others,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [self],
        scriptSrc: [self, apiHost, `'sha256-${snippetHash}'`],
        styleSrc: [self, "'unsafe-inline'"],
        imgSrc: [self, "data:"],
        connectSrc: [self, apiHost],
        baseUri: [none],
        formAction: [self],
        frameAncestors: [self],
        objectSrc: [none],
      },
    },
  });
