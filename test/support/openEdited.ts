/** @file Imports a fixture checkpoint with something changed, and opens the model. */
import path from 'node:path';
import { loadModel } from '../../native-models/architectures/models.ts';
import { QFormerGenerator } from '../../native-models/architectures/shared/qformerGenerator.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import { defaultSessionSettings } from '../../native-models/runtime/graphSession.ts';
import { writeEditedCheckpoint } from './editedCheckpoint.ts';

/** The model is imported to `folder`, which must be empty. */
export async function openEdited(
  fixture: string,
  folder: string,
  changes: Parameters<typeof writeEditedCheckpoint>[2],
): Promise<QFormerGenerator> {
  const source = path.join(folder, 'checkpoint');
  await writeEditedCheckpoint(fixture, source, changes);
  await importCheckpoint({ source, modelsFolder: folder, id: 'edited' });
  const { model } = await loadModel(path.join(folder, 'edited'), defaultSessionSettings);
  if (!(model instanceof QFormerGenerator)) throw new Error('the fixture was loaded as something else');
  return model;
}
