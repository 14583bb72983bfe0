/** @file Writes all graphs of a model, from a source whose weights are all there or arrive meanwhile. Compiler only. */
import type { WrittenFile } from '../onnx/modelWriter.ts';
import { compileArriving } from './compileArriving.ts';
import type { ModelGraph } from './compileGraphs.ts';
import { assertSpace } from './diskFaults.ts';
import { GraphCompilation } from './graphCompilation.ts';
import type { ImportJournal } from './importJournal.ts';
import type { ImportOptions } from './importOptions.ts';
import type { ModelSource } from './modelSource.ts';

export interface ModelToCompile {
  readonly graphs: readonly ModelGraph[];
  readonly source: ModelSource;
  readonly working: string;
  readonly journal: ImportJournal;
}

/** @returns the files of all graphs. @throws as `compileArriving`; ModelError DISK_FULL before anything is written */
export async function compileWeights(
  { graphs, source: { arriving }, working, journal }: ModelToCompile,
  { signal, onProgress }: Pick<ImportOptions, 'signal' | 'onProgress'>,
): Promise<WrittenFile[]> {
  await using compilation = await GraphCompilation.open(graphs, working, journal, { signal, onProgress });
  await assertSpace(working, compilation.pendingBytes);
  if (arriving === undefined) await compilation.compile(compilation.pending);
  else await compileArriving({ ...arriving, compilation, working, journal, signal });
  return compilation.files;
}
