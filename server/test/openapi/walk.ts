import type { Served } from "../../src/http/listener.js";

/** What Express keeps of a layer, as far as walking needs it. */
interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
}

/** `GET /v1/sessions/{id}` of every route registered below a router, in the document's way of writing. */
export function routesBelow(stack: readonly Layer[]): readonly string[] {
  return stack.flatMap(({ route, handle }) => {
    if (route === undefined) return routesBelow(handle.stack ?? []);
    const path = route.path.replace(/[:*](\w+)/g, "{$1}");
    return Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${path}`);
  });
}

/** Every route of an Express app. */
export function routesOf(app: Served["app"]): readonly string[] {
  const { router } = app as unknown as { readonly router: { readonly stack: readonly Layer[] } };
  return routesBelow(router.stack);
}
