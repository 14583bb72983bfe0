/** @file Writes a finished graph to disk: the weights streamed into a data file, then the model file. Compiler only. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import type { ExternalLocation, Graph } from './graph.ts';
import { modelFileName } from './modelFiles.ts';

/** A file of a compiled model as it was written. */
export interface WrittenFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Every weight starts on such a boundary, so that the runtime can map it and read whole cache lines. */
const alignmentBytes = 64;

/**
 * Writes `<graph name>.onnx` and `<graph name>.onnx.data` into `folder` and flushes them to the disk. Of `otherForms` (the same
 * graph, attention built differently) only the model files are written: they take the same weights from the same data.
 *
 * @param onWritten is told how many bytes each write added
 */
export async function writeModel(
  graph: Graph,
  folder: string,
  producerVersion: string,
  {
    signal,
    onWritten,
    otherForms = [],
  }: { signal?: AbortSignal | undefined; onWritten?: (bytes: number) => void; otherForms?: readonly Graph[] } = {},
): Promise<WrittenFile[]> {
  const data = `${graph.name}.onnx.data`;
  const locations: ExternalLocation[] = [];
  const dataFile = await writeFileInPieces(path.join(folder, data), async (append, position) => {
    for (const { weight } of graph.externalInitializers) {
      await append(new Uint8Array(-position() & (alignmentBytes - 1)));
      locations.push({ file: data, offsetBytes: position() });
      const end = position() + weight.sizeBytes;
      await weight.stream(async (piece) => {
        await append(piece);
        onWritten?.(piece.byteLength);
      }, signal);
      if (position() !== end) throw new RangeError(`a weight of ${graph.name} came out at another size than announced`);
    }
  });
  const written: WrittenFile[] = [{ name: data, ...dataFile }];
  for (const form of [graph, ...otherForms]) {
    assertSameWeights(graph, form);
    const name = modelFileName(graph.name, form.attention);
    const content = form.serialize(producerVersion, locations);
    written.push({ name, ...(await writeFileInPieces(path.join(folder, name), (append) => append(content))) });
  }
  return written;
}

function assertSameWeights(graph: Graph, form: Graph): void {
  const names = (of: Graph) => of.externalInitializers.map(({ value }) => value.name);
  if (names(graph).join() !== names(form).join()) {
    throw new RangeError(`the forms of ${graph.name} take their weights in different orders`);
  }
}

async function writeFileInPieces(
  file: string,
  produce: (append: (piece: Uint8Array) => Promise<void>, position: () => number) => Promise<void>,
): Promise<{ sizeBytes: number; sha256: string }> {
  const handle = await open(file, 'wx');
  try {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const append = async (piece: Uint8Array) => {
      if (piece.byteLength === 0) return;
      const written = writeFully(handle, piece, sizeBytes);
      hash.update(piece); // while the write is under way on another thread
      sizeBytes += piece.byteLength;
      await written;
    };
    await produce(append, () => sizeBytes);
    await handle.sync();
    return { sizeBytes, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

async function writeFully(handle: FileHandle, piece: Uint8Array, positionBytes: number): Promise<void> {
  let done = 0;
  while (done < piece.byteLength) {
    done += (await handle.write(piece, done, piece.byteLength - done, positionBytes + done)).bytesWritten;
  }
}
