/** @file What a compiled model's parts cannot do without: the vision tower's operations, the decoder's weights. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import * as z from 'zod';
import { readManifest } from '../../native-models/compiler/manifest.ts';
import type { Arithmetic, MachineFloor } from '../../native-models/devices/machineFloor.ts';
import { type GraphProto, ModelProtoSchema } from '../../native-models/onnx/generated/onnx_pb.js';
import { modelFileName } from '../../native-models/onnx/graph.ts';
import type { FloorFigures, ModelWork } from './figures.ts';

const visionSchema = z.object({
  vision: z.object({
    hiddenSize: z.int(),
    mlpSize: z.int(),
    layers: z.int(),
    imageSize: z.int(),
    patchSize: z.int(),
  }),
});
export type VisionSizes = z.output<typeof visionSchema>['vision'];

export async function workOf(modelFolder: string): Promise<ModelWork> {
  const { vision } = visionSchema.parse((await readManifest(modelFolder)).config);
  return {
    arithmetic: arithmeticOf(await readGraph(modelFolder, 'vision_encoder')),
    visionOperations: visionOperations(vision),
    stepBytes: weightBytesRead(await readGraph(modelFolder, 'decoder')),
  };
}

/** The least time that the machine needs for it. */
export function floorOf({ arithmetic, visionOperations, stepBytes }: ModelWork, machine: MachineFloor): FloorFigures {
  return {
    visionMs: (visionOperations / machine.operationsPerSecond[arithmetic]) * 1e3,
    msPerToken: (stepBytes / machine.memoryBytesPerSecond) * 1e3,
  };
}

/** Multiplications and additions for one photo. */
export function visionOperations({ hiddenSize: D, mlpSize, layers, imageSize, patchSize }: VisionSizes): number {
  const patches = (imageSize / patchSize) ** 2;
  const S = patches + 1;
  const embedding = 2 * patches * 3 * patchSize ** 2 * D;
  const linear = 2 * S * (4 * D * D + 2 * D * mlpSize);
  const attention = 4 * S * S * D;
  return embedding + layers * (linear + attention);
}

/** Of most of a graph's matrix products. */
export function arithmeticOf({ node }: Pick<GraphProto, 'node'>): Arithmetic {
  const counts = { float: 0, int8: 0, blocks: 0 };
  for (const { opType } of node) {
    if (opType === 'Gemm' || opType === 'FusedMatMul') counts.float++;
    else if (opType === 'MatMulNBits') counts.blocks++;
    else if (/^(DynamicQuantizeMatMul|MatMulInteger(ToFloat)?)$/.test(opType)) counts.int8++;
  }
  if (counts.int8 > Math.max(counts.float, counts.blocks)) return 'int8';
  return counts.blocks > counts.float ? 'blocks' : 'float';
}

/** All weights of a graph but the tables from which only rows are taken. */
export function weightBytesRead({ node, initializer }: Pick<GraphProto, 'node' | 'initializer'>): number {
  const whole = new Set(
    node.filter(({ opType }) => !/^Gather(BlockQuantized)?$/.test(opType)).flatMap(({ input }) => input),
  );
  const bytes = initializer.map(({ name, externalData, rawData }) => {
    if (!whole.has(name)) return 0;
    const length = externalData.find(({ key }) => key === 'length')?.value;
    return length === undefined ? rawData.byteLength : Number(length);
  });
  return bytes.reduce((sum, size) => sum + size, 0);
}

async function readGraph(modelFolder: string, name: string): Promise<GraphProto> {
  const file = path.join(modelFolder, modelFileName(name, 'fused'));
  const { graph } = fromBinary(ModelProtoSchema, await readFile(file));
  if (graph === undefined) throw new Error(`${file} holds no graph`);
  return graph;
}
