import type { IncomingMessage } from "node:http";
import { BODY_IDLE_MS } from "../limits.js";
import { HttpError } from "./http-error.js";

/** The bytes of bodies held over all requests, under one limit. */
export class ByteBudget {
  readonly #limitBytes: number;
  #heldBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes held now. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Takes bytes; `false` when they would go past the limit. */
  take(bytes: number): boolean {
    if (this.#heldBytes + bytes > this.#limitBytes) return false;
    this.#heldBytes += bytes;
    return true;
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}

/** What {@link withBody} needs. */
export interface BodyOptions {
  /** Bytes of this body at the most. */
  readonly maxBytes: number;
  readonly budget: ByteBudget;
  /** Milliseconds without a byte after which it is given up. */
  readonly idleMs?: number;
}

/**
 * Reads a request's whole body and keeps it counted in the budget until `use` has finished with it.
 * Throws `HttpError`: `too_large` one byte past `maxBytes` (at once when the length is declared), `unavailable`
 * when all bodies together are past the budget, `bad_request` when it stalls or its client goes away.
 */
export async function withBody<T>(
  request: IncomingMessage,
  options: BodyOptions,
  use: (bytes: Uint8Array) => Promise<T>,
): Promise<T> {
  const { maxBytes, budget } = options;
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  let held = 0;
  const accept = (bytes: number): HttpError | undefined => {
    if (held + bytes > maxBytes) return tooLarge(maxBytes);
    if (!budget.take(bytes)) {
      return new HttpError("unavailable", "Too much is being received at once.", { retryAfterSeconds: 1 });
    }
    held += bytes;
    return undefined;
  };
  try {
    return await use(await read(request, accept, options.idleMs ?? BODY_IDLE_MS));
  } finally {
    budget.give(held);
  }
}

function read(
  request: IncomingMessage,
  accept: (bytes: number) => HttpError | undefined,
  idleMs: number,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const finish = (error: HttpError | undefined): void => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
      if (error !== undefined) reject(error);
      else resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    };
    const onData = (chunk: Buffer): void => {
      const refusal = accept(chunk.length);
      if (refusal !== undefined) {
        finish(refusal);
        return;
      }
      chunks.push(chunk);
      timer.refresh();
    };
    const onEnd = (): void => finish(undefined);
    const onClose = (): void => finish(new HttpError("bad_request", "The body broke off."));
    const timer = setTimeout(
      () => finish(new HttpError("bad_request", "The body did not arrive in time.")),
      idleMs,
    );
    request.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
  });
}

const tooLarge = (maxBytes: number): HttpError =>
  new HttpError("too_large", `The body is over its limit of ${maxBytes} bytes.`);
