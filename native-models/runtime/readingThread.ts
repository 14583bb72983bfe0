/** @file The thread that reads pictures for the model beside it. Model host, started by pictureReader.ts. */
import { parentPort } from 'node:worker_threads';
import * as z from 'zod';
import { serializeError } from '../errors.ts';
import { imageProcessorConfigSchema } from '../preprocess/imageProcessorConfig.ts';
import { preprocessImage } from '../preprocess/preprocessImage.ts';
import { Limiter } from './concurrency.ts';

/** With an image, a picture to read; without, one that is no longer wanted. */
const requestSchema = z.object({
  id: z.int(),
  image: z.string().optional(),
  config: imageProcessorConfigSchema.optional(),
});

/** While one is resized here, another is decoded by the threads of libvips; each takes the memory of a whole picture. */
const limiter = new Limiter(2);
const controllers = new Map<number, AbortController>();

async function read(id: number, image: string, config: z.output<typeof imageProcessorConfigSchema>): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  controllers.set(id, controller);
  try {
    const picture = await limiter.run(async () => {
      signal.throwIfAborted();
      return await preprocessImage(image, config, { signal });
    });
    parentPort?.postMessage({ id, picture }, [picture.pixelValues.buffer as ArrayBuffer]);
  } catch (error) {
    parentPort?.postMessage({ id, error: serializeError(error) });
  } finally {
    controllers.delete(id);
  }
}

parentPort?.on('message', (message: unknown) => {
  const { id, image, config } = requestSchema.parse(message);
  if (image === undefined || config === undefined) controllers.get(id)?.abort();
  else void read(id, image, config);
});
