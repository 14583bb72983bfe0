/** @file Chooses the picture in a TIFF and says plainly what cannot be decoded, before the decoder guesses. */
import type { ByteSource } from './byteSource.ts';
import { ImageError } from './imageError.ts';
import type { LabEncoding } from './labColours.ts';
import { endsBeyondFile, TiffDirectories, type TiffDirectory } from './tiffDirectory.ts';
import type { TiffList } from './tiffFields.ts';

export interface TiffPicture {
  /** Page to decode: the first one that is not a smaller version of another. */
  readonly page: number;
  /** Whether the fourth (or second) channel is known to be transparency. */
  readonly transparency: boolean;
  readonly hasOrientation: boolean;
  /** 8-bit samples marked as signed; what such files hold is nearly always unsigned all the same. */
  readonly signedBytes: boolean;
  readonly endsEarly: boolean;
  readonly lab: LabTiff | undefined;
}

/** CIELab, which libvips reads as nothing else than what the file calls it, and it calls 8 bits by no name that it knows. */
export interface LabTiff {
  readonly encoding: LabEncoding;
  /** Where the file says that its numbers are CIELab. */
  readonly saidAt: TiffList;
  readonly width: number;
  readonly height: number;
}

/** Compressions that the bundled libtiff decodes, by TIFF's numbers. */
const decodedCompressions = [1, 2, 3, 4, 5, 7, 8, 32_773, 32_946, 50_000, 50_001];
const compressionNames: Readonly<Record<number, string>> = {
  6: 'old-style JPEG',
  32766: 'NeXT',
  32809: 'ThunderScan',
  32909: 'PixarLog',
  33003: 'JPEG 2000',
  33005: 'JPEG 2000',
  34661: 'JBIG',
  34676: 'LogLuv',
  34677: 'LogLuv',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
};
/** White is zero, black is zero, RGB, palette, CMYK, YCbCr. */
const decodedPhotometrics = [0, 1, 2, 3, 5, 6];
const labPhotometrics = [8, 9, 10];
/** ITU's kind is of fax machines. */
const labEncodings: Readonly<Record<number, LabEncoding>> = { 8: 'signed', 9: 'offset' };
/** Colour filter array and linear raw: what a camera's sensor saw. */
const rawPhotometrics = [32_803, 34_892];

/** Throws an `ImageError` where the file is a camera raw or of a kind that cannot be decoded. */
export async function inspectTiff(source: ByteSource): Promise<TiffPicture> {
  const directories = new TiffDirectories(source);
  const pages = await directories.pages();
  const first = pages[0];
  // Let the decoder say what is wrong with a file whose first directory cannot even be read.
  if (first === undefined) {
    return {
      page: 0,
      transparency: true,
      hasOrientation: false,
      signedBytes: false,
      endsEarly: true,
      lab: undefined,
    };
  }
  await refuseRaw(directories, pages, first);
  const page = Math.max(
    0,
    pages.findIndex((directory) => !directory.reducedResolution),
  );
  const picture = pages[page] ?? first;
  refuseUndecodable(picture);
  return {
    page,
    transparency: picture.extraSamples.length === 0 || picture.extraSamples.some((kind) => kind === 1 || kind === 2),
    hasOrientation: picture.hasOrientation,
    signedBytes: picture.sampleFormat[0] === 2 && (picture.bitsPerSample[0] ?? 1) === 8,
    endsEarly: await endsBeyondFile(source, picture),
    lab: labOf(picture),
  };
}

async function refuseRaw(
  directories: TiffDirectories,
  pages: readonly TiffDirectory[],
  first: TiffDirectory,
): Promise<void> {
  const isSensor = (directory: TiffDirectory) =>
    directory.photometric !== undefined && rawPhotometrics.includes(directory.photometric);
  const inside: TiffDirectory[] = [];
  for (const page of pages) inside.push(...(await directories.inside(page)));
  // Raw files of many makers open with a thumbnail and keep everything else in sub-directories.
  const thumbnailOnly = first.reducedResolution && first.make && first.subDirectories.length > 0;
  if (first.dng || thumbnailOnly || [...pages, ...inside].some(isSensor)) {
    const name = first.dng ? 'DNG raw' : 'camera raw';
    throw new ImageError('IMAGE_UNSUPPORTED', `Vignette cannot read ${name} files; save a copy as JPEG or PNG.`, {
      details: { format: name },
    });
  }
}

/** Of three channels of 8 or 16 bits; undefined for all others. */
function labOf({ photometric, photometricList, bitsPerSample, width, height }: TiffDirectory): LabTiff | undefined {
  const encoding = labEncodings[photometric ?? -1];
  const bits = bitsPerSample[0];
  if (encoding === undefined || photometricList === undefined || photometricList.valueBytes > 4) return undefined;
  if (bitsPerSample.length !== 3) return undefined;
  return bits === 8 || bits === 16 ? { encoding, saidAt: photometricList, width, height } : undefined;
}

function refuseUndecodable(picture: TiffDirectory): void {
  const { compression, photometric, sampleFormat } = picture;
  const bits = Math.max(...picture.bitsPerSample.slice(0, 8), 1);
  let reason: string | undefined;
  if (!decodedCompressions.includes(compression)) {
    reason = `is compressed as ${compressionNames[compression] ?? `number ${compression}`}`;
  } else if (photometric !== undefined && labPhotometrics.includes(photometric) && labOf(picture) === undefined) {
    reason = 'stores CIELab colours';
  } else if (photometric !== undefined && ![...decodedPhotometrics, ...labPhotometrics].includes(photometric)) {
    reason = `stores colours of kind ${photometric}`;
  } else if (sampleFormat[0] === 3) {
    reason = 'stores floating-point numbers without saying which are black and white';
  } else if (sampleFormat[0] === 2 && bits !== 8) {
    reason = `stores signed ${bits}-bit numbers without saying which are black and white`;
  } else if (![1, 2, 4, 8, 16].includes(bits)) {
    reason = `has ${bits} bits a channel`;
  } else if (picture.tiled && picture.planarConfiguration === 2) {
    reason = 'keeps each colour in tiles of its own';
  }
  if (reason !== undefined) {
    throw new ImageError(
      'IMAGE_UNSUPPORTED',
      `This TIFF ${reason}; Vignette cannot read that: save a copy as PNG or JPEG.`,
      { details: { format: 'TIFF', compression, photometric: photometric ?? null, bits } },
    );
  }
}
