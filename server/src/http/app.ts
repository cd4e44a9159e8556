import { type ErrorRequestHandler, type Express, express, type RequestHandler } from "./express.js";
import { HttpError } from "./http-error.js";
import { securityHeaders } from "./security-headers.js";
import type { SendError } from "./send-error.js";

/** What Express answers, in order; the first that matches does. */
export interface AppOptions {
  /** Routes and guards, in order. */
  readonly handlers: readonly RequestHandler[];
  /** The methods a path has, for 405; empty when there is no such path. */
  readonly methodsOf: (path: string) => readonly string[];
  readonly sendError: SendError;
}

/** Everything but the collector: pages and the private API. */
export function createApp({ handlers, methodsOf, sendError }: AppOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.set("query parser", "simple");
  app.use(securityHeaders());
  // Before the routes: Express would answer by itself, with text.
  app.use((request, response, next) => {
    const methods = request.method === "OPTIONS" ? methodsOf(request.path) : [];
    if (methods.length === 0) return next();
    response
      .setHeader("allow", [...methods, "OPTIONS"].join(", "))
      .status(204)
      .end();
  });
  for (const handler of handlers) app.use(handler);
  app.use((request, response) => {
    const methods = methodsOf(request.path);
    if (methods.length === 0) throw new HttpError("not_found", "There is nothing here.");
    response.setHeader("allow", methods.join(", "));
    throw new HttpError("method_not_allowed", `This answers to ${methods.join(", ")}.`);
  });
  const onError: ErrorRequestHandler = (error, request, response, _next) =>
    sendError(request, response, error);
  app.use(onError);
  return app;
}
