/** @file Weights that are written before the bytes that they are made of were checked. */
import { expect } from 'vitest';
import type { ModelGraph } from '../../../native-models/compiler/compileGraphs.ts';
import { commitBytes, GraphCompilation } from '../../../native-models/compiler/graphCompilation.ts';
import { ImportJournal } from '../../../native-models/compiler/importJournal.ts';
import { Graph } from '../../../native-models/onnx/graph.ts';
import { it as plainIt } from '../../support/fixtures.ts';

const pieceBytes = 4 << 20;
const piece = new Uint8Array(pieceBytes).fill(7);

/** A graph with a weight of so many pieces. */
function graphOf(name: string, pieces: number): ModelGraph {
  const graph = new Graph(name);
  const sizeBytes = pieces * pieceBytes;
  graph.weight(`${name}.weight`, 'uint8', [sizeBytes], {
    sizeBytes,
    tensors: [name],
    stream: async (write) => {
      for (let i = 0; i < pieces; i += 1) await write(piece);
    },
  });
  return { graph, otherForms: [], part: 'vision', layers: [], wideLayers: [] };
}

const it = plainIt.extend('journal', async ({ folder }, { onCleanup }) => {
  const journal = await ImportJournal.open(folder.path, 'same');
  onCleanup(() => journal[Symbol.asyncDispose]());
  return journal;
});

it('weights written ahead of their checksum count once they are confirmed, and not before', async ({
  folder,
  journal,
}) => {
  const graphs = [graphOf('vision', 1), graphOf('decoder', 1)];
  const open = () => GraphCompilation.open(graphs, folder.path, journal, {});
  const interrupted = async () => {
    await using compilation = await open();
    const [vision, decoder] = compilation.pending;
    await compilation.compileUnchecked(vision ?? expect.unreachable());
    expect(journal.filesOf('vision', [])).toBeUndefined();
    await compilation.confirm();
    expect(journal.filesOf('vision', [])).toHaveLength(2);
    await compilation.compileUnchecked(decoder ?? expect.unreachable());
    expect(compilation.pending).toEqual([]);
    expect(() => compilation.files).toThrow(RangeError);
  };
  await interrupted();
  await using again = await open();
  expect(again.pending.map(({ group }) => group.tensors)).toEqual([['decoder']]);
});

it('weights written ahead of their checksum are flushed now and then, also after a graph before was finished', async ({
  folder,
  journal,
}) => {
  const pieces = Math.ceil((0.6 * commitBytes) / pieceBytes);
  const graphs = [graphOf('vision', pieces), graphOf('decoder', pieces)];
  await using compilation = await GraphCompilation.open(graphs, folder.path, journal, {});
  for (const weights of compilation.pending) {
    await compilation.compileUnchecked(weights);
    await compilation.confirm();
  }
  expect(compilation.files).toHaveLength(4);
});
