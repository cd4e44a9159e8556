import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DiskEvent } from "./disk.js";

/** Longest write that is recorded whole; lmdb's are at most a batch and its pages. */
const MAX_STRING_BYTES = 64 * 1_048_576;
/** System calls by which a file can change or come to the disk, and those that name descriptors. */
const CALLS =
  "openat,close,lseek,mmap,pwrite64,pwritev,pwritev2,write,writev,ftruncate,fallocate,fdatasync,fsync,msync,sync_file_range,rename,renameat,renameat2,unlink,unlinkat";

/** A command in front of a program's: what it does to `file` is recorded in the folder `trace`. */
export function tracing(file: string, trace: string): readonly string[] {
  // -D: strace is no parent of the program, which keeps its pid and its exit to itself.
  const how = ["-D", "--seccomp-bpf", "-ff", "-ttt", "-T", "-xx", "-s", `${MAX_STRING_BYTES}`];
  return ["strace", ...how, "-e", `trace=${CALLS}`, "-P", file, "-o", join(trace, "thread")];
}

interface Call {
  readonly fromMs: number;
  readonly toMs: number;
  readonly name: string;
  readonly args: string;
  /** Undefined: it was under way when the program ended. */
  readonly result: number | undefined;
}

/**
 * What a program did to the file, in order. Throws when it wrote in a way that is not recorded: through
 * a map, or by a call that is not known here.
 */
export function readTrace(trace: string): DiskEvent[] {
  const calls = readdirSync(trace)
    .flatMap((name) => readFileSync(join(trace, name), "latin1").split("\n"))
    .flatMap(parseCall)
    .sort((a, b) => a.fromMs - b.fromMs);
  const descriptors = new Map<string, Descriptor>();
  return calls.flatMap((call) => toEvents(call, descriptors));
}

interface Descriptor {
  /** Whether each write through it is on the disk when it is over. */
  readonly synced: boolean;
  position: number;
}

function parseCall(line: string): Call[] {
  const started = /^(\d+\.\d+) (\w+)\(/.exec(line);
  if (started === null) return [];
  const [head, at = "", name = ""] = started;
  const fromMs = Number(at) * 1_000;
  const rest = line.slice(head.length);
  const ended = /\)\s+= (-?\d+|0x[0-9a-f]+)(?: .*)? <(\d+\.\d+)>$/.exec(rest.slice(-200));
  if (ended === null) {
    const args = rest.replace(/\s*(<unfinished \.\.\.>|\)?\s+= \?.*)$/, "").replace(/\)$/, "");
    return [{ fromMs, toMs: Number.POSITIVE_INFINITY, name, args, result: undefined }];
  }
  const args = rest.slice(0, rest.length - ended[0].length);
  return [{ fromMs, toMs: fromMs + Number(ended[2]) * 1_000, name, args, result: Number(ended[1]) }];
}

function toEvents(call: Call, descriptors: Map<string, Descriptor>): DiskEvent[] {
  const { name, args, fromMs, toMs, result } = call;
  if (result !== undefined && result < 0) return [];
  const fd = /^\d+/.exec(args)?.[0] ?? "";
  const last = Number(/, (\d+)$/.exec(args)?.[1]);
  const descriptor = descriptors.get(fd);
  const write = (offset: number): DiskEvent[] => {
    const bytes = strings(args).subarray(0, result);
    return [{ kind: "write", fromMs, toMs, offset, bytes, synced: descriptor?.synced ?? false }];
  };
  switch (name) {
    case "openat":
      descriptors.set(`${result}`, { synced: /\bO_D?SYNC\b/.test(args), position: 0 });
      return [];
    case "close":
      descriptors.delete(fd);
      return [];
    case "mmap":
      if (args.includes("PROT_WRITE") && args.includes("MAP_SHARED"))
        throw new Error(`the file is written through a map, which cannot be recorded: ${args}`);
      return [];
    case "lseek":
      if (descriptor !== undefined) descriptor.position = result ?? 0;
      return [];
    case "pwrite64":
    case "pwritev":
      return write(last);
    case "write":
    case "writev": {
      if (descriptor === undefined) throw new Error(`a write through a descriptor that is not known: ${fd}`);
      const events = write(descriptor.position);
      descriptor.position += result ?? 0;
      return events;
    }
    case "ftruncate":
      return [{ kind: "length", fromMs, toMs, length: last }];
    case "fdatasync":
    case "fsync":
      return [{ kind: "sync", fromMs, toMs }];
    default:
      throw new Error(`the file is changed by a call that is not known here: ${name}(${args.slice(0, 80)})`);
  }
}

/** All strings in a call's arguments, one after the other: their bytes are in hexadecimal. */
function strings(args: string): Buffer {
  const texts = args.split('"').filter((_, index) => index % 2 === 1);
  return Buffer.from(texts.join("").replaceAll("\\x", ""), "hex");
}
