/**
 * Finds every name in a minified module's syntax tree (ESTree) that may as well be another: what the module declares,
 * and the given properties of its own objects. A symbol has its `name`, the symbols `near` it, whose names must differ,
 * and names that are `forbidden`; `taken` are the names of globals; `render` writes the code with the names of the
 * moment. Throws for syntax that it does not know: classes, labels, `with`, exports.
 */
export function readNames(code, tree, properties) {
  const symbols = [];
  /** Where names stand: a property's `key`, a variable's `value`, or both as in `{ key: value }`, which may be one. */
  const sites = [];
  const uses = [];
  const taken = new Set();
  const publicProperties = new Set();
  const ownProperties = new Map();

  const createSymbol = (name, home, forbidden) => {
    const symbol = { name, home, seenIn: new Set([home]), near: new Set(), forbidden };
    symbols.push(symbol);
    return symbol;
  };
  const openScope = (outer, isFunction = false) => ({ outer, isFunction, names: new Map() });
  const declare = (name, home) => {
    if (!home.names.has(name)) home.names.set(name, createSymbol(name, home, taken));
  };
  const property = (name) => {
    if (!properties.has(name)) {
      publicProperties.add(name);
      return { name };
    }
    if (!ownProperties.has(name)) ownProperties.set(name, createSymbol(name, undefined, publicProperties));
    return ownProperties.get(name);
  };
  const use = ({ name, start, end }, scope, site = { start, end }) => {
    if (!sites.includes(site)) sites.push(site);
    uses.push({ name, scope, site });
  };

  /** A name or a pattern of names: declared in `home` or, without one, written to. */
  function bind(node, scope, home) {
    if (node?.type === "Identifier") {
      if (home) declare(node.name, home);
      use(node, scope);
    } else if (node?.type === "ObjectPattern") {
      for (const part of node.properties) {
        if (home) for (const name of plainNames(part)) declare(name, home);
        visitEntry(part, scope, (value) => bind(value, scope, home));
      }
    } else if (node?.type === "ArrayPattern") for (const part of node.elements) bind(part, scope, home);
    else if (node?.type === "RestElement") bind(node.argument, scope, home);
    else if (node?.type === "AssignmentPattern") {
      bind(node.left, scope, home);
      visit(node.right, scope);
    } else visit(node, scope);
  }

  /** `key: value` of an object or a pattern. */
  function visitEntry(part, scope, visitValue) {
    if (part.type !== "Property") return visitValue(part.argument);
    if (part.computed) visit(part.key, scope);
    if (part.computed || part.key.type !== "Identifier") return visitValue(part.value);
    const site = { start: part.key.start, end: part.key.end, key: property(part.key.name) };
    sites.push(site);
    const { left = part.value, right } = part.value.type === "AssignmentPattern" ? part.value : {};
    if (left.type !== "Identifier") return visitValue(part.value);
    site.end = left.end;
    use(left, scope, site);
    visit(right, scope);
  }

  function visitFunction(node, outer) {
    if (node.type === "FunctionDeclaration") use(node.id, outer);
    const scope = openScope(outer, true);
    for (const parameter of node.params) bind(parameter, scope, scope);
    if (node.body.type === "BlockStatement") visitBlock(node.body.body, scope);
    else visit(node.body, scope);
  }

  function visitBlock(body, scope) {
    for (const node of body) if (node.type === "FunctionDeclaration") declare(node.id.name, scope);
    for (const node of body) visit(node, scope);
  }

  function visitParts(node, scope) {
    if (/^(Class|With|Label|Export)/.test(node.type)) throw new Error(`no names are chosen in ${node.type}`);
    for (const part of Object.values(node)) visit(part, scope);
  }

  function visit(node, scope) {
    if (Array.isArray(node)) for (const one of node) visit(one, scope);
    else if (node && typeof node === "object") (VISITS[node.type] ?? visitParts)(node, scope);
  }

  const visitInside = (node, outer) => visitParts(node, openScope(outer));
  const VISITS = {
    Identifier: (node, scope) => use(node, scope),
    FunctionDeclaration: visitFunction,
    FunctionExpression: visitFunction,
    ArrowFunctionExpression: visitFunction,
    BlockStatement: (node, outer) => visitBlock(node.body, openScope(outer)),
    ForStatement: visitInside,
    ForOfStatement: visitInside,
    VariableDeclaration: ({ kind, declarations }, scope) => {
      let home = scope;
      while (kind === "var" && !home.isFunction) home = home.outer;
      for (const { id, init } of declarations) {
        bind(id, scope, home);
        visit(init, scope);
      }
    },
    CatchClause: ({ param, body }, outer) => {
      const scope = openScope(outer);
      bind(param, scope, scope);
      visitBlock(body.body, scope);
    },
    MemberExpression: ({ object, property: { name, start, end }, property: inner, computed }, scope) => {
      visit(object, scope);
      if (computed) visit(inner, scope);
      else sites.push({ start, end, key: property(name) });
    },
    ObjectExpression: (node, scope) => {
      for (const part of node.properties) visitEntry(part, scope, (value) => visit(value, scope));
    },
    AssignmentExpression: ({ left, right }, scope) => {
      bind(left, scope);
      visit(right, scope);
    },
    ImportDeclaration: ({ specifiers }, scope) => {
      for (const { local } of specifiers) bind(local, scope, scope);
    },
  };

  visitBlock(tree.body, openScope(undefined, true));
  for (const { name, scope, site } of uses) site.value = resolve(name, scope, taken);
  for (const one of symbols) {
    for (const other of symbols) if (one !== other && areNear(one, other)) one.near.add(other);
  }
  return { symbols, taken, render: renderer(code, sites) };
}

/** The names that an entry of a pattern declares by themselves. */
function plainNames({ value }) {
  const target = value?.type === "AssignmentPattern" ? value.left : value;
  return target?.type === "Identifier" ? [target.name] : [];
}

/** The symbol that a name means in a scope; a global's name is taken. */
function resolve(name, scope, taken) {
  const passed = [];
  for (let home = scope; home; home = home.outer) {
    const symbol = home.names.get(name);
    if (symbol) {
      for (const inner of passed) symbol.seenIn.add(inner);
      return symbol;
    }
    passed.push(home);
  }
  taken.add(name);
  return { name };
}

/** Two properties always differ; two variables where one's home is a place that the other is seen in. */
const areNear = (one, other) =>
  one.home && other.home ? one.seenIn.has(other.home) || other.seenIn.has(one.home) : one.home === other.home;

function renderer(code, sites) {
  sites.sort((one, other) => one.start - other.start);
  const between = [...sites, { start: code.length }].map(({ start }, index) =>
    code.slice(sites[index - 1]?.end ?? 0, start),
  );
  const write = ({ key, value }) =>
    key && value && key.name !== value.name ? `${key.name}:${value.name}` : (key ?? value).name;
  return () => {
    let text = between[0];
    for (const [index, site] of sites.entries()) text += write(site) + between[index + 1];
    return text;
  };
}
