/** @file English: the page of models. */
import type * as z from 'zod';
import type { importEventSchema, Quality } from '../../preload/contract/models.ts';

type ChosenPrecision = Extract<z.output<typeof importEventSchema>, { type: 'precision' }>;

export const models = {
  title: 'Models',
  intro: 'Everything runs on this machine. A model is downloaded once; Vignette compiles it.',
  installed: 'Installed',
  list: 'Installed models',
  kinds: { generator: 'Writes captions and answers', matcher: 'Judges captions, finds photos' },
  unknownKind: 'Unknown',
  bundled: 'Came with Vignette',
  demo: 'Demo: knows drawn scenes only.',
  demoNotice:
    'The demo models know the drawn scenes of the demo photos and nothing else. For your own photos, download or import a real model.',
  usualWriter: 'Writes by default',
  usualJudge: 'Judges by default',
  makeUsualWriter: 'Write with it by default',
  makeUsualJudge: 'Judge with it by default',
  nowUsual: (id: string) => `${id} is the usual one now.`,
  architecture: 'Architecture',
  precision: 'Precision',
  precisions: {
    auto: 'Automatic',
    fp32: 'fp32: exact, largest, slowest',
    fp16: 'fp16: for graphics cards',
    int8: 'int8: nearly exact, fast',
    int4: 'int4: smallest, fast',
  },
  chosenPrecision: ({ precision, sizes, memoryBytes, card }: ChosenPrecision, bytes: (count: number) => string) => {
    const size = bytes(sizes[precision]);
    if (precision === 'fp32') return `Stored as fp32: the model is small (${size}).`;
    if (card !== null)
      return `Stored as ${precision}: ${size} instead of ${bytes(sizes.fp32)}, which fits in the ${bytes(card.freeBytes)} that are free on the graphics card (${card.name}).`;
    if (precision === 'int8')
      return `Stored as int8: ${size} instead of ${bytes(sizes.fp32)}, which fits easily in ${bytes(memoryBytes)} of memory.`;
    return `Stored as int4: ${size} instead of ${bytes(sizes.fp32)}; int8 would take ${bytes(sizes.int8)} of ${bytes(memoryBytes)} of memory.`;
  },
  quality: 'Accuracy',
  qualityOf: (quality: Quality, bytes: (count: number) => string) => {
    if (quality.type === 'unmeasured') {
      return `Not compared with fp32, which needs ${bytes(quality.neededBytes)} of ${quality.lacks}`;
    }
    if (quality.type === 'notKept') return 'Not compared with fp32: the checkpoint was not kept';
    const { equal, predictions, pictures, wideLayers } = quality;
    const wide =
      wideLayers === 0 ? '' : `; ${wideLayers} ${wideLayers === 1 ? 'layer' : 'layers'} kept at higher precision`;
    return `${equal} of ${predictions} predictions match fp32, on ${pictures} test pictures${wide}`;
  },
  otherPrecision: 'Other precision…',
  otherPrecisionOf: (id: string) => `Other precision for ${id}`,
  needsCheckpoint: (id: string, precision: string) =>
    `${id} is stored as ${precision}: its weights are rounded already, and other precisions are made of exact ones. Give the folder of its checkpoint, or download it again.`,
  size: 'Size',
  source: 'Source',
  damaged: 'Cannot be used',
  test: 'Test',
  testing: 'Testing…',
  testOf: (id: string) => `Test ${id}`,
  testResult: 'On this machine',
  device: 'Device',
  loadTime: 'Loading',
  selfTest: 'Self-test',
  passed: 'passed',
  notPassed: 'failed',
  answerTime: 'One answer',
  matchTime: 'One comparison',
  stages: {
    imageMs: 'reading the photo',
    visionMs: 'looking at it',
    qformerMs: 'relating it to the words',
    prefillMs: 'reading the words',
    decodeMs: 'writing',
    totalMs: 'altogether',
    total: 'altogether',
  } as Readonly<Record<string, string>>,
  testFailed: 'The test failed',
  pack: 'Export…',
  packOf: (id: string) => `Export ${id}`,
  packing: (fileName: string, size: string) =>
    `Saving ${fileName} (${size}). Import it on a machine without a network.`,
  remove: 'Remove…',
  removeOf: (id: string) => `Remove ${id}`,
  removeTitle: (id: string) => `Remove ${id}?`,
  removeText: (size: string) =>
    `The compiled model is deleted, which frees ${size}. What it wrote is kept, and the folder that it was imported from is not touched.`,
  removed: (id: string) => `${id} was removed.`,
  importTitle: 'Import a model',
  importText:
    'The folder as it was downloaded (config.json, weights, tokenizer), or a model that was exported elsewhere (.vignette-model). It is only read.',
  path: 'Path of the folder or file',
  pathExample: '/home/me/Downloads/instructblip-flan-t5-xl',
  dropHint: 'Or drop its path, or a file address, here.',
  name: 'Name',
  nameHint: 'Empty: the name that it has',
  choosePack: 'Choose a file…',
  replace: 'Replace the model of this name',
  replaceHint: 'It stays until the new one is complete and tested.',
  import: 'Import',
  importing: (name: string) => `Importing ${name}`,
  importSteps: {
    unpack: 'Copying',
    compile: 'Compiling',
    hash: 'Checking the files',
    verify: 'Testing',
    measure: 'Comparing with fp32',
  } as Readonly<Record<string, string>>,
  ofBytes: (done: string, total: string) => `${done} of ${total}`,
  stopImport: 'Stop',
  stopped: 'Stopped. The next import of it goes on from here.',
  imported: (id: string) => `${id} is ready.`,
  importFailed: 'The import failed',
  noWriterTitle: 'No model that writes is installed',
};
