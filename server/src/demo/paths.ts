/** The addresses the demo has pages at. All but the last are views of one page; the order is a page load of its own. */
export const DEMO_PATHS = [
  "/demo",
  "/demo/products/:product",
  "/demo/cart",
  "/demo/checkout",
  "/demo/help",
  "/demo/orders/:order",
] as const;
