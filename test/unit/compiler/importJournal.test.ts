/** @file What an import remembers of the graphs that it has written. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { sha256OfFile } from '../../../native-models/compiler/fileHash.ts';
import { ImportJournal } from '../../../native-models/compiler/importJournal.ts';
import { it } from '../../support/fixtures.ts';

it('an import journal takes a graph for finished only with the layers wide that it was written with last', async ({
  folder,
}) => {
  const file = path.join(folder.path, 'decoder.onnx');
  const write = async (content: string) => {
    await writeFile(file, content);
    return [{ name: 'decoder.onnx', ...(await sha256OfFile(file)) }];
  };
  const wideLayers = ['layers.0', 'layers.1'];
  const written = async () => {
    await using journal = await ImportJournal.open(folder.path, 'same');
    await journal.add({ graph: 'decoder', wideLayers: [], files: await write('four bits') });
    const files = await write('eight bits');
    await journal.add({ graph: 'decoder', wideLayers, files });
    return files;
  };
  const files = await written();
  await using journal = await ImportJournal.open(folder.path, 'same');
  expect(journal.filesOf('decoder', wideLayers)).toEqual(files);
  expect(journal.filesOf('decoder', [])).toBeUndefined();
  expect(journal.filesOf('decoder', ['layers.0'])).toBeUndefined();
});

it('an import journal does not take a graph for finished that was being written again when the import ended', async ({
  folder,
}) => {
  const file = path.join(folder.path, 'decoder.onnx');
  const interrupted = async () => {
    await using journal = await ImportJournal.open(folder.path, 'same');
    await writeFile(file, 'four bits');
    const files = [{ name: 'decoder.onnx', ...(await sha256OfFile(file)) }];
    await journal.add({ graph: 'decoder', wideLayers: [], files });
    await writeFile(file, 'eight bits, cut');
  };
  await interrupted();
  await using journal = await ImportJournal.open(folder.path, 'same');
  expect(journal.filesOf('decoder', [])).toBeUndefined();
});
