/** @file A packed model to be fetched: made while it is, so that no second copy of a large model lies on the disk. Main process and server. */
import { packExtension } from '../../native-models/packs/packFormat.ts';
import { type PackPlan, planPack } from '../../native-models/packs/writePack.ts';
import { ModelChoiceError } from '../library/models/chooseModel.ts';
import type { App } from './app.ts';
import type { Download } from './downloads.ts';

/** @throws ModelChoiceError MODEL_NOT_FOUND; ModelError where the model is damaged */
export async function offerPackedModel(
  { models, downloads }: Pick<App, 'models' | 'downloads'>,
  id: string,
): Promise<Download> {
  const model = (await models.list()).find((listed) => listed.id === id);
  if (model === undefined) {
    throw new ModelChoiceError('MODEL_NOT_FOUND', `There is no model named ${id}.`, { details: { id } });
  }
  const plan = await planPack(model.folder);
  const names = { fileName: `${id}${packExtension}`, contentType: 'application/octet-stream' };
  return await downloads.offerMade({ sizeBytes: plan.sizeBytes, open: () => packStream(plan) }, names);
}

/** Breaks off where the model is damaged, or is another one by now: whoever fetches it sees that it is not whole. */
function packStream(plan: PackPlan): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  // a copy: what is written waits to be read, and the packer uses its buffers again
  plan
    .write({ write: (bytes) => writer.write(Uint8Array.from(bytes)) })
    .then(
      () => writer.close(),
      (error: unknown) => writer.abort(error),
    )
    .catch(() => undefined);
  return readable;
}
