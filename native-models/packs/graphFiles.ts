/** @file Which files the graphs of a model would have the runtime open. Compiler only. */
import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelError } from '../compiler/modelError.ts';
import { readForeignFile } from '../foreignFile.ts';
import { ModelProtoSchema } from '../onnx/generated/onnx_pb.js';

const maxGraphBytes = 64 << 20;

/**
 * A graph takes weights from the files that it names: they must be files of the model.
 * @param files of the model in `folder`
 * @throws ModelError PACK_INVALID, naming the graph
 */
export async function assertGraphFiles(folder: string, files: readonly string[]): Promise<void> {
  const known = new Set(files);
  for (const name of files.filter((file) => file.endsWith('.onnx'))) {
    const invalid = (what: string, cause?: unknown) =>
      new ModelError('PACK_INVALID', `The packed model cannot be used: its graph ${name} ${what}.`, { name }, cause);
    const content = await readForeignFile(path.join(folder, name), maxGraphBytes).catch((cause: unknown) => {
      throw invalid('is too large', cause);
    });
    let locations: Set<string>;
    try {
      locations = locationsIn(fromBinary(ModelProtoSchema, content));
    } catch (cause) {
      throw invalid('is no graph', cause);
    }
    const foreign = [...locations].find((location) => !known.has(location));
    if (foreign !== undefined) throw invalid(`takes weights from ${JSON.stringify(foreign).slice(0, 100)}`);
  }
}

/** Tensors lie in graphs, in attributes of their nodes, and in the graphs within these. */
function locationsIn(message: unknown, found = new Set<string>()): Set<string> {
  if (typeof message !== 'object' || message === null || ArrayBuffer.isView(message)) return found;
  if (Array.isArray(message)) {
    for (const part of message) if (typeof part === 'object') locationsIn(part, found);
    return found;
  }
  for (const [field, value] of Object.entries(message)) {
    if (field !== 'externalData' || !Array.isArray(value)) locationsIn(value, found);
    else for (const { key, value: location } of value) if (key === 'location') found.add(location);
  }
  return found;
}
