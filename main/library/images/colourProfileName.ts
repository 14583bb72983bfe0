/** @file The name that an ICC colour profile gives itself. Pure; any process. */

const tagTableAt = 128;
const maxTags = 100;

/** Undefined where the profile has no name, or one in several languages, or is damaged: ExifTool may know better. */
export function colourProfileName(profile: Uint8Array): string | undefined {
  const bytes = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  if (bytes.byteLength < tagTableAt + 4 || bytes.toString('latin1', 36, 40) !== 'acsp') return undefined;
  const count = bytes.readUInt32BE(tagTableAt);
  for (let i = 0; i < Math.min(count, maxTags); i++) {
    const at = tagTableAt + 4 + i * 12;
    if (at + 12 > bytes.byteLength) return undefined;
    if (bytes.toString('latin1', at, at + 4) !== 'desc') continue;
    const start = bytes.readUInt32BE(at + 4);
    return nameIn(bytes.subarray(start, start + bytes.readUInt32BE(at + 8)));
  }
  return undefined;
}

function nameIn(tag: Buffer): string | undefined {
  if (tag.byteLength < 28) return undefined;
  const type = tag.toString('latin1', 0, 4);
  if (type === 'desc') {
    const length = tag.readUInt32BE(8);
    return plain(tag.toString('latin1', 12, 12 + Math.min(length, tag.byteLength - 12)).replace(/\0.*$/s, ''));
  }
  if (type === 'mluc' && tag.readUInt32BE(8) === 1 && tag.readUInt32BE(12) === 12) {
    const length = tag.readUInt32BE(20);
    const start = tag.readUInt32BE(24);
    if (length % 2 !== 0 || start + length > tag.byteLength) return undefined;
    const name = Buffer.from(tag.subarray(start, start + length));
    return plain(name.swap16().toString('utf16le').replace(/\0.*$/s, ''));
  }
  return undefined;
}

function plain(name: string): string | undefined {
  return /^[\x20-\x7e]+$/.test(name) ? name : undefined;
}
