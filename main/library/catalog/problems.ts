/** @file What is kept of an error: its code, its sentence, and as JSON its values and what decides about it. Used by everything that stores or tells why something failed. Pure. */
import * as z from 'zod';
import { type SerializedError, serializeError, VignetteError } from '../../../native-models/errors.ts';
import { blameSchema, type Problem, retrySchema } from '../../../schemas/problem.ts';

/** What is kept beside the code and the sentence. */
export type ProblemFacts = Pick<Problem, 'details' | 'retry' | 'blames'>;

/** In UTF-16 units. A path, or what another program says, may be as long as whoever made it liked. */
const maxMessageLength = 2000;
const maxTextLength = 1000;
const maxDetailsLength = 4000;
const maxEntries = 20;
const maxDepth = 4;

/** A problem of which everything is known. */
export type KnownProblem = Problem & Omit<SerializedError, 'name'>;

/** An error as it is kept and told, no longer than can be shown. */
export function problemOf(error: unknown): KnownProblem {
  return boundedProblem(serializeError(error));
}

/** Likewise, of an error that came from another process. */
export function boundedProblem({ code, message, details, retry, blames }: SerializedError): KnownProblem {
  return { code, message: shortened(message, maxMessageLength), details: boundedDetails(details), retry, blames };
}

/** A problem that was kept or told, to be thrown again: the same in all that is known of it. */
export function problemError({ code, message, details, retry, blames }: Problem): VignetteError {
  return new VignetteError(code, message, {
    ...(details !== undefined && { details }),
    ...(retry !== undefined && { retry }),
    ...(blames !== undefined && { blames }),
  });
}

/** What names the photo itself, whose row knows where it is, and what other programs say of it, which is for the log. */
const notKept = ['path', 'file', 'image', 'images', 'exifTool', 'decoder'];

/** For a column of a photo, or of a job about one, beside those of code and message. */
export function factsText({ details, retry, blames }: Problem): string {
  const kept = Object.entries(details ?? {}).filter(([key]) => !notKept.includes(key));
  const facts = { details: details && boundedDetails(Object.fromEntries(kept)), retry, blames };
  return JSON.stringify(facts satisfies Record<keyof ProblemFacts, unknown>);
}

const factsSchema = z.object({
  details: z.record(z.string(), z.unknown()).optional().catch(undefined),
  retry: retrySchema.optional().catch(undefined),
  blames: blameSchema.optional().catch(undefined),
});

/** @param facts as `factsText` wrote them, null, or whatever another hand made of them: what is not sound is left out */
export function factsOf(facts: unknown): ProblemFacts {
  const { data } = factsSchema.safeParse(typeof facts === 'string' ? parsed(facts) : facts);
  if (data === undefined) return {};
  const { details, retry, blames } = data;
  return {
    ...(details !== undefined && { details: boundedDetails(details) }),
    ...(retry !== undefined && { retry }),
    ...(blames !== undefined && { blames }),
  };
}

/** A stored problem, of its columns. */
export function storedProblem(code: string | null, message: string | null, facts: string | null): Problem {
  return { code: code ?? 'INTERNAL', message: message ?? '', ...factsOf(facts) };
}

/** A stored problem, as JSON in a file. */
export const keptProblemSchema = z
  .looseObject({ code: z.string(), message: z.string() })
  .transform(({ code, message, ...facts }): Problem => ({ code, message, ...factsOf(facts) }));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What JSON has of the values, and no more than a few kilobytes: long texts are cut, the rest is left out. */
export function boundedDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return new BoundedCopy().record(details, maxDepth);
}

class BoundedCopy {
  #left = maxDetailsLength;

  record(record: object, depth: number): Record<string, unknown> {
    const copy: [string, unknown][] = [];
    for (const [key, value] of Object.entries(record).slice(0, maxEntries)) {
      if (key.length > this.#left) break;
      const kept = this.#value(value, depth - 1);
      if (kept === undefined) continue;
      this.#left -= key.length;
      copy.push([key, kept]);
    }
    return Object.fromEntries(copy);
  }

  #value(value: unknown, depth: number): unknown {
    // Each costs something, or empty ones would cost nothing.
    this.#left -= 2;
    if (this.#left <= 0) return undefined;
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
    if (typeof value !== 'object' || depth === 0) return undefined;
    if (Array.isArray(value)) {
      const items = value.slice(0, maxEntries).map((item: unknown) => this.#value(item, depth - 1));
      return items.filter((item) => item !== undefined);
    }
    return isPlain(value) ? this.record(value, depth) : undefined;
  }

  #text(text: string): string {
    const kept = shortened(text, Math.min(maxTextLength, this.#left));
    this.#left -= kept.length;
    return kept;
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function shortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text.toWellFormed();
  const cut = text.slice(0, maxLength - 1);
  // No half of a character.
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`.toWellFormed();
}
