/** @file English: models on the command line: which there are, and how they are made, tested and moved. */
import type { ModelLicense, ModelUse } from '../../../main/library/models/knownModels.ts';
import type { Fit } from '../../../main/library/models/modelEstimate.ts';
import type { Quality } from '../../../native-models/compiler/quality.ts';
import type { SuitablePrecision } from '../../../native-models/quantization/suitablePrecision.ts';
import { counted, english } from '../format.ts';
import { general } from './general.en.ts';
import { formatBytes, type ProgressLines } from './quantities.ts';

const restrictions: Readonly<Record<ModelLicense['restriction'], string>> = {
  none: '',
  opt: ', not commercial [1]',
  instructblip: ', research only [2]',
  vicuna: ': research only [2, 3]',
};

const uses: Readonly<Record<ModelUse, string>> = {
  captions: 'captions',
  answers: 'answers',
  instructions: 'instructions',
  matching: 'scores',
};

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export const models = {
  none: 'No model is installed. Import one with: vignette models import FOLDER (in a checkout, npm run build makes the demo model).',
  columns: ['ID', 'FOR', 'ARCHITECTURE', 'PRECISION', 'SIZE', 'SOURCE', 'NOTE'],
  purposes: { generator: 'captions, answers', matcher: 'scores' },
  unusable: (reason: string) => `cannot be used: ${reason}`,
  bundled: 'bundled demo',
  quality: (quality: Quality): string => {
    if (quality.type === 'unmeasured') {
      return `not compared with fp32, which needs ${formatBytes(quality.neededBytes)} of ${quality.lacks}`;
    }
    if (quality.type === 'notKept') return 'not compared with fp32: the checkpoint was not kept';
    const { equal, predictions, wideLayers, lacksRoom } = quality;
    const layers = wideLayers.reduce((sum, wide) => sum + wide.layers.length, 0);
    const wide = layers === 0 ? '' : `, ${counted(layers, 'layer')} kept at higher precision`;
    const room = lacksRoom ? ', no disk space to keep layers at higher precision' : '';
    return `${english.number(equal)} of ${english.number(predictions)} predictions match fp32${wide}${room}`;
  },

  measuring: 'Measuring the speed of this computer…',
  knownColumns: ['REPOSITORY', 'FOR', 'LICENSE', 'DOWNLOAD', 'PRECISION', 'ON DISK', 'FREE DISK', 'HERE'],
  useList: (kinds: readonly ModelUse[]) => kinds.map((use) => uses[use]).join(', '),
  license: ({ name, restriction }: ModelLicense): string => name + restrictions[restriction],
  fit: (fit: Fit): string => {
    if (fit.type === 'doesNotFit') return `does not fit: needs ${formatBytes(fit.memoryBytes)} of memory`;
    if (fit.type === 'fitsNarrower') return `fits only as ${fit.precision}`;
    if (fit.type === 'unmeasured') return 'fits';
    return `${fit.type === 'slow' ? 'slow' : 'runs well'}: about ${general.duration(fit.answerMs)} per photo on the CPU`;
  },
  recommended: 'recommended',
  installedAs: (ids: readonly string[]) => `installed as ${ids.join(', ')}`,
  /** What is said of a model, one after the other. */
  notes: (notes: readonly string[]) => notes.join('; '),
  footnotes: `All models read and write English. FREE DISK is the space that the download and the model need together.
[1] Meta licenses OPT for research only (OPT-175B license).
[2] For research only, according to its authors; trained on LLaVA data (CC BY-NC 4.0).
[3] Vicuna and LLaMA have their own licenses.`,

  contacting: { line: 'Contacting the hub…', logLine: 'Contacting the hub.' } as ProgressLines,
  downloading: 'Downloading',
  licenses: (licenses: readonly { readonly repo: string; readonly license: string | null }[]) =>
    `License: ${licenses.map(({ repo, license }) => `${repo}: ${license ?? 'not stated'}`).join('; ')}.`,
  /** Of an import. */
  stages: {
    unpack: 'Copying',
    compile: 'Compiling',
    hash: 'Verifying files',
    verify: 'Testing the model',
    measure: 'Comparing with fp32',
  },
  underway: (stage: string): ProgressLines => ({ line: `${stage}…`, logLine: `${stage}.` }),
  percentDone: (stage: string, percentage: number) => `${stage} ${percentage} %`,
  /** What `auto` came to, and why. */
  chosenPrecision: ({ precision, sizes, memoryBytes, card }: SuitablePrecision): string => {
    const size = formatBytes(sizes[precision]);
    if (precision === 'fp32') return `Stored as fp32: the model is small (${size}).`;
    const stored = `Stored as ${precision}: ${size} instead of ${formatBytes(sizes.fp32)}`;
    if (card !== null)
      return `${stored}, which fits in the ${formatBytes(card.freeBytes)} of free memory on the graphics card (${card.name}).`;
    if (precision === 'int8') return `${stored}, which fits in ${formatBytes(memoryBytes)} of memory.`;
    return `${stored}; int8 would take ${formatBytes(sizes.int8)} of ${formatBytes(memoryBytes)} of memory.`;
  },
  stored: (precision: string, quality: string) => `Stored as ${precision}: ${quality}.`,
  imported: (id: string) => `Imported. Use it with: vignette caption PATH --model ${id}`,
  removed: (id: string) => `Removed ${id}.`,
  packing: (done: string, total: string) => `Packing: ${done} of ${total}`,
  packed: (size: string) => `Packed: ${size}. Use it elsewhere with: vignette models import FILE`,
  verifying: (done: string, total: string) => `Verifying: ${done} of ${total}`,
  /** @param device where it computed; undefined where none was named */
  verified: (id: string, files: number, device: string | undefined) =>
    `${id} is whole: ${counted(files, 'file')} unchanged, and it computes what it should${device === undefined ? '' : ` on ${device}`}.`,
  scoring: (done: number, total: number) => `Scoring: ${english.number(done)} of ${english.number(total)}`,
  /** @param precision of what it believes, 0 to 1 @param recall of what is true, 0 to 1 */
  calibrated: (id: string, doubtfulBelow: number, pairs: number, precision: number, recall: number) =>
    `${id} calls a caption doubtful below ${doubtfulBelow.toFixed(3)}: of ${english.number(pairs)} pairs, ` +
    `${percent(precision)} of what it believes is true, and it believes ${percent(recall)} of what is true.`,
};
