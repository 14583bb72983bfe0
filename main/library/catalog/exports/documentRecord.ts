/** @file A photo with its texts, as every document takes it, whether a run has just written them or the catalog keeps them. Pure. */

import type { Source } from '../../../../schemas/provenance.ts';
import type { RunIdentity } from '../texts/provenance.ts';

/** What wrote a text: `source` and what follows only where the catalog knows it. */
export interface DocumentModel extends Readonly<RunIdentity['model']> {
  readonly source?: string | undefined;
  /** The commit of the repository `source`. */
  readonly revision?: string | undefined;
  readonly compiler?: string | undefined;
}

export interface DocumentCaption {
  readonly text: string;
  readonly source: Source;
  /** Of a model's caption. */
  readonly model: DocumentModel | null;
  readonly instruction: string | null;
  readonly parameters: unknown;
  /** Probability that it matches the photo. */
  readonly itm: number | null;
  /** Only of a caption that was scored. */
  readonly doubtful?: boolean | undefined;
  readonly candidates?: readonly { readonly text: string; readonly itm: number }[] | undefined;
  readonly filter?: unknown;
  readonly language: string | null;
  /** A person said of somebody else's text that it is right. */
  readonly approvedAtMs?: number | null | undefined;
  readonly atMs: number;
}

export interface DocumentTag {
  readonly path: string;
  readonly source: Source;
  /** Of a model's tag. */
  readonly model: DocumentModel | null;
  readonly confidence: number | null;
  readonly approvedAtMs: number | null;
}

export interface DocumentAnswer {
  readonly question: string;
  readonly text: string;
  readonly source: Source;
  readonly model: DocumentModel | null;
  readonly atMs: number;
}

export interface DocumentRecord {
  /** From the folder that paths start at, with `/` between the parts. */
  readonly file: string;
  /** What stands for the photo where only a short name does. */
  readonly key: string;
  readonly sha256: string | null;
  readonly width: number | null;
  readonly height: number | null;
  /** What the camera's clock said. */
  readonly takenLocal?: string | null | undefined;
  /** The one that is shown first. */
  readonly captions: readonly DocumentCaption[];
  readonly tags: readonly DocumentTag[];
  readonly answers: readonly DocumentAnswer[];
}
