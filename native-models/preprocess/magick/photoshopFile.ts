/**
 * @file The merged picture of a Photoshop file, as a small file of its own: without the layers, which may take gigabytes,
 * and without the channels behind the colours. Photoshop lays the merged picture over white; those channels are
 * selections, spot colours, or the transparency that it was laid over white with.
 */
import type { ByteSource } from '../byteSource.ts';
import { ImageError } from '../imageError.ts';
import { exifOrientation, xmpOrientation } from '../orientation.ts';
import { bufferOf } from '../structure.ts';
import { refuseTooLarge } from './convertToTiff.ts';

export interface MergedPicture {
  readonly bytes: Uint8Array;
  /** EXIF's 1 to 8; 1 where nothing is said. */
  readonly orientation: number;
  /** The picture is called RGB, and its numbers are CIELab's, a and b around 128. */
  readonly isLab: boolean;
}

const headerBytes = 26;
/** The number of colours by the number of the mode: bitmap, grey, indexed, RGB, CMYK, duotone, CIELab. */
const coloursOf: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 1, 3: 3, 4: 4, 8: 1, 9: 3 };
const otherModes: Readonly<Record<number, string>> = { 7: 'multichannel' };
const modes = { rgb: 3, lab: 9 } as const;
/** Of colours and of resources, each; a preview and a profile have some megabytes at most. */
const maxSectionBytes = 64 * 1024 * 1024;
const resource = { profile: 1039, version: 1057, exif: 1058, xmp: 1060 } as const;
const compression = { none: 0, rle: 1 } as const;

interface Header {
  readonly isLarge: boolean;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly depth: number;
  readonly mode: number;
}

/** @throws ImageError */
export async function mergedPicture(source: ByteSource): Promise<MergedPicture> {
  const head = bufferOf(await source.read(0, headerBytes));
  if (head.length < headerBytes) throw endsEarly();
  const header = readHeader(head);
  const colours = coloursToKeep(header);
  const palette = await section(source, headerBytes, 4);
  const resources = await section(source, palette.end, 4);
  const found = resourcesOf(resources.body);
  if (found.get(resource.version)?.at(4) === 0) {
    throw unsupported('was saved without a merged picture', 'save it with maximized compatibility');
  }
  const layers = await lengthAt(source, resources.end, header.isLarge ? 8 : 4);
  const dataAt = resources.end + (header.isLarge ? 8 : 4) + layers;
  const picture = Buffer.from(head);
  picture.writeUInt16BE(colours, 12);
  // ImageMagick means another white by CIELab.
  const isLab = header.mode === modes.lab;
  if (isLab) picture.writeUInt16BE(modes.rgb, 24);
  const wanted = isLab ? [resource.version] : [resource.profile, resource.version];
  const kept = wanted.flatMap((id) => resourceBlock(id, found.get(id)));
  const noLayers = Buffer.alloc(header.isLarge ? 8 : 4);
  const data = await pictureData(source, dataAt, header, colours);
  const bytes = Buffer.concat([picture, withLength(palette.body), withLength(Buffer.concat(kept)), noLayers, ...data]);
  const exif = found.get(resource.exif);
  const orientation = (exif && exifOrientation(exif)) ?? xmpOrientation(found.get(resource.xmp)) ?? 1;
  return { bytes, orientation, isLab };
}

function readHeader(head: Buffer): Header {
  const version = head.readUInt16BE(4);
  const header = {
    isLarge: version === 2,
    channels: head.readUInt16BE(12),
    height: head.readUInt32BE(14),
    width: head.readUInt32BE(18),
    depth: head.readUInt16BE(22),
    mode: head.readUInt16BE(24),
  };
  if ((version !== 1 && version !== 2) || header.channels === 0) throw damaged('its header contradicts itself');
  if (header.width === 0 || header.height === 0) throw new ImageError('IMAGE_EMPTY', 'This picture has no pixels.');
  refuseTooLarge(header.width, header.height);
  return header;
}

function coloursToKeep({ mode, depth, channels }: Header): number {
  const colours = coloursOf[mode];
  if (colours === undefined) throw unsupported(`stores ${otherModes[mode] ?? `mode ${mode}`} colours`);
  if (depth !== 1 && depth !== 8 && depth !== 16) throw unsupported(`has ${depth} bits a channel`);
  if (channels < colours) throw damaged('it has fewer channels than colours');
  return colours;
}

/** The two ways that Photoshop stores merged pictures in. */
async function pictureData(source: ByteSource, at: number, header: Header, colours: number): Promise<Buffer[]> {
  const { width, height, depth, channels, isLarge } = header;
  const kind = await source.read(at, 2);
  if (kind.length < 2) throw endsEarly();
  const way = bufferOf(kind).readUInt16BE(0);
  if (way === compression.none) {
    const planes = await exactly(source, at + 2, Math.ceil((width * depth) / 8) * height * colours);
    return [bufferOf(kind), planes];
  }
  if (way !== compression.rle) throw unsupported(`is compressed as number ${way}`);
  const countBytes = isLarge ? 4 : 2;
  const counts = await exactly(source, at + 2, countBytes * height * colours);
  let total = 0;
  for (let i = 0; i < counts.length; i += countBytes) total += counts.readUIntBE(i, countBytes);
  const rows = await exactly(source, at + 2 + countBytes * height * channels, total);
  return [bufferOf(kind), counts, rows];
}

interface Section {
  readonly body: Buffer;
  readonly end: number;
}

async function section(source: ByteSource, at: number, lengthBytes: 4 | 8): Promise<Section> {
  const length = await lengthAt(source, at, lengthBytes);
  if (length > maxSectionBytes) throw damaged('its header contradicts itself');
  return { body: await exactly(source, at + lengthBytes, length), end: at + lengthBytes + length };
}

async function lengthAt(source: ByteSource, at: number, lengthBytes: 4 | 8): Promise<number> {
  const length = await exactly(source, at, lengthBytes);
  return lengthBytes === 8 ? Number(length.readBigUInt64BE(0)) : length.readUInt32BE(0);
}

async function exactly(source: ByteSource, at: number, length: number): Promise<Buffer> {
  if (at + length > source.sizeBytes) throw endsEarly();
  return bufferOf(await source.read(at, length));
}

/** The first of each kind. */
function resourcesOf(body: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at + 12 <= body.length; ) {
    const nameBytes = 1 + (body[at + 6] ?? 0);
    const lengthAt = at + 6 + nameBytes + (nameBytes % 2);
    if (lengthAt + 4 > body.length) break;
    const length = body.readUInt32BE(lengthAt);
    const id = body.readUInt16BE(at + 4);
    if (!found.has(id)) found.set(id, body.subarray(lengthAt + 4, lengthAt + 4 + length));
    at = lengthAt + 4 + length + (length % 2);
  }
  return found;
}

function resourceBlock(id: number, body: Buffer | undefined): Buffer[] {
  if (body === undefined) return [];
  const head = Buffer.from('8BIM\0\0\0\0', 'latin1');
  head.writeUInt16BE(id, 4);
  return [head, withLength(body), Buffer.alloc(body.length % 2)];
}

function withLength(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length, 0);
  return Buffer.concat([length, body]);
}

const details = { format: 'Photoshop (PSD)' };

function endsEarly(): ImageError {
  return damaged('the PSD ends early');
}

function damaged(reason: string): ImageError {
  return new ImageError('IMAGE_CORRUPT', `This file is damaged (${reason}).`, { details });
}

function unsupported(what: string, remedy = 'save a copy as PNG or JPEG'): ImageError {
  return new ImageError('IMAGE_UNSUPPORTED', `This PSD ${what}; Vignette cannot read that: ${remedy}.`, { details });
}
