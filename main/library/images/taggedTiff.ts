/** @file Pixels and the colour profile that they are meant in, as the one file that a decoder takes both from. Pure. */

export interface TaggedPixels {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 3, or 4 with transparency. */
  readonly channels: number;
  readonly profile: Uint8Array;
}

const short = 3;
const long = 4;
const undefinedType = 7;
const headerBytes = 8;

/** An uncompressed TIFF: header, directory, bit depths, profile, pixels. */
export function taggedTiff({ pixels, width, height, channels, profile }: TaggedPixels): Buffer {
  const entryCount = channels === 4 ? 12 : 11;
  const depthsAt = headerBytes + 2 + entryCount * 12 + 4;
  const profileAt = depthsAt + channels * 2;
  const pixelsAt = profileAt + profile.byteLength + (profile.byteLength % 2);
  const file = Buffer.alloc(pixelsAt + pixels.byteLength);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(headerBytes, 4);
  file.writeUInt16LE(entryCount, headerBytes);
  const entries: (readonly [tag: number, type: number, count: number, value: number])[] = [
    [256, long, 1, width],
    [257, long, 1, height],
    [258, short, channels, depthsAt],
    [259, short, 1, 1], // uncompressed
    [262, short, 1, 2], // RGB
    [273, long, 1, pixelsAt],
    [277, short, 1, channels],
    [278, long, 1, height],
    [279, long, 1, pixels.byteLength],
    [284, short, 1, 1], // interleaved
  ];
  if (channels === 4) entries.push([338, short, 1, 2]); // the fourth is transparency
  entries.push([34675, undefinedType, profile.byteLength, profileAt]);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    const at = headerBytes + 2 + i * 12;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    if (type === short && count === 1) file.writeUInt16LE(value, at + 8);
    else file.writeUInt32LE(value, at + 8);
  }
  for (let i = 0; i < channels; i++) file.writeUInt16LE(8, depthsAt + i * 2);
  file.set(profile, profileAt);
  file.set(pixels, pixelsAt);
  return file;
}
