/** @file What a document says of a photo, whichever format it has. Pure. */
import type { PromptWarning } from '../../../../native-models/prompting/promptRequest.ts';
import type { FieldDefinition } from '../../../../schemas/answerField.ts';
import type { ImportRemarkKind } from '../../../../schemas/imports.ts';
import type { Mark } from '../../../../schemas/marks.ts';
import type { Source } from '../../../../schemas/provenance.ts';
import type { TextKind } from '../../../../schemas/text.ts';
import type { FieldColumn } from '../../catalog/exports/exportedFields.ts';
import type { ForeignRun } from '../../catalog/imports/restoredRuns.ts';

/** What a document says of who wrote a text, gave a tag or scored something, and when. */
export interface ImportedAuthor {
  /**
   * The run that it comes from; null of what a person did by hand. Undefined where the document does not say so, or where
   * the run has not been read yet.
   */
  readonly run?: { readonly value: ForeignRun | null | undefined } | undefined;
  readonly atMs?: number | undefined;
}

/** The photo that a text was written about, where that is another one. */
export interface ImportedOrigin {
  /** As the document names it; null where it does not know that. */
  readonly name: string | null;
  /** Once all is read: the one of this library, or `unknownPhotoId`. */
  photoId?: number;
}

export interface ImportedScore extends ImportedAuthor {
  readonly text: string;
  readonly itm: number;
  readonly itc: number | null;
  readonly doubtful: boolean | null;
}

export interface ImportedText extends ImportedAuthor {
  readonly text: string;
  /** `import` where the document does not say who wrote it. */
  readonly source: Source;
  /** What the model was given, where that is not the run's instruction. */
  readonly instruction?: string | undefined;
  readonly warnings?: readonly PromptWarning[] | undefined;
  readonly isOutdated?: boolean | undefined;
  readonly copiedFrom?: ImportedOrigin | undefined;
}

/** A caption, an alt text or a long description. */
export interface ImportedCaption extends ImportedText {
  /** By default a caption. */
  readonly kind?: TextKind | undefined;
  readonly approvedAtMs?: number | undefined;
  readonly language?: string | undefined;
  readonly seen?: { readonly width: number; readonly height: number } | undefined;
  /** What the filter found as it was written. */
  readonly captionScore?: ImportedCaptionScore | undefined;
  /** Later ones, oldest first. */
  readonly scores?: readonly Omit<ImportedScore, 'text'>[] | undefined;
  /** What others of the same photo name it by, where one of them was made from another. */
  readonly id?: symbol | undefined;
  /** The one that a person started from. */
  readonly basedOn?: symbol | undefined;
}

export interface ImportedCaptionScore {
  readonly itm: number;
  readonly doubtful: boolean;
  readonly candidates: readonly { readonly text: string; readonly itm: number }[];
}

export interface ImportedAnswer extends ImportedText {
  readonly question: string;
  /** Whose column it stands in: the value of an answer, which may be worded otherwise. */
  readonly field?: FieldColumn | undefined;
  readonly choices?: readonly { readonly text: string; readonly probability: number }[] | undefined;
}

export interface ImportedTag extends ImportedAuthor {
  /** Names with `/` between them. */
  readonly path: string;
  readonly source: Source;
  readonly confidence?: number | undefined;
  readonly approvedAtMs?: number | undefined;
}

/** Of a person there. */
export interface ImportedMark {
  readonly mark: Mark;
  readonly atMs: number;
}

export interface ImportRecord {
  /** As the document names the photo: a path with `/` between the parts, or a part of one. */
  readonly name: string;
  /** The name may lack the file's extension. */
  readonly isStem: boolean;
  /** Of the photo's bytes, in hexadecimal, where the document says it. */
  readonly sha256: string | null;
  /** Of all kinds of texts; those of one kind with the shown one first. */
  readonly captions: readonly ImportedCaption[];
  readonly tags: readonly ImportedTag[];
  readonly answers: readonly ImportedAnswer[];
  /** Of texts that are none of the photo's. */
  readonly scores: readonly ImportedScore[];
  readonly marks: readonly ImportedMark[];
}

/** Something in the document that is left out, and why. */
export interface ImportRemark {
  /** The name of the photo or file, or the place in the document. */
  readonly name: string;
  readonly remark: ImportRemarkKind;
}

/** A run that texts of the document name, in its order. */
export interface ImportedRun {
  readonly foreignRun: ForeignRun;
}

/** A field that the document defines. */
export interface ImportedField {
  readonly field: FieldDefinition;
}

export type ImportItem = ImportRecord | ImportRemark | ImportedRun | ImportedField;

export function isRemark(item: ImportItem): item is ImportRemark {
  return 'remark' in item;
}

export function isField(item: ImportItem): item is ImportedField {
  return 'field' in item;
}

export function isRun(item: ImportItem): item is ImportedRun {
  return 'foreignRun' in item;
}
