import { PAGE_HEADER_BYTES } from "./headers.js";

/** Bytes in front of a node's key. */
const NODE_HEADER_BYTES = 8;
/** Bytes by which a leaf refers to a value on pages of its own. */
const REFERENCE_BYTES = 24;
const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;
const BIG_VALUE = 0x01;

/** A branch's way down, or a leaf's row: where in the page it is. */
export interface Node {
  readonly keyStart: number;
  readonly keyEnd: number;
  /** The page below; of a leaf's node -1. */
  readonly child: number;
  /** Where the value is in the page, and its length; or its length and the pages it has of its own. */
  readonly valueBytes: number;
  readonly big: { readonly page: number; readonly pages: number; readonly commit: number } | undefined;
}

/** What a page must agree with. */
export interface Expected {
  readonly page: number;
  readonly leaf: boolean;
  /** The newest commit it may be of: its parent's. */
  readonly commit: number;
}

/**
 * Takes a branch or leaf page apart, or says what is wrong with it. Every byte of its node space belongs to exactly
 * one node, so that no node can be dropped, cut or made up without being noticed.
 */
export function parsePage(
  bytes: Buffer,
  expected: Expected,
): { readonly nodes: readonly Node[]; readonly commit: number } | { readonly problem: string } {
  const space = bytes.length - PAGE_HEADER_BYTES;
  const number = readNumber(bytes, 0);
  if (number !== expected.page)
    return { problem: number === 0 ? "is empty" : `says that it is page ${number}` };
  const commit = readNumber(bytes, 8);
  if (commit > expected.commit)
    return { problem: `is of commit ${commit}, which is later than its parent's` };
  if (bytes.readUInt16LE(18) !== (expected.leaf ? LEAF : BRANCH))
    return { problem: `is not a ${expected.leaf ? "leaf" : "branch"} of the tree` };
  const lower = bytes.readUInt16LE(20);
  const upper = bytes.readUInt16LE(22);
  if (lower % 2 !== 0 || lower === 0 || lower > upper || upper > space)
    return { problem: "has bounds that cannot be" };
  const nodes: Node[] = [];
  let used = 0;
  for (let at = PAGE_HEADER_BYTES; at < PAGE_HEADER_BYTES + lower; at += 2) {
    const start = bytes.readUInt16LE(at);
    const node = start >= upper && start % 2 === 0 ? parseNode(bytes, start, expected.leaf) : undefined;
    if (node === undefined) return { problem: "has a row that does not lie within it" };
    used += nodeBytes(node, expected.leaf);
    nodes.push(node);
  }
  if (used !== space - upper) return { problem: "has rows that do not fill it as they should" };
  return { nodes, commit };
}

function parseNode(bytes: Buffer, start: number, leaf: boolean): Node | undefined {
  const at = PAGE_HEADER_BYTES + start;
  if (at + NODE_HEADER_BYTES > bytes.length) return undefined;
  const low = bytes.readUInt16LE(at) + bytes.readUInt16LE(at + 2) * 0x1_0000;
  const flags = bytes.readUInt16LE(at + 4);
  const keyStart = at + NODE_HEADER_BYTES;
  const keyEnd = keyStart + bytes.readUInt16LE(at + 6);
  if (keyEnd > bytes.length) return undefined;
  if (!leaf) return { keyStart, keyEnd, child: low + flags * 0x1_0000_0000, valueBytes: 0, big: undefined };
  if (flags === 0) {
    if (keyEnd + low > bytes.length) return undefined;
    return { keyStart, keyEnd, child: -1, valueBytes: low, big: undefined };
  }
  if (flags !== BIG_VALUE || keyEnd + REFERENCE_BYTES > bytes.length) return undefined;
  const big = {
    page: readNumber(bytes, keyEnd),
    commit: readNumber(bytes, keyEnd + 8),
    pages: readNumber(bytes, keyEnd + 16),
  };
  return { keyStart, keyEnd, child: -1, valueBytes: low, big };
}

function nodeBytes(node: Node, leaf: boolean): number {
  const value = leaf ? (node.big === undefined ? node.valueBytes : REFERENCE_BYTES) : 0;
  const bytes = NODE_HEADER_BYTES + node.keyEnd - node.keyStart + value;
  return bytes + (bytes % 2);
}

/** The value on pages of its own, or what is wrong with them. */
export function parseBigValue(
  bytes: Buffer,
  node: Node,
): { readonly value: Buffer } | { readonly problem: string } {
  const { big } = node;
  const number = readNumber(bytes, 0);
  if (number !== big?.page) return { problem: number === 0 ? "is empty" : `says that it is page ${number}` };
  if (bytes.readUInt16LE(18) !== OVERFLOW || bytes.readUInt32LE(20) !== big.pages)
    return { problem: "does not begin a value as long as its row says" };
  return { value: bytes.subarray(PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + node.valueBytes) };
}

/** Eight bytes as a number. Beyond 2^53 it is rounded, and is then no page's or commit's number either. */
function readNumber(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 0x1_0000_0000;
}
