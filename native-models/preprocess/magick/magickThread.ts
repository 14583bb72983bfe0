/**
 * @file Turns one picture of a kind that libvips does not read into an uncompressed TIFF, with ImageMagick compiled to
 * WebAssembly. It takes seconds and blocks its thread: a thread of convertToTiff.ts, which ends with the picture.
 */
import { parentPort } from 'node:worker_threads';
import {
  ColorSpace,
  CompressionMethod,
  ConfigurationFiles,
  type IMagickImage,
  initializeImageMagick,
  MagickFormat,
  MagickImage,
  MagickImageInfo,
  MagickReadSettings,
  Orientation,
  ResourceLimits,
} from '@imagemagick/magick-wasm';
import {
  type ChannelMeaning,
  type MagickCoder,
  type MagickOutcome,
  type MagickRequest,
  magickRequestSchema,
} from './magickProtocol.ts';

/** The part of it that is used: the compiler's library for Node has no types of it. */
interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
declare const WebAssembly: { readonly Memory: { readonly prototype: WebAssemblyMemory } };

/** No other decoder runs, whatever a file says that it is; files, pipes and addresses are never opened. */
const policy = (coder: MagickCoder) => `<policymap>
  <policy domain="coder" rights="none" pattern="*"/>
  <policy domain="coder" rights="read" pattern="${coder}"/>
  <policy domain="coder" rights="read|write" pattern="TIFF"/>
  <policy domain="coder" rights="read" pattern="CMYK"/>
  <policy domain="delegate" rights="none" pattern="*"/>
  <policy domain="path" rights="none" pattern="@*"/>
</policymap>`;

/** Of one profile; those of cameras and printers have two megabytes at most. */
const maxProfileBytes = 16_000_000n;
const pageBytes = 65_536;

/** WebAssembly that would need more is told that there is none, as a machine without memory tells it. */
function limitMemory(maxBytes: number): { isReached: () => boolean } {
  const { prototype } = WebAssembly.Memory;
  const { grow } = prototype;
  let isReached = false;
  prototype.grow = function (this: WebAssemblyMemory, pages: number): number {
    if (this.buffer.byteLength + pages * pageBytes > maxBytes) {
      isReached = true;
      throw new RangeError('The picture takes more memory than it may.');
    }
    return grow.call(this, pages);
  };
  return { isReached: () => isReached };
}

async function start({ module, coder }: Pick<MagickRequest, 'module' | 'coder'>): Promise<void> {
  ConfigurationFiles.default.policy.data = policy(coder);
  await initializeImageMagick(module);
  // Pixels that find no room in memory would go to files, which are memory here, too.
  ResourceLimits.disk = 0n;
  ResourceLimits.maxProfileSize = maxProfileBytes;
}

async function convert({
  module,
  file,
  coder,
  meaning,
  maxPixels,
  memoryBytes,
}: MagickRequest): Promise<MagickOutcome> {
  const memory = limitMemory(memoryBytes);
  try {
    await start({ module, coder });
    const settings = new MagickReadSettings({ format: coder });
    const { width, height } = MagickImageInfo.create(file, settings);
    if (width < 1 || height < 1) return { failed: 'a side of no pixels' };
    if (width * height > maxPixels) return { tooLarge: { width, height } };
    const image = MagickImage.create();
    image.read(file, settings);
    return { tiff: tiffOf(meaning === undefined ? image : asMeant(image, meaning)) };
  } catch (error) {
    if (memory.isReached()) return { outOfMemory: true };
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

/** Of one whose fourth channel was taken for transparency. */
function asMeant(image: IMagickImage, meaning: ChannelMeaning): IMagickImage {
  if (meaning === 'opaque') {
    image.hasAlpha = false;
    return image;
  }
  const { width, height, channelCount } = image;
  if (channelCount !== 4) throw new Error(`${channelCount} channels where there should be four`);
  const inks = Uint8Array.from(image.getPixels((pixels) => pixels.getArea(0, 0, width, height)));
  const cmyk = MagickImage.create();
  cmyk.read(inks, new MagickReadSettings({ format: MagickFormat.Cmyk, width, height, depth: 8 }));
  const profile = image.getProfile('icc');
  if (profile !== null) cmyk.setProfile(profile);
  image.dispose();
  return cmyk;
}

/** What stays as it is, in the numbers of its profile; all others (YCbCr, CIELab) are told apart by no TIFF decoder. */
const colourSpacesOfTiff: readonly ColorSpace[] = [ColorSpace.sRGB, ColorSpace.Gray, ColorSpace.CMYK];

function tiffOf(image: IMagickImage): Uint8Array<ArrayBuffer> {
  if (!colourSpacesOfTiff.includes(image.colorSpace)) image.colorSpace = ColorSpace.sRGB;
  image.depth = 8;
  image.orientation = Orientation.TopLeft;
  for (const name of image.profileNames) if (name !== 'icc') image.removeProfile(name);
  image.settings.compression = CompressionMethod.NoCompression;
  return image.write(MagickFormat.Tiff, (bytes) => Uint8Array.from(bytes));
}

parentPort?.once('message', (message: unknown) => {
  void convert(magickRequestSchema.parse(message)).then((outcome) => {
    parentPort?.postMessage(outcome, 'tiff' in outcome ? [outcome.tiff.buffer] : []);
  });
});
