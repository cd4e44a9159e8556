import { createHash, randomBytes } from "node:crypto";

const BYTES = 32;

/** A new project key: public, and 128 random bits so that nobody records into a project by guessing. */
export const createProjectKey = (): string => `pk_${randomBytes(16).toString("base64url")}`;

/** A new read key: 256 random bits. */
export const createReadKey = (): string => `rk_${randomBytes(BYTES).toString("base64url")}`;

/** What is kept of a read key: the hex of its SHA-256. */
export const hashReadKey = (key: string): string => createHash("sha256").update(key).digest("hex");
