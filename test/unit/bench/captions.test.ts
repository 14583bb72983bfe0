/** @file `npm run bench captions`: what it takes, whose turn it is, what it compares with, and how that is shown and kept. */
import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { parseCaptionsOptions } from '../../../bench/captions/captionsOptions.ts';
import { type CaptionsReport, renderReport } from '../../../bench/captions/captionsReport.ts';
import {
  bestRival,
  type CaptionsRow,
  compareFigures,
  type Figures,
  figuresOf,
} from '../../../bench/captions/figures.ts';
import { arithmeticOf, floorOf, visionOperations, weightBytesRead } from '../../../bench/captions/modelWork.ts';
import { addResults } from '../../../bench/captions/results.ts';
import { type Side, takeTurns } from '../../../bench/captions/side.ts';
import { bestFloor } from '../../../native-models/devices/machineFloor.ts';
import { NodeProtoSchema, TensorProtoSchema } from '../../../native-models/onnx/generated/onnx_pb.js';

const figures: Figures = {
  visionMs: 500,
  prefillMs: 300,
  msPerToken: 20,
  answerMs: 1200,
  againMs: 400,
  photosPerMinute: 50,
  loadMs: 2000,
  residentBytes: 3e9,
};
const row: CaptionsRow = {
  model: 'demo',
  precision: 'int4',
  device: 'cpu',
  batch: 1,
  beams: 5,
  tokens: 20,
  photos: 9,
  ...figures,
  rival: { ...figures, type: 'bf16', visionMs: 1000, answerMs: 600, photosPerMinute: 25, residentBytes: 9e9 },
  work: { arithmetic: 'int8', visionOperations: 400e9, stepBytes: 0.81e9 },
  floor: { visionMs: 400, msPerToken: 15 },
};
const report: CaptionsReport = {
  machine: {
    cpu: 'A CPU',
    cores: 2,
    memoryGB: 24,
    node: '24.0.0',
    onnxruntime: '1.30.0',
    rival: 'PyTorch 2.13.0',
    floor: { memoryBytesPerSecond: 54e9, operationsPerSecond: { float: 330e9, int8: 1000e9, blocks: 550e9 } },
  },
  rows: [row],
};

describe('the options', () => {
  it('are the bundled model in float32, one photo at a time, greedy, against both of the rival’s types', () => {
    expect(parseCaptionsOptions([])).toEqual({
      models: ['demo'],
      precisions: ['fp32'],
      device: 'cpu',
      batches: [1],
      beams: [1],
      tokens: 20,
      photos: 9,
      rivals: ['bf16', 'fp32'],
      limitBytes: undefined,
      keep: undefined,
      json: false,
      write: false,
    });
  });

  it('name models, and precisions, batches and beams more than once', () => {
    const line =
      'blip2-opt-2.7b demo --precision int8 --precision int4 --device webgpu --batch 8 --beams 1 --beams 5 --tokens 30 --photos 200 --rival bf16 --limit 3.5 --keep /kept --json --write';
    expect(parseCaptionsOptions(line.split(' '))).toEqual({
      models: ['blip2-opt-2.7b', 'demo'],
      precisions: ['int8', 'int4'],
      device: 'webgpu',
      batches: [8],
      beams: [1, 5],
      tokens: 30,
      photos: 200,
      rivals: ['bf16'],
      limitBytes: 3.5e9,
      keep: '/kept',
      json: true,
      write: true,
    });
  });

  it.each([
    [['llava'], 'MODEL cannot be llava; known: demo, '],
    [['--precision', 'int3'], '--precision cannot be int3; known: fp32, '],
    [['--device', 'npu'], '--device cannot be npu; known: auto, cpu, '],
    [['--rival', 'fp16'], '--rival cannot be fp16; known: bf16, fp32.'],
    [['--batch', '0'], '--batch must be a whole number of 1 or more, not 0.'],
    [['--beams', 'five'], '--beams must be a whole number of 1 or more, not five.'],
    [['--tokens', '1'], '--tokens must be a whole number of 2 or more, not 1.'],
    [['--photos', '1.5'], '--photos must be a whole number of 1 or more, not 1.5.'],
    [['--limit', 'much'], '--limit must be a number of gigabytes, not much.'],
    [['--fast'], 'Unknown option'],
  ])('are refused where they mean nothing: %s', (args, message) => {
    expect(() => parseCaptionsOptions(args)).toThrow(message);
  });
});

describe('the figures', () => {
  it('are medians over all runs, and photos a minute over rounds', () => {
    const run = (answerMs: number) => ({ visionMs: 1, prefillMs: 2, msPerToken: 3, answerMs });
    const rounds = [
      { runs: [run(10), run(30)], photos: 2, wallMs: 1000 },
      { runs: [run(20)], photos: 1, wallMs: 2000 },
      { runs: [run(90), run(15)], photos: 2, wallMs: 500 },
    ];
    expect(figuresOf(rounds, 7, 8)).toEqual({
      visionMs: 1,
      prefillMs: 2,
      msPerToken: 3,
      answerMs: 20,
      againMs: 20,
      photosPerMinute: 120,
      loadMs: 7,
      residentBytes: 8,
    });
    const again = [4, 9, 5].map((againMs, i) => ({ runs: rounds[i]?.runs ?? [], photos: 1, wallMs: 1, againMs }));
    expect(figuresOf(again, 7, 8).againMs).toBe(5);
  });

  it('stand beside the rival that answers first', () => {
    const [slow, fast] = [
      { ...figures, type: 'fp32', answerMs: 5 },
      { ...figures, type: 'bf16', answerMs: 4 },
    ];
    expect(bestRival([slow, fast])).toBe(fast);
    expect(bestRival([])).toBeUndefined();
  });

  it('are better than the rival’s above one: less time and memory, more photos; and a share of the floor', () => {
    const compared = new Map(compareFigures(row).map(({ figure, ...rest }) => [figure, rest]));
    expect(compared.get('visionMs')).toEqual({ ours: 500, rival: 1000, timesAsGood: 2, floor: 400, shareOfFloor: 0.8 });
    expect(compared.get('answerMs')).toEqual({ ours: 1200, rival: 600, timesAsGood: 0.5 });
    expect(compared.get('photosPerMinute')).toEqual({ ours: 50, rival: 25, timesAsGood: 2 });
    expect(compared.get('residentBytes')).toEqual({ ours: 3e9, rival: 9e9, timesAsGood: 3 });
  });

  it('leave out the stages of a batch, which overlap', () => {
    const shown = compareFigures({ ...row, batch: 4 }).map(({ figure }) => figure);
    expect(shown).toEqual(['answerMs', 'photosPerMinute', 'loadMs', 'residentBytes']);
  });

  it('stand alone without a rival', () => {
    const { rival: _, ...alone } = row;
    expect(compareFigures(alone).map(({ timesAsGood }) => timesAsGood)).toEqual(Array(8).fill(undefined));
  });
});

describe('the floor', () => {
  it('is the vision tower’s operations and the decoder’s bytes at the machine’s speed', () => {
    const { floor } = report.machine;
    const work = { arithmetic: 'int8', visionOperations: 500e9, stepBytes: 0.54e9 } as const;
    expect(floorOf(work, floor)).toEqual({ visionMs: 500, msPerToken: 10 });
  });

  it('takes the best of what was measured', () => {
    const { floor } = report.machine;
    const slower = { memoryBytesPerSecond: 1, operationsPerSecond: { float: 1, int8: 1, blocks: 600e9 } };
    expect(bestFloor(slower, floor)).toEqual({
      memoryBytesPerSecond: 54e9,
      operationsPerSecond: { float: 330e9, int8: 1000e9, blocks: 600e9 },
    });
  });

  it('counts half a trillion operations in EVA-CLIP’s tower', () => {
    const sizes = { hiddenSize: 1408, mlpSize: 6144, layers: 39, imageSize: 224, patchSize: 14 };
    expect(visionOperations(sizes) / 1e12).toBeCloseTo(0.52, 1);
  });

  it('reads the weights of products and norms whole, and rows of tables', () => {
    const stored = (name: string, length: number) =>
      create(TensorProtoSchema, { name, externalData: [{ key: 'length', value: String(length) }] });
    const initializer = [stored('table', 1000), stored('matrix', 100), stored('tied', 10)];
    const node = [
      create(NodeProtoSchema, { opType: 'Gather', input: ['table', 'ids'] }),
      create(NodeProtoSchema, { opType: 'GatherBlockQuantized', input: ['tied', 'ids'] }),
      create(NodeProtoSchema, { opType: 'Gemm', input: ['x', 'matrix'] }),
      create(NodeProtoSchema, { opType: 'MatMulNBits', input: ['y', 'tied'] }),
    ];
    expect(weightBytesRead({ node, initializer })).toBe(110);
  });

  it.each([
    [['Gemm', 'Gemm', 'MatMulNBits'], 'float'],
    [['MatMulNBits', 'Gemm', 'MatMulNBits'], 'blocks'],
    [['MatMulIntegerToFloat', 'DynamicQuantizeMatMul', 'Gemm'], 'int8'],
  ])('tells the arithmetic by most products: %s', (operators, arithmetic) => {
    expect(arithmeticOf({ node: operators.map((opType) => create(NodeProtoSchema, { opType })) })).toBe(arithmetic);
  });
});

describe('taking turns', () => {
  const question = { prompt: 'a photo of', batch: 1, beams: 1, tokens: 2 };
  const sideThatNotes = (name: string, notes: string[]): Side => ({
    name,
    sizeBytes: 10,
    async open() {
      notes.push(`${name} opens`);
      return {
        about: { loadMs: 1, precision: name, device: 'cpu' },
        residentBytes: () => notes.length,
        async answer(photos) {
          notes.push(`${name}: ${photos.join()}`);
          return { runs: [], photos: photos.length, wallMs: 60e3 };
        },
        async [Symbol.asyncDispose]() {
          notes.push(`${name} closes`);
        },
      };
    },
  });

  it('asks the sides in turn about the same photos, after one photo that does not count', async () => {
    const notes: string[] = [];
    const sides = [sideThatNotes('a', notes), sideThatNotes('b', notes)];
    const measured = await takeTurns(sides, question, ['1', '2', '3'], { rounds: 2, memoryBytes: 20 });
    expect(notes.slice(0, 8)).toEqual(['a opens', 'a: 1', 'a: 1,2', 'b opens', 'b: 1', 'b: 1,2', 'a: 3', 'b: 3']);
    expect(notes.slice(8).sort()).toEqual(['a closes', 'b closes']);
    expect(measured.map(({ about, photosPerMinute }) => [about.precision, photosPerMinute])).toEqual([
      ['a', 1.5],
      ['b', 1.5],
    ]);
    expect(measured.map(({ residentBytes }) => residentBytes)).toEqual([7, 8]);
  });

  it('opens each for its turn where they do not fit into memory together', async () => {
    const notes: string[] = [];
    const sides = [sideThatNotes('a', notes), sideThatNotes('b', notes)];
    await takeTurns(sides, question, ['1', '2'], { rounds: 2, memoryBytes: 19 });
    const turn = (name: string, photo: string) => [
      `${name} opens`,
      `${name}: 1`,
      `${name}: ${photo}`,
      `${name} closes`,
    ];
    expect(notes).toEqual([...turn('a', '1'), ...turn('b', '1'), ...turn('a', '2'), ...turn('b', '2')]);
  });
});

describe('the report', () => {
  it('describes the machine, the setting and every figure', () => {
    expect(renderReport(report)).toBe(
      `A CPU, 2 cores, 24 GB; Node 24.0.0, onnxruntime 1.30.0.
Rival: PyTorch 2.13.0.
Floor: reading memory 54 GB/s; matrix products 330 GFLOPS in float32, 1000 GOPS in int8, 550 GOPS with block-wise int4 weights.

### demo, int4 on cpu; one photo at a time; 5 beams; 20 new tokens; 9 photos

|                         | Vignette | PyTorch bf16 | times as good |   floor | of the floor |
|-------------------------|---------:|-------------:|--------------:|--------:|-------------:|
| vision                  |   500 ms |       1.00 s |         2.00× |  400 ms |         80 % |
| features to first token |   300 ms |       300 ms |         1.00× |         |              |
| further token           |  20.0 ms |      20.0 ms |         1.00× | 15.0 ms |         75 % |
| whole answer            |   1.20 s |       600 ms |         0.50× |         |              |
| a further question      |   400 ms |       400 ms |         1.00× |         |              |
| photos a minute         |     50.0 |         25.0 |         2.00× |         |              |
| loading                 |   2.00 s |       2.00 s |         1.00× |         |              |
| resident memory         |  3.00 GB |      9.00 GB |         3.00× |         |              |`,
    );
  });

  it('says where it ran alone', () => {
    const { rival: _, ...machine } = report.machine;
    const { rival: __, ...alone } = row;
    const text = renderReport({ machine, rows: [alone] });
    expect(text).toContain('No rival: VIGNETTE_BENCH_PYTHON names no Python');
    expect(text).toContain('| vision                  |   500 ms |         |               |  400 ms |         80 % |');
  });

  it('keeps what was measured before, except for the same setting or on another machine', () => {
    const other = { ...row, precision: 'int8' };
    const again = { ...row, visionMs: 1 };
    expect(addResults({ ...report, rows: [row, other] }, { ...report, rows: [again] }).rows).toEqual([again, other]);
    const faster = { memoryBytesPerSecond: 81e9, operationsPerSecond: { float: 0, int8: 0, blocks: 0 } };
    const all = addResults(report, { machine: { ...report.machine, floor: faster }, rows: [other] });
    expect(all.rows.map(({ floor }) => floor)).toEqual(Array(2).fill({ visionMs: 400, msPerToken: 10 }));
    expect(addResults(undefined, report)).toBe(report);
    const elsewhere = { machine: { ...report.machine, cores: 8 }, rows: [other] };
    expect(addResults(elsewhere, report)).toBe(report);
  });
});
