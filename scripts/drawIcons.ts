/** @file Draws the icons of the packages from icon.svg, small ones included. Needs icotool and png2icns (Debian: icoutils, icnsutils). Run it after a change of the drawing: `node scripts/drawIcons.ts`. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';

const folder = resolve(import.meta.dirname, '..', 'resources', 'icons');
const drawing = join(folder, 'icon.svg');
const drawnPx = 256;

/** What a Linux desktop looks for in the theme hicolor. */
const linuxPx = [16, 24, 32, 48, 64, 128, 256, 512];
const windowsPx = [16, 24, 32, 48, 64, 128, 256];
const macPx = [16, 32, 48, 128, 256, 512, 1024];

async function draw(svg: string | Buffer, px: number): Promise<Buffer> {
  const dotsPerInch = (72 * px) / drawnPx;
  return await sharp(svg, { density: Math.max(dotsPerInch, 1) })
    .resize(px, px)
    .png({ compressionLevel: 9 })
    .toBuffer();
}

await mkdir(join(folder, 'linux'), { recursive: true });
for (const px of linuxPx) await writeFile(join(folder, 'linux', `${px}x${px}.png`), await draw(drawing, px));

const scratch = await mkdtemp(join(tmpdir(), 'vignette-icons-'));
const drawn = async (px: number) => {
  const file = join(scratch, `${px}.png`);
  await writeFile(file, await draw(drawing, px));
  return file;
};
const [largest, ...others] = await Promise.all(windowsPx.toReversed().map(drawn));
// As PNG: uncompressed it would be a quarter of a megabyte.
execFileSync('icotool', ['-c', '-o', join(folder, 'icon.ico'), ...others.toReversed(), '-r', largest ?? '']);
execFileSync('png2icns', [join(folder, 'icon.icns'), ...(await Promise.all(macPx.map(drawn)))]);
await rm(scratch, { recursive: true });

// A Mac's menu bar colours it itself: only the shape counts.
const template = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256" width="256" height="256">
  <rect x="32" y="32" width="192" height="192" rx="48" fill="none" stroke="#000" stroke-width="24" />
  <circle cx="128" cy="128" r="40" fill="none" stroke="#000" stroke-width="24" />
</svg>`);
await writeFile(join(folder, 'trayTemplate.png'), await draw(template, 16));
await writeFile(join(folder, 'trayTemplate@2x.png'), await draw(template, 32));
