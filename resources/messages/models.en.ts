/** @file English: the page of models. */
import type * as z from 'zod';
import type { importEventSchema, Quality } from '../../preload/contract/models.ts';

type ChosenPrecision = Extract<z.output<typeof importEventSchema>, { type: 'precision' }>;

export const models = {
  title: 'Models',
  intro: 'All models run on this computer. A model is downloaded once and compiled by Vignette.',
  installed: 'Installed',
  list: 'Installed models',
  kinds: { generator: 'Writes captions and answers', matcher: 'Checks captions, finds photos' },
  unknownKind: 'Unknown',
  bundled: 'Bundled',
  demo: 'Demo: knows only drawn scenes.',
  demoNotice:
    'The demo models know only the drawn scenes of the demo photos. For your own photos, download or import a real model.',
  defaultWriter: 'Default caption model',
  defaultMatcher: 'Default matching model',
  makeDefaultWriter: 'Use as default caption model',
  makeDefaultMatcher: 'Use as default matching model',
  nowDefault: (id: string) => `${id} is now the default.`,
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
      return `Stored as ${precision}: ${size} instead of ${bytes(sizes.fp32)}. The graphics card (${card.name}) has ${bytes(card.freeBytes)} free.`;
    if (precision === 'int8')
      return `Stored as int8: ${size} instead of ${bytes(sizes.fp32)}. This computer has ${bytes(memoryBytes)} of memory.`;
    return `Stored as int4: ${size} instead of ${bytes(sizes.fp32)}. int8 would take ${bytes(sizes.int8)} of ${bytes(memoryBytes)} of memory.`;
  },
  quality: 'Accuracy',
  qualityOf: (quality: Quality, bytes: (count: number) => string) => {
    if (quality.type === 'unmeasured') {
      return `Not compared with fp32, which needs ${bytes(quality.neededBytes)} of ${quality.lacks}`;
    }
    if (quality.type === 'notKept') return 'Not compared with fp32: the checkpoint was not kept';
    const { equal, predictions, pictures, wideLayers, lacksRoom } = quality;
    const wide =
      wideLayers === 0 ? '' : `; ${wideLayers} ${wideLayers === 1 ? 'layer' : 'layers'} kept at higher precision`;
    const room = lacksRoom ? '; no disk space to keep layers at higher precision' : '';
    return `${equal} of ${predictions} predictions match fp32, on ${pictures} test pictures${wide}${room}`;
  },
  otherPrecision: 'Other precision…',
  otherPrecisionOf: (id: string) => `Other precision for ${id}`,
  needsCheckpoint: (id: string, precision: string) =>
    `${id} is stored as ${precision}; other precisions can only be made from exact weights. Enter the folder of its checkpoint, or download it again.`,
  size: 'Size',
  source: 'Source',
  damaged: 'Cannot be used',
  test: 'Test',
  testing: 'Testing…',
  testOf: (id: string) => `Test ${id}`,
  testResult: 'On this computer',
  device: 'Device',
  loadTime: 'Load time',
  selfTest: 'Self-test',
  passed: 'passed',
  notPassed: 'failed',
  answerTime: 'Answer time',
  matchTime: 'Match time',
  stages: {
    imageMs: 'reading photo',
    visionMs: 'encoding photo',
    qformerMs: 'matching photo to text',
    prefillMs: 'reading text',
    decodeMs: 'writing answer',
    totalMs: 'total',
    total: 'total',
  } as Readonly<Record<string, string>>,
  testFailed: 'The test failed',
  pack: 'Export…',
  packOf: (id: string) => `Export ${id}`,
  packing: (fileName: string, size: string) =>
    `Saving ${fileName} (${size}). You can import it on a computer without a network.`,
  remove: 'Remove…',
  removeOf: (id: string) => `Remove ${id}`,
  removeTitle: (id: string) => `Remove ${id}?`,
  removeText: (size: string) =>
    `The compiled model is deleted, which frees ${size}. Its captions and answers are kept, and the folder it was imported from is not changed.`,
  removed: (id: string) => `Removed ${id}.`,
  importTitle: 'Import model',
  importText:
    'A checkpoint folder as downloaded (config.json, weights, tokenizer), or an exported model (.vignette-model). Its files are not changed.',
  path: 'Folder or file path',
  pathExample: '/home/me/Downloads/instructblip-flan-t5-xl',
  dropHint: 'Or drop its path or file URL here.',
  name: 'Name',
  nameHint: 'Defaults to the original name',
  choosePack: 'Choose a file…',
  replace: 'Replace the existing model',
  replaceHint: 'The existing model is kept until the new one is complete and tested.',
  import: 'Import',
  importing: (name: string) => `Importing ${name}`,
  importSteps: {
    unpack: 'Copying',
    compile: 'Compiling',
    hash: 'Verifying files',
    verify: 'Testing',
    measure: 'Comparing with fp32',
  } as Readonly<Record<string, string>>,
  ofBytes: (done: string, total: string) => `${done} of ${total}`,
  stopImport: 'Stop',
  stopped: 'Stopped. The next import resumes from here.',
  imported: (id: string) => `${id} is ready.`,
  importFailed: 'The import failed',
  noWriterTitle: 'No caption model is installed',
};
