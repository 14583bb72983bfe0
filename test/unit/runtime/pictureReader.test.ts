/** @file Pictures that are read in a thread of their own are the same pictures. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { ImageProcessorConfig } from '../../../native-models/preprocess/imageProcessorConfig.ts';
import { preprocessImage } from '../../../native-models/preprocess/preprocessImage.ts';
import { PictureReader } from '../../../native-models/runtime/pictureReader.ts';

const photos = path.join(import.meta.dirname, '../../../resources/demo-photos/Coast');
const config: ImageProcessorConfig = {
  width: 32,
  height: 32,
  resample: 'bicubic',
  rescaleFactor: 1 / 255,
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
};
const { signal } = new AbortController();

it('the picture reader reads what is read in place, several at a time', async () => {
  await using reader = new PictureReader();
  const files = (await readdir(photos)).slice(0, 5).map((name) => path.join(photos, name));
  const pictures = await Promise.all(files.map((file) => reader.read(file, config, { signal })));
  expect(pictures).toEqual(await Promise.all(files.map((file) => preprocessImage(file, config, { signal }))));
});

it('the picture reader says what is wrong with a picture, and reads the others', async () => {
  await using reader = new PictureReader();
  const [name = ''] = await readdir(photos);
  const missing = reader.read('/no/such/photo.jpg', config, { signal });
  const other = reader.read(path.join(photos, name), config, { signal });
  await expect(missing).rejects.toMatchObject({ name: 'ImageError', code: 'IMAGE_NOT_FOUND' });
  expect((await other).width).toBeGreaterThan(0);
});

it('the picture reader gives up at once what is not wanted any more', async () => {
  await using reader = new PictureReader();
  const [name = ''] = await readdir(photos);
  const control = new AbortController();
  const unwanted = reader.read(path.join(photos, name), config, { signal: control.signal });
  control.abort(new Error('enough'));
  await expect(unwanted).rejects.toThrow('enough');
  expect(() => reader.read('/any.jpg', config, { signal: control.signal })).toThrow('enough');
  expect((await reader.read(path.join(photos, name), config, { signal })).width).toBeGreaterThan(0);
});
