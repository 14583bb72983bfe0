/** @file Metadata as ExifTool names them, `Group:Name` to value, and the few ways in which values are taken out. Pure. */
import * as z from 'zod';

/** Keys are ExifTool's family 1 group and tag name: `IFD0:Make`. */
export type TagValues = ReadonlyMap<string, unknown>;

const maxText = 20_000;

/** ExifTool writes texts that look like numbers as numbers; null for an empty text or anything else. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = withoutControlCharacters(String(value)).trim().slice(0, maxText);
  return text === '' ? null : text;
}

/** Lists have one entry or many; either way each text once, in order. */
export function textsOf(value: unknown): string[] {
  const texts = (Array.isArray(value) ? value : [value]).map(textOf).filter((text) => text !== null);
  return [...new Set(texts)];
}

export function numberOf(value: unknown): number | null {
  const text = typeof value === 'string' ? value.trim() : value;
  const number = typeof text === 'string' && text !== '' ? Number(text) : text;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

const structSchema = z.record(z.string(), z.unknown());

/** A structure of XMP; without parts where it is none. */
export function structOf(value: unknown): Readonly<Record<string, unknown>> {
  const struct = structSchema.safeParse(value);
  return struct.success ? struct.data : {};
}

/** A list of one may come as that one. */
export function structsOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return (Array.isArray(value) ? value : [value]).map(structOf);
}

/** The first of the named tags that has a text. */
export function firstText(tags: TagValues, keys: readonly string[]): string | null {
  for (const key of keys) {
    const text = textOf(tags.get(key));
    if (text !== null) return text;
  }
  return null;
}

export function firstNumber(tags: TagValues, keys: readonly string[]): number | null {
  for (const key of keys) {
    const number = numberOf(tags.get(key));
    if (number !== null) return number;
  }
  return null;
}

/** The tag by its name alone, in whichever group it stands first. */
export function firstOfAnyGroup(tags: TagValues, name: string): unknown {
  for (const [key, value] of tags) {
    if (key.endsWith(`:${name}`)) return value;
  }
  return undefined;
}

function withoutControlCharacters(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '');
}
