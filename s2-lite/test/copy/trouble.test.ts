import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { EMPTY_BASIN_CONFIG } from "../../src/catalog/basin-config.js";
import { copyStream, type StreamOutcome } from "../../src/copy/copy-stream.js";
import { Endpoint } from "../../src/copy/endpoint.js";
import { type Appended, S2Client, type StreamRef } from "../../src/copy/s2-client.js";
import type { InputRecord } from "../../src/stream/records.js";
import { startTestServer } from "../support/server.js";
import { clientOf } from "./endpoints.js";
import { fill, lines, record } from "./filling.js";

const REF = { basin: "trouble-basin", stream: "s" };

/** What a proxy does with a request: as asked; not at all; or as asked, but nobody hears the answer. */
type Fate = "pass" | "refuse" | "lose";

/** A proxy before a server whose requests fare as a test says. */
async function startProxy(
  endpoint: string,
  fateOf: (request: http.IncomingMessage) => Fate,
): Promise<string> {
  const server = http.createServer((request, response) => {
    void (async () => {
      const fate = fateOf(request);
      if (fate === "refuse") {
        response.destroy();
        return;
      }
      const body = await buffer(request);
      const onwards = http.request(`${endpoint}${request.url}`, {
        method: request.method ?? "GET",
        headers: request.headers,
      });
      onwards.end(body);
      const [answer] = (await once(onwards, "response")) as [http.IncomingMessage];
      const answered = await buffer(answer);
      if (fate === "lose") response.destroy();
      else response.writeHead(answer.statusCode ?? 500, answer.headers).end(answered);
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const clientBehind = (url: string, token?: string) => new S2Client(new Endpoint({ url, token }, 1));

type Append = (records: readonly InputRecord[]) => Promise<Appended>;

/** A client whose appends a test takes part in. */
class AppendingClient extends S2Client {
  readonly #around: (append: Append, records: readonly InputRecord[], at: number) => Promise<Appended>;

  constructor(
    url: string,
    around: (append: Append, records: readonly InputRecord[], at: number) => Promise<Appended>,
  ) {
    super(new Endpoint({ url, token: undefined }, 1));
    this.#around = around;
  }

  override append(ref: StreamRef, records: readonly InputRecord[], at: number): Promise<Appended> {
    return this.#around((changed) => super.append(ref, changed, at), records, at);
  }
}

/** Two servers, a stream of two pages in the first, and an empty basin in the second. */
async function startPair() {
  const [source, target] = await Promise.all([startTestServer(), startTestServer()]);
  const [there, here] = [clientOf(source.endpoint), clientOf(target.endpoint)];
  await there.createBasin(REF.basin, EMPTY_BASIN_CONFIG);
  await here.createBasin(REF.basin, EMPTY_BASIN_CONFIG);
  await fill(
    there,
    REF,
    Array.from({ length: 1_500 }, (_, index) => record(`number ${index}`, 1_000 + index)),
  );
  return { source, target, there, here };
}

const copyBetween = (source: S2Client, target: S2Client): Promise<StreamOutcome> =>
  copyStream({ source, target, from: REF, to: REF, onAppended: () => {} });

describe("a copy in trouble", () => {
  it("tries again what failed, and appends nothing twice when only the answer was lost", async () => {
    const { source, target, there, here } = await startPair();
    let requests = 0;
    const fates: readonly Fate[] = ["lose", "refuse", "pass"];
    const fateOf = () => fates[requests++ % fates.length] ?? "pass";
    const from = clientBehind(await startProxy(source.endpoint, fateOf));
    const to = clientBehind(await startProxy(target.endpoint, fateOf));
    expect(await copyBetween(from, to)).toEqual({ outcome: "copied", offset: 0, grew: false });
    expect(requests).toBeGreaterThan(20);
    expect(await lines(here, REF)).toEqual(await lines(there, REF));
  });

  it("gives up an endpoint that never answers, and says which and why", async () => {
    const { there, target } = await startPair();
    const url = await startProxy(target.endpoint, () => "refuse");
    await expect(copyBetween(there, clientBehind(url))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(`^${url} does not answer: `),
    });
  });

  it("gives up at once where it is not let in, and sends its token to its own side alone", async () => {
    const { source } = await startPair();
    const seen: (string | undefined)[] = [];
    const server = http.createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { "content-type": "application/json" });
      response.end(JSON.stringify({ code: "authn", message: "who are you?" }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const tokens: (string | undefined)[] = [];
    const watched = await startProxy(source.endpoint, (request) => {
      tokens.push(request.headers.authorization);
      return "pass";
    });
    const attempt = copyBetween(clientBehind(watched), clientBehind(url, "secret"));
    await expect(attempt).rejects.toThrow(`${url} refuses us: 401 authn: who are you?`);
    expect(seen).toEqual(["Bearer secret"]);
    expect(tokens.length).toBeGreaterThan(0);
    expect(tokens.every((token) => token === undefined)).toBe(true);
  });

  it("stops when somebody else appends to the target, and leaves what that one wrote", async () => {
    const { there, here, target } = await startPair();
    const beside = new AppendingClient(target.endpoint, async (append, records, at) => {
      if (at > 0) await here.append(REF, [record("an intruder", 9_000)], at);
      return append(records);
    });
    const outcome = await copyBetween(there, beside);
    expect(outcome).toEqual({
      outcome: "refused",
      why: "somebody else appends to the target, whose tail is 1001 and not 1000",
    });
    expect(await lines(here, REF)).toHaveLength(1_001);
    expect(await copyBetween(there, here)).toMatchObject({ outcome: "refused" });
  });

  it("refuses a copy whose last record was changed on the way", async () => {
    const { there, target } = await startPair();
    const changing = new AppendingClient(target.endpoint, (append, records, at) =>
      append(records.map((one, index) => (at + index === 1_499 ? record("changed", 2_499) : one))),
    );
    const outcome = await copyBetween(there, changing);
    expect(outcome).toEqual({
      outcome: "refused",
      why: "the source's record 1499 is another one in the target",
    });
  });

  it("tells of records that came while it copied, which the next one takes", async () => {
    const { there, here, target } = await startPair();
    const beside = new AppendingClient(target.endpoint, async (append, records, at) => {
      if (at === 0) await there.append(REF, [record("late", 9_000)], 1_500);
      return append(records);
    });
    const first = await copyBetween(there, beside);
    expect(first).toEqual({ outcome: "copied", offset: 0, grew: true });
    expect(await copyBetween(there, here)).toEqual({ outcome: "copied", offset: 0, grew: false });
    expect(await lines(here, REF)).toEqual(await lines(there, REF));
  });
});
