/** @file What `npm run bench captions` is asked for on the command line. */
import { parseArgs } from 'node:util';
import { type DeviceChoice, deviceChoiceSchema } from '../../native-models/devices/device.ts';
import { type Precision, precisionSchema } from '../../native-models/quantization/precision.ts';
import { publishedNames } from '../publishedModels.ts';
import { type RivalType, rivalTypes } from './rival.ts';

/** The bundled model, which needs no checkpoint of random weights. */
export const demoName = 'demo';

export interface CaptionsOptions {
  readonly models: readonly string[];
  readonly precisions: readonly Precision[];
  /** Ours; the rival is on the CPU. */
  readonly device: DeviceChoice;
  /** Photos that are asked about at once. */
  readonly batches: readonly number[];
  readonly beams: readonly number[];
  /** New tokens of every answer, no fewer and no more. */
  readonly tokens: number;
  readonly photos: number;
  readonly rivals: readonly RivalType[];
  /** The most memory that ours may take, page cache included. */
  readonly limitBytes: number | undefined;
  /** Where checkpoints and compiled models of full size stay for the next time. */
  readonly keep: string | undefined;
  /** Print the rows alone, as JSON. */
  readonly json: boolean;
  /** Put the rows into BENCHMARKS.md. */
  readonly write: boolean;
}

export const captionsUsage = `usage: npm run bench captions -- [MODEL…] [options]
  MODEL              ${[demoName, ...publishedNames].join(', ')} (default: ${demoName})
  --precision P      ${precisionSchema.options.join(', ')}; may be repeated (default: fp32)
  --device D         ${deviceChoiceSchema.options.join(', ')}: what ours is computed on (default: cpu)
  --batch N          photos at once; may be repeated (default: 1)
  --beams N          may be repeated (default: 1)
  --tokens N         new tokens of every answer (default: 20)
  --photos N         photos to caption (default: 9)
  --rival TYPE       ${rivalTypes.join(' or ')}: number type of the reference; may be repeated (default: both)
  --limit GB         the most memory that ours may take, page cache included (Linux, root; empties the system's cache)
  --keep DIR         keep full-size models in DIR, and use those that are there
  --json             print the rows alone, as JSON
  --write            put the rows into BENCHMARKS.md

VIGNETTE_BENCH_PYTHON names the Python that has the reference (torch, transformers, pillow); without it there is no rival.
`;

/** @throws Error with a sentence for people */
export function parseCaptionsOptions(args: readonly string[]): CaptionsOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      precision: { type: 'string', multiple: true, default: ['fp32'] },
      device: { type: 'string', default: 'cpu' },
      batch: { type: 'string', multiple: true, default: ['1'] },
      beams: { type: 'string', multiple: true, default: ['1'] },
      tokens: { type: 'string', default: '20' },
      photos: { type: 'string', default: '9' },
      rival: { type: 'string', multiple: true, default: [...rivalTypes] },
      limit: { type: 'string' },
      keep: { type: 'string' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const models = positionals.length === 0 ? [demoName] : positionals;
  return {
    models: models.map((model) => oneOf('MODEL', [demoName, ...publishedNames], model)),
    precisions: values.precision.map((value) => oneOf('--precision', precisionSchema.options, value)),
    device: oneOf('--device', deviceChoiceSchema.options, values.device),
    batches: values.batch.map((value) => count('--batch', value, 1)),
    beams: values.beams.map((value) => count('--beams', value, 1)),
    tokens: count('--tokens', values.tokens, 2),
    photos: count('--photos', values.photos, 1),
    rivals: values.rival.map((value) => oneOf('--rival', rivalTypes, value)),
    limitBytes: values.limit === undefined ? undefined : gigabytes('--limit', values.limit),
    keep: values.keep,
    json: values.json,
    write: values.write,
  };
}

function oneOf<T extends string>(what: string, known: readonly T[], value: string): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`${what} cannot be ${value}; known: ${known.join(', ')}.`);
  return found;
}

function count(what: string, value: string, least: number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < least) {
    throw new Error(`${what} must be a whole number of ${least} or more, not ${value}.`);
  }
  return number;
}

function gigabytes(what: string, value: string): number {
  const number = Number(value);
  if (!(number > 0 && number < 1e4)) throw new Error(`${what} must be a number of gigabytes, not ${value}.`);
  return number * 1e9;
}
