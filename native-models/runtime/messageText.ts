/** @file Messages between processes as text, for ends that may be different versions of V8. Pure. */

/** How bytes stand in the text. */
const bytesKey = 'bytes:base64';

/** @param message of what JSON has, and Uint8Arrays */
export function messageToText(message: unknown): string {
  return JSON.stringify(message, function (this: Record<string, unknown>, key, value: unknown) {
    // A Buffer has become an object of numbers before it is seen here.
    const original = this[key];
    if (!(original instanceof Uint8Array)) return value;
    const { buffer, byteOffset, byteLength } = original;
    return { [bytesKey]: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
  });
}

/** @returns undefined for what is not such a text: receivers check their messages anyway */
export function messageFromText(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text, (_key, value: unknown) => {
      const base64 = bytesOf(value);
      return base64 === undefined ? value : new Uint8Array(Buffer.from(base64, 'base64'));
    });
  } catch {
    return undefined;
  }
}

function bytesOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !(bytesKey in value)) return undefined;
  const base64 = value[bytesKey];
  return typeof base64 === 'string' ? base64 : undefined;
}
