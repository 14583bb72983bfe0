/** @file The error that a PyTorch weight file is refused with. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Checkpoint } from '../../../native-models/checkpoint/checkpoint.ts';
import { CheckpointError } from '../../../native-models/checkpoint/checkpointError.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Opens a checkpoint with this weight file: the error of ours that it ends in, or undefined where it is accepted. */
export async function refusalOrNothing(content: Uint8Array): Promise<CheckpointError | undefined> {
  await using folder = await temporaryFolder();
  await writeFile(path.join(folder.path, 'config.json'), '{}');
  await writeFile(path.join(folder.path, 'pytorch_model.bin'), content);
  try {
    await using _accepted = await Checkpoint.open(folder.path);
    return undefined;
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    throw error;
  }
}

export async function refusal(content: Uint8Array): Promise<CheckpointError> {
  const error = await refusalOrNothing(content);
  if (error === undefined) throw new Error('the file was accepted');
  return error;
}
