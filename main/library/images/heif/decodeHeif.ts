/// <reference path="./libheif.d.ts" />
/**
 * @file Decodes the primary picture of a HEIC or HEIF file with libheif, compiled to WebAssembly. It takes a second for
 * 12 megapixels and blocks its thread: runs in the worker thread of heifWorker.ts only.
 */
import libheif from 'libheif-js/wasm-bundle.js';

export interface HeifPicture {
  /** Rows of RGB, or of RGBA where the picture is transparent; upright, since libheif applies the turning. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  /** The ICC profile that the numbers are meant in; undefined for sRGB, or where none is told. */
  readonly profile: Uint8Array<ArrayBuffer> | undefined;
}

/** What libheif had to say, by its numbers; a size beyond the limit, without an attempt; or the end of its WebAssembly. */
export type HeifOutcome =
  | { readonly trapped: string }
  | { readonly picture: HeifPicture }
  | { readonly tooLarge: { readonly width: number; readonly height: number } }
  | { readonly failed: { readonly step: 'read' | 'decode'; readonly code: number; readonly subcode: number } };

const colourSpaceRgb = 1;
const chromaRgb = 10;
const chromaRgba = 11;
const interleaved = 10;
/** `heif_error`: two numbers and an address. */
const errorBytes = 12;

export function decodeHeif(file: Uint8Array, maxPixels: number): HeifOutcome {
  const { allocate, freeAll } = memory();
  const error = allocate(errorBytes);
  const result = allocate(8);
  const bytes = allocate(file.byteLength);
  libheif.HEAPU8.set(file, bytes);
  const context = libheif._heif_context_alloc();
  let handle = 0;
  try {
    libheif._heif_context_read_from_memory_without_copy(error, context, bytes, file.byteLength, 0);
    if (word(error) !== 0) return failure('read', error);
    libheif._heif_context_get_primary_image_handle(error, context, result);
    if (word(error) !== 0) return failure('read', error);
    handle = word(result);
    const width = libheif._heif_image_handle_get_width(handle);
    const height = libheif._heif_image_handle_get_height(handle);
    if (width * height > maxPixels) return { tooLarge: { width, height } };
    return decodePrimary(handle, error, result);
  } finally {
    if (handle !== 0) libheif._heif_image_handle_release(handle);
    libheif._heif_context_free(context);
    freeAll();
  }
}

function decodePrimary(handle: number, error: number, result: number): HeifOutcome {
  const channels = libheif._heif_image_handle_has_alpha_channel(handle) === 1 ? 4 : 3;
  const chroma = channels === 4 ? chromaRgba : chromaRgb;
  libheif._heif_decode_image(error, handle, result, colourSpaceRgb, chroma, 0);
  if (word(error) !== 0) return failure('decode', error);
  const image = word(result);
  try {
    const width = libheif._heif_image_get_width(image, interleaved);
    const height = libheif._heif_image_get_height(image, interleaved);
    const plane = libheif._heif_image_get_plane_readonly(image, interleaved, result);
    if (plane === 0 || width < 1 || height < 1) return failure('decode', error);
    const pixels = packedRows(plane, word(result), width * channels, height);
    return { picture: { pixels, width, height, channels, profile: profileOf(handle, error) } };
  } finally {
    libheif._heif_image_release(image);
  }
}

/** Rows in libheif's memory end with padding. */
function packedRows(plane: number, stride: number, rowBytes: number, rows: number): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(rowBytes * rows);
  const heap = libheif.HEAPU8;
  for (let y = 0; y < rows; y++) {
    const start = plane + y * stride;
    packed.set(heap.subarray(start, start + rowBytes), y * rowBytes);
  }
  return packed;
}

function profileOf(handle: number, error: number): Uint8Array<ArrayBuffer> | undefined {
  const size = libheif._heif_image_handle_get_raw_color_profile_size(handle);
  if (size === 0) return undefined;
  const { allocate, freeAll } = memory();
  try {
    const address = allocate(size);
    libheif._heif_image_handle_get_raw_color_profile(error, handle, address);
    return word(error) === 0 ? libheif.HEAPU8.slice(address, address + size) : undefined;
  } finally {
    freeAll();
  }
}

function failure(step: 'read' | 'decode', error: number): HeifOutcome {
  return { failed: { step, code: word(error), subcode: word(error + 4) } };
}

function word(address: number): number {
  return libheif.HEAPU32[address >> 2] ?? 0;
}

function memory(): { allocate: (bytes: number) => number; freeAll: () => void } {
  const taken: number[] = [];
  const allocate = (bytes: number) => {
    const address = libheif._malloc(bytes);
    if (address === 0) throw new RangeError('libheif is out of memory');
    taken.push(address);
    return address;
  };
  const freeAll = () => {
    for (const address of taken) libheif._free(address);
  };
  return { allocate, freeAll };
}
