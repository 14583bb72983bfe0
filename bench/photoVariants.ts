/** @file What a camera, the light and programs make of one scene: photos that belong together. For the bench of stacks. */
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** Of the photo's width and height, on each side of it: so far the camera can move. */
const margin = 0.1;
/** As thumbnails are. */
const sidePx = 320;

interface Frame {
  /** Of the photo's width and height. */
  readonly right?: number;
  readonly down?: number;
  /** Above 1: nearer. */
  readonly zoom?: number;
  readonly change?: (picture: Sharp) => Sharp;
  readonly quality?: number;
}

/** Where to differs from scene to scene. */
function moved(part: number, index: number): Frame {
  return { right: part * Math.cos(index * 2.4), down: part * Math.sin(index * 2.4) };
}

function frames(index: number): Readonly<Record<string, Frame>> {
  return {
    plain: {},
    'camera moved by 1 %': moved(0.01, index),
    'camera moved by 2 %': moved(0.02, index),
    'camera moved by 4 %': moved(0.04, index),
    'camera moved by 7 %': moved(0.07, index),
    'camera moved by 10 %': moved(0.1, index),
    'zoomed by 4 %': { zoom: 1.04 },
    'zoomed by 10 %': { zoom: 1.1 },
    brighter: { change: (picture) => picture.linear(1.35, 0) },
    darker: { change: (picture) => picture.linear(0.65, 0) },
    'warmer light': { change: (picture) => picture.linear([1.15, 1, 0.8], [0, 0, 0]) },
    'black and white': { change: (picture) => picture.greyscale() },
    'JPEG of quality 30': { quality: 30 },
    'cropped to 95 %': { right: 0.02, down: 0.01, zoom: 1 / 0.95 },
    'cropped to 85 %': { right: 0.05, down: -0.04, zoom: 1 / 0.85 },
  };
}

export interface DrawnPhoto {
  /** Has the photo in its middle, and its surroundings around it. */
  readonly file: string;
  /** Pictures of the same kind. */
  readonly others: Readonly<Record<string, string>>;
}

/** Of each the file; the photo itself is `plain`. */
export async function variantsOf(
  { file, others }: DrawnPhoto,
  { folder, index }: { readonly folder: string; readonly index: number },
): Promise<Map<string, string>> {
  const framed = Object.entries(frames(index)).map(([name, frame]) => [name, file, frame] as const);
  const rest = Object.entries(others).map(([name, other]) => [name, other, {}] as const);
  const written = new Map<string, string>();
  for (const [number, [name, from, frame]] of [...framed, ...rest].entries()) {
    const to = path.join(folder, `${index}-${number}.jpg`);
    await writeFrame(from, to, frame);
    written.set(name, to);
  }
  return written;
}

async function writeFrame(from: string, to: string, frame: Frame): Promise<void> {
  const { right = 0, down = 0, zoom = 1, change = (picture) => picture, quality = 90 } = frame;
  const { data, info } = await sharp(from, { failOn: 'none' })
    .rotate()
    .toColorspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({
      resolveWithObject: true,
    });
  const part = (whole: number, by: number) => {
    const photo = whole / (1 + 2 * margin);
    const length = Math.round(photo / zoom);
    return { start: Math.max(0, Math.min(whole - length, Math.round((whole - length) / 2 + by * photo))), length };
  };
  const [across, along] = [part(info.width, right), part(info.height, down)];
  const picture = sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } })
    .extract({ left: across.start, top: along.start, width: across.length, height: along.length })
    .resize(sidePx, sidePx, { fit: 'inside' });
  await change(picture).jpeg({ quality }).toFile(to);
}
