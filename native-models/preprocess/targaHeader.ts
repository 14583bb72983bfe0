/** @file The header of a Truevision TGA, which has no magic number: it is known by a header that contradicts itself nowhere. Pure. */

export interface TargaHeader {
  readonly width: number;
  readonly height: number;
  readonly colours: 'palette' | 'rgb' | 'grey';
  readonly isRunLength: boolean;
  readonly bitsOfPixel: number;
  /** How many of them are transparency; the others beside the colours mean nothing. */
  readonly alphaBits: number;
  /** Where the pixels begin. */
  readonly dataAt: number;
}

const headerBytes = 18;

/** By the number of the kind; 8 more: in runs. Each with the sizes that a pixel may have. */
const kinds: Readonly<Record<number, Pick<TargaHeader, 'colours'> & { readonly bits: readonly number[] }>> = {
  1: { colours: 'palette', bits: [8, 16] },
  2: { colours: 'rgb', bits: [15, 16, 24, 32] },
  3: { colours: 'grey', bits: [8, 16] },
};
const inRuns = 8;
const colourBits: readonly number[] = [15, 16, 24, 32];

/** Undefined for what is none. */
export function targaHeader(head: Uint8Array): TargaHeader | undefined {
  if (head.byteLength < headerBytes) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, headerBytes);
  const byte = (at: number) => view.getUint8(at);
  const word = (at: number) => view.getUint16(at, true);
  const isRunLength = (byte(2) & inRuns) !== 0;
  const kind = kinds[isRunLength ? byte(2) - inRuns : byte(2)];
  const paletteBytes = paletteBytesOf(byte(1), { first: word(3), length: word(5), bits: byte(7) });
  if (kind === undefined || paletteBytes === undefined) return undefined;
  const [width, height, bitsOfPixel, descriptor] = [word(12), word(14), byte(16), byte(17)];
  const alphaBits = descriptor & 15;
  // The two highest bits were for rows in another order, and are 0 since.
  const isSound = kind.bits.includes(bitsOfPixel) && alphaBits <= 8 && descriptor < 64 && width > 0 && height > 0;
  if (!isSound || (kind.colours === 'palette') !== (byte(1) === 1)) return undefined;
  const { colours } = kind;
  return { width, height, colours, isRunLength, bitsOfPixel, alphaBits, dataAt: headerBytes + byte(0) + paletteBytes };
}

/** Undefined where what is said of the palette contradicts itself. Without one, all of it is 0: so no cursor of Windows is taken for a TGA. */
function paletteBytesOf(
  kind: number,
  { first, length, bits }: { readonly first: number; readonly length: number; readonly bits: number },
): number | undefined {
  if (kind === 0) return first === 0 && length === 0 && bits === 0 ? 0 : undefined;
  return kind === 1 && length > 0 && colourBits.includes(bits) ? length * Math.ceil(bits / 8) : undefined;
}
