/** @file A photo with its texts, as every document takes it, whether a run has just written them or the catalog keeps them. Pure. */

import type { Mark, ShownMarks } from '../../../../schemas/marks.ts';
import type { Source } from '../../../../schemas/provenance.ts';
import type { RunKind } from '../../../../schemas/runDescription.ts';
import type { TextKind } from '../../../../schemas/text.ts';
import type { Caption, RunIdentity } from '../texts/provenance.ts';

/** What wrote a text: `source` and what follows only where the catalog knows it. */
export interface DocumentModel extends Readonly<RunIdentity['model']> {
  readonly source?: string | null | undefined;
  /** The commit of the repository `source`. */
  readonly revision?: string | null | undefined;
  readonly compiler?: string | null | undefined;
}

/** What is the same for all texts of a run. */
export interface DocumentRun {
  /** By which texts name it. */
  readonly key: string;
  readonly kind: RunKind;
  /** As it is stored: facts of which its title is made. */
  readonly description: { readonly kind: string } | null;
  readonly model: DocumentModel | null;
  readonly instruction: string | null;
  readonly promptKind: 'text' | 'question' | null;
  /** Null of captions. */
  readonly textKind: NonNullable<RunIdentity['textKind']> | null;
  readonly parameters: Readonly<Record<string, unknown>> | null;
  readonly filter: NonNullable<RunIdentity['filter']> | null;
  readonly tagPaths: readonly string[] | null;
  /** Key of the vocabulary that parameters and tag paths were parted from. */
  readonly vocabulary: string | null;
  readonly device: string | null;
  /** The file that an import read. */
  readonly importedFrom: string | null;
  readonly atMs: number | null;
}

/** Who wrote a text or gave a tag. */
interface Authored {
  readonly source: Source;
  /** Key of the run; null of what a person did by hand. */
  readonly run: string | null;
  readonly atMs: number;
}

export interface DocumentScore extends Omit<Authored, 'source'> {
  /** Probability that text and photo match. */
  readonly itm: number;
  /** Cosine of their embeddings. */
  readonly itc: number | null;
  readonly doubtful: boolean | null;
}

/** Of a text that was written about another photo: how the document names that one; null where it is not known any more. */
export type CopiedFrom = { readonly file: string | null };

/** A caption, an alt text or a long description. */
export interface DocumentText extends Authored {
  readonly text: string;
  /** Id of the model that wrote it. */
  readonly model: string | null;
  /** What the model was given, where that is not the run's. */
  readonly instruction: string | null;
  readonly runInstruction: string | null;
  readonly isShown: boolean;
  /** A person said of somebody else's text that it is right. */
  readonly approvedAtMs: number | null;
  /** The photo's content changed since. */
  readonly isOutdated: boolean;
  readonly language: string | null;
  /** Of the last score. */
  readonly itm: number | null;
  readonly doubtful: boolean | null;
  /** All of them, oldest first; only for documents that have a place for them. */
  readonly scores: readonly DocumentScore[];
  readonly candidates: readonly { readonly text: string; readonly itm: number }[];
  readonly warnings: NonNullable<Caption['warnings']>;
  /** The picture that the model saw, in pixels. */
  readonly seen: { readonly width: number; readonly height: number } | null;
  readonly copiedFrom: CopiedFrom | null;
  /** The one that a person started from: of which kind, and its index among the photo's of that kind. */
  readonly basedOn: { readonly kind: TextKind; readonly index: number } | null;
}

export interface DocumentTag extends Authored {
  readonly path: string;
  readonly confidence: number | null;
  readonly approvedAtMs: number | null;
}

export interface DocumentAnswer extends Authored {
  /** The higher, the later it came to the catalog. */
  readonly id: number;
  readonly question: string;
  readonly text: string;
  readonly instruction: string | null;
  readonly isShown: boolean;
  readonly isOutdated: boolean;
  /** Where the model had to choose. */
  readonly choices: readonly { readonly text: string; readonly probability: number }[] | null;
  readonly copiedFrom: CopiedFrom | null;
  readonly warnings: NonNullable<Caption['warnings']>;
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
  readonly captions: readonly DocumentText[];
  readonly altTexts: readonly DocumentText[];
  readonly longDescriptions: readonly DocumentText[];
  readonly tags: readonly DocumentTag[];
  /** One to each question, unless the document has a place for all. */
  readonly answers: readonly DocumentAnswer[];
  /** That people gave; only for documents that have a place for them. */
  readonly marks: readonly { readonly mark: Mark; readonly atMs: number }[];
  /** Only for tables. */
  readonly shownMarks?: ShownMarks | undefined;
  /** Of other texts than the photo's own. */
  readonly scores: readonly (DocumentScore & { readonly text: string })[];
}
