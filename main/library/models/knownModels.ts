/**
 * @file The published checkpoints that Vignette offers for download: facts and codes, whose texts belong to whoever shows
 * them. Licences are those of the model cards; what restricts them further comes from the authors' repositories. Download
 * sizes are those of the weights as the hub lists them; of those that were not found listed, that of their equals, since all
 * are published in float32. Pure; every process.
 */
import type { Precision, PrecisionChoice } from '../../../native-models/quantization/precision.ts';
import { type ModelWork, modelWork } from './knownModelWork.ts';
import { neededRoom } from './neededRoom.ts';

/** What a model is good at. */
export type ModelUse =
  /** A sentence that says what is to be seen. */
  | 'captions'
  /** Short answers to questions. */
  | 'answers'
  /** Doing what it is told: long descriptions, lists, explanations. */
  | 'instructions'
  /** Saying whether a text fits a photo; visual search. */
  | 'matching';

export interface ModelLicense {
  /** On the model's page. */
  readonly name: 'BSD-3-Clause' | 'MIT' | 'other';
  /** What the page does not say, or what `other` means; none where everybody may do as the license says. */
  readonly restriction:
    | 'none'
    /** Meta's OPT is under the OPT-175B license: research, not commercial. */
    | 'opt'
    /** Trained on data for non-commercial use (LLaVA's); its authors' repository says research only. */
    | 'instructblip'
    /** The same, and Vicuna and LLaMA under licenses of their own for research. */
    | 'vicuna';
}

export interface KnownModel {
  /** On the hub. */
  readonly repo: string;
  readonly uses: readonly ModelUse[];
  /** BCP 47; what it was trained to read and write. */
  readonly languages: readonly string[];
  readonly license: ModelLicense;
  /** Weights, as they are downloaded. */
  readonly downloadBytes: number;
  /** Of the largest of several safetensors files; undefined where there is one, or only PyTorch's own. */
  readonly largestFileBytes?: number | undefined;
  readonly work: ModelWork;
}

const bsd: ModelLicense = { name: 'BSD-3-Clause', restriction: 'none' };
const mit: ModelLicense = { name: 'MIT', restriction: 'none' };
const mitWithOpt: ModelLicense = { name: 'MIT', restriction: 'opt' };
const mitInstruct: ModelLicense = { name: 'MIT', restriction: 'instructblip' };
const vicunaLicense: ModelLicense = { name: 'other', restriction: 'vicuna' };

type Facts = Pick<KnownModel, 'uses' | 'license' | 'downloadBytes' | 'largestFileBytes' | 'work'>;

function known(name: string, facts: Facts): KnownModel {
  return { repo: `Salesforce/${name}`, languages: ['en'], ...facts };
}

const captions: readonly ModelUse[] = ['captions'];
const captionsAndAnswers: readonly ModelUse[] = ['captions', 'answers'];
const everything: readonly ModelUse[] = ['captions', 'answers', 'instructions'];
const matching: readonly ModelUse[] = ['matching'];

const {
  blipCaptionBase,
  blipCaptionLarge,
  blipVqa,
  blipMatchingBase,
  blipMatchingLarge,
  blip2Opt2,
  blip2Opt6,
  blip2T5Xl,
  blip2T5Xxl,
  blip2Matching,
  instructBlipT5Xl,
  instructBlipT5Xxl,
  instructBlipVicuna7,
  instructBlipVicuna13,
} = modelWork;

const opt2 = { license: mitWithOpt, downloadBytes: 15.5e9, largestFileBytes: 10e9, work: blip2Opt2 };
const opt6 = { license: mitWithOpt, downloadBytes: 31e9, largestFileBytes: 9.93e9, work: blip2Opt6 };
const t5Xl = { license: mit, downloadBytes: 15.77e9, work: blip2T5Xl };
const base = { license: bsd, downloadBytes: 895e6, work: blipMatchingBase };
const large = { license: bsd, downloadBytes: 1.78e9, work: blipMatchingLarge };
const vqa = { uses: ['answers'], license: bsd, downloadBytes: 1.54e9, work: blipVqa } as const;

/** The most able of each kind first. */
export const knownModels: readonly KnownModel[] = [
  known('instructblip-flan-t5-xl', {
    uses: everything,
    license: mitInstruct,
    downloadBytes: 16.09e9,
    largestFileBytes: 9.98e9,
    work: instructBlipT5Xl,
  }),
  known('instructblip-flan-t5-xxl', {
    uses: everything,
    license: mitInstruct,
    downloadBytes: 49.7e9,
    largestFileBytes: 9.99e9,
    work: instructBlipT5Xxl,
  }),
  known('instructblip-vicuna-7b', {
    uses: everything,
    license: vicunaLicense,
    downloadBytes: 31.66e9,
    largestFileBytes: 9.96e9,
    work: instructBlipVicuna7,
  }),
  known('instructblip-vicuna-13b', {
    uses: everything,
    license: vicunaLicense,
    downloadBytes: 56.77e9,
    largestFileBytes: 9.94e9,
    work: instructBlipVicuna13,
  }),
  known('blip2-flan-t5-xl', { uses: captionsAndAnswers, ...t5Xl, largestFileBytes: 9.44e9 }),
  known('blip2-flan-t5-xl-coco', { uses: captions, ...t5Xl }),
  known('blip2-flan-t5-xxl', {
    uses: captionsAndAnswers,
    license: mit,
    downloadBytes: 49.46e9,
    largestFileBytes: 10e9,
    work: blip2T5Xxl,
  }),
  known('blip2-opt-2.7b', { uses: captionsAndAnswers, ...opt2 }),
  known('blip2-opt-2.7b-coco', { uses: captions, ...opt2 }),
  known('blip2-opt-6.7b', { uses: captionsAndAnswers, ...opt6 }),
  known('blip2-opt-6.7b-coco', { uses: captions, ...opt6 }),
  known('blip-image-captioning-large', {
    uses: captions,
    license: bsd,
    downloadBytes: 1.88e9,
    work: blipCaptionLarge,
  }),
  known('blip-image-captioning-base', {
    uses: captions,
    license: bsd,
    downloadBytes: 990e6,
    work: blipCaptionBase,
  }),
  known('blip-vqa-capfilt-large', vqa),
  known('blip-vqa-base', vqa),
  known('blip2-itm-vit-g', { uses: matching, license: mit, downloadBytes: 4.69e9, work: blip2Matching }),
  known('blip2-itm-vit-g-coco', { uses: matching, license: mit, downloadBytes: 4.79e9, work: blip2Matching }),
  known('blip-itm-large-coco', { uses: matching, ...large }),
  known('blip-itm-large-flickr', { uses: matching, ...large }),
  known('blip-itm-base-coco', { uses: matching, ...base }),
  known('blip-itm-base-flickr', { uses: matching, ...base }),
];

/** Which is offered first, where it runs well: the most able that writes captions. */
export const preferredRepos: readonly string[] = [
  'Salesforce/instructblip-flan-t5-xl',
  'Salesforce/blip-image-captioning-large',
  'Salesforce/blip-image-captioning-base',
];

export function knownModelOf(repo: string): KnownModel | undefined {
  return knownModels.find((model) => model.repo === repo);
}

/** Whether an installed model was made from the repository, by what the import calls its source. */
export function isMadeFrom(repo: string, sourceName: string): boolean {
  return sourceName === repo || sourceName === repo.slice(repo.indexOf('/') + 1);
}

/** @returns bytes of weights after import */
export function sizeOf({ work }: KnownModel, precision: Precision): number {
  return work.sizes[precision];
}

/**
 * What of the disk its download and the model take together, as it is asked for before the download.
 * @param keepsCheckpoint whether the checkpoint stays
 */
export function diskRoomOf(
  { downloadBytes, largestFileBytes, work }: Pick<KnownModel, 'downloadBytes' | 'largestFileBytes' | 'work'>,
  precision: PrecisionChoice,
  keepsCheckpoint: boolean,
): number {
  const weights = { weights: work.sizes.fp32 / 4, downloadBytes };
  const arriving = keepsCheckpoint ? {} : { largestFileBytes };
  const { modelBytes, checkpointBytes } = neededRoom({ ...weights, ...arriving }, precision);
  return modelBytes + checkpointBytes;
}
