/** @file The figures of `npm run bench captions`, and the arithmetic that compares them. */

import type { Arithmetic } from '../../native-models/devices/machineFloor.ts';
import { median } from '../report.ts';

/** One run of the model: an answer, or a batch of them. Milliseconds. */
export interface Stages {
  readonly visionMs: number;
  /** From the features to the first token: Q-Former, text encoder, prompt. */
  readonly prefillMs: number;
  /** Of the second token and all further ones. */
  readonly msPerToken: number;
  /** From the file to the last token. */
  readonly answerMs: number;
}

/** What one side did in one round. */
export interface Round {
  readonly runs: readonly Stages[];
  /** The whole answer to another question about a photo that was just asked about, where that is cheaper. */
  readonly againMs?: number;
  readonly photos: number;
  readonly wallMs: number;
}

/** One side of the comparison over all its rounds: medians, and the peak of its memory. */
export interface Figures extends Stages {
  /** A further question about a photo: its features are at hand. */
  readonly againMs: number;
  readonly photosPerMinute: number;
  readonly loadMs: number;
  readonly residentBytes: number;
}

export type RivalFigures = Figures & { readonly type: string };

/** The least that the machine needs, whoever computes. */
export interface FloorFigures {
  /** The vision tower's operations at the best matrix throughput in its precision. */
  readonly visionMs: number;
  /** Reading the decoder's weights once at memory speed. */
  readonly msPerToken: number;
}

/** What the model's parts do in one run. */
export interface ModelWork {
  readonly arithmetic: Arithmetic;
  /** Multiplications and additions for one photo. */
  readonly visionOperations: number;
  /** Weights that a decoder step reads. */
  readonly stepBytes: number;
}

export interface CaptionsRow extends Figures {
  readonly model: string;
  readonly precision: string;
  readonly device: string;
  /** The most memory that ours was allowed, page cache included. */
  readonly limitBytes?: number;
  readonly batch: number;
  readonly beams: number;
  readonly tokens: number;
  readonly photos: number;
  /** The faster of the reference's number types; none where the report ran alone. */
  readonly rival?: RivalFigures;
  readonly work: ModelWork;
  readonly floor: FloorFigures;
}

export interface Compared {
  readonly figure: keyof Figures;
  readonly ours: number;
  readonly rival?: number;
  /** How many times as good as the rival: below 1 is worse. */
  readonly timesAsGood?: number;
  readonly floor?: number;
  /** Share of the machine's best, 0 … 1. */
  readonly shareOfFloor?: number;
}

export function figuresOf(rounds: readonly Round[], loadMs: number, residentBytes: number): Figures {
  const runs = rounds.flatMap((round) => round.runs);
  const stage = (name: keyof Stages) => median(runs.map((run) => run[name]));
  const again = rounds.flatMap(({ againMs }) => againMs ?? []);
  return {
    visionMs: stage('visionMs'),
    prefillMs: stage('prefillMs'),
    msPerToken: stage('msPerToken'),
    answerMs: stage('answerMs'),
    againMs: again.length === 0 ? stage('answerMs') : median(again),
    photosPerMinute: median(rounds.map(({ photos, wallMs }) => (photos / wallMs) * 60e3)),
    loadMs,
    residentBytes,
  };
}

/** The one whose answers are there first. */
export function bestRival(rivals: readonly RivalFigures[]): RivalFigures | undefined {
  return rivals.toSorted((a, b) => a.answerMs - b.answerMs)[0];
}

const figureNames = [
  'visionMs',
  'prefillMs',
  'msPerToken',
  'answerMs',
  'againMs',
  'photosPerMinute',
  'loadMs',
  'residentBytes',
] as const satisfies readonly (keyof Figures)[];

/** A batch's stages overlap on our side: a stage of one photo says nothing about the batch. */
const figuresOfBatches: readonly (keyof Figures)[] = ['answerMs', 'photosPerMinute', 'loadMs', 'residentBytes'];

/** Every figure that compares, beside the rival's and the floor, where there are such. */
export function compareFigures(row: CaptionsRow): Compared[] {
  return (row.batch === 1 ? figureNames : figuresOfBatches).map((figure) => {
    const ours = row[figure];
    const theirs = row.rival?.[figure];
    const floor = figure === 'visionMs' || figure === 'msPerToken' ? row.floor[figure] : undefined;
    const timesAsGood = (rival: number) => (figure === 'photosPerMinute' ? ours / rival : rival / ours);
    return {
      figure,
      ours,
      ...(theirs === undefined ? {} : { rival: theirs, timesAsGood: timesAsGood(theirs) }),
      ...(floor === undefined ? {} : { floor, shareOfFloor: floor / ours }),
    };
  });
}
