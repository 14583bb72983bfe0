/** @file What a document says of a photo, whichever format it has. Pure. */
import type { ImportRemarkKind } from '../../../../schemas/imports.ts';
import type { Source } from '../../../../schemas/provenance.ts';

export interface ImportedText {
  readonly text: string;
  /** `import` where the document does not say who wrote it. */
  readonly source: Source;
}

export interface ImportedAnswer extends ImportedText {
  readonly question: string;
}

export interface ImportedTag {
  /** Names with `/` between them. */
  readonly path: string;
  readonly source: Source;
}

export interface ImportRecord {
  /** As the document names the photo: a path with `/` between the parts, or a part of one. */
  readonly name: string;
  /** The name may lack the file's extension. */
  readonly isStem: boolean;
  /** Of the photo's bytes, in hexadecimal, where the document says it. */
  readonly sha256: string | null;
  readonly captions: readonly ImportedText[];
  readonly tags: readonly ImportedTag[];
  readonly answers: readonly ImportedAnswer[];
}

/** Something in the document that is left out, and why. */
export interface ImportRemark {
  /** The name of the photo or file, or the place in the document. */
  readonly name: string;
  readonly remark: ImportRemarkKind;
}

export type ImportItem = ImportRecord | ImportRemark;

export function isRemark(item: ImportItem): item is ImportRemark {
  return 'remark' in item;
}
