import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { parseAst } from "vite";
import { describe, expect, it } from "vitest";
import { exchange } from "../../scripts/choose-names.mjs";
import { readNames } from "../../scripts/read-names.mjs";

/** Every kind of scope and of place for a name that our minified code has, as one expression statement. */
const CODE = `var a=1,b={p:2,q:3,open:4},{p:c,open:d=9}=b,[e,f=e]=[5];function g(a,{q:p=7,...b},...c){let e=a=>a+p;for(let a of c)e(a);
for(let b=0;b<2;b++)a+=b;try{throw{p:a}}catch({p:q}){a=q}{let a=8,c={a,p,q:a};p=c.a+c.p+c.q;({p:c.p}=c)}return[e(a),p,b,c,typeof h]}
var h=function(...a){return a.length+b.q},i={get:()=>b?.p,[a]:f};b.p+=1;seen(JSON.stringify([a,c,d,e,f,g(1,{q:2,r:3},4),h(1,2),i.get(),i[1],Object.keys({d})]));`;
const PROPERTIES = new Set(["p", "q"]);
const read = (): ReturnType<typeof readNames> => readNames(CODE, parseAst(CODE), PROPERTIES);

function run(code: string): unknown {
  let said: unknown;
  const seen = (value: unknown): void => {
    said = value;
  };
  runInNewContext(code, { seen });
  return said;
}

describe("chosen names", () => {
  it("are the code as it was while none is exchanged", () => {
    expect(read().render()).toBe(CODE);
  });

  it("change nothing that the code does, whichever are exchanged", () => {
    const before = run(CODE);
    expect(before).toBeTypeOf("string");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz".split("")))),
        (exchanges) => {
          const { symbols, taken, render } = read();
          for (const [index, name] of exchanges) {
            const symbol = symbols[index % symbols.length];
            if (symbol && !taken.has(name)) exchange(symbol, name);
          }
          expect(run(render())).toBe(before);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("are taken back as they were", () => {
    const { symbols, render } = read();
    for (const symbol of symbols) {
      for (const name of "abcdepqxyz") exchange(symbol, name)?.();
    }
    expect(render()).toBe(CODE);
  });
});
