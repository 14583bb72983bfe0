/** @file Texts, tags and answers of a document as they can be kept: what cannot is a remark. Pure. */
import { textSchema } from '../../../../schemas/text.ts';
import { CatalogError } from '../../catalog/catalogError.ts';
import { tagNames } from '../../catalog/texts/tags.ts';
import { withoutControls } from '../plainText.ts';
import type {
  ImportedAnswer,
  ImportedCaption,
  ImportedMark,
  ImportedScore,
  ImportedTag,
  ImportedText,
  ImportItem,
  ImportRecord,
  ImportRemark,
} from './importRecord.ts';

/** What a document says of a photo, before it is known to be sound. */
export interface RawRecord {
  readonly name: string;
  readonly isStem: boolean;
  readonly sha256?: string | null;
  readonly captions?: readonly ImportedCaption[];
  readonly tags?: readonly ImportedTag[];
  readonly answers?: readonly ImportedAnswer[];
  readonly scores?: readonly ImportedScore[];
  readonly marks?: readonly ImportedMark[];
}

/** By somebody of whom the document does not tell. */
export function unsigned(text: string): ImportedText {
  return { text, source: 'import' };
}

/** Division slash: what takes the place of a slash that parts no names, as in keyword lists. */
const slashInName = '\u2215';

/** The record, and what is left out of it. Texts of nothing but white space are nothing. */
export function* soundRecord(raw: RawRecord): Generator<ImportItem, void> {
  const { name, isStem, sha256 = null } = raw;
  const remarks: ImportRemark[] = [];
  const captions = soundTexts(raw.captions ?? [], name, remarks);
  const answers = soundTexts(raw.answers ?? [], name, remarks).filter(({ question }) => question.trim() !== '');
  const tags: ImportedTag[] = [];
  for (const tag of raw.tags ?? []) {
    const path = soundTag(tag.path);
    if (path !== undefined) tags.push({ ...tag, path });
    else if (tag.path.trim() !== '') remarks.push({ name: tag.path.slice(0, 200), remark: 'invalidTag' });
  }
  const scores = soundTexts(raw.scores ?? [], name, remarks);
  const record: ImportRecord = { name, isStem, sha256, captions, tags, answers, scores, marks: raw.marks ?? [] };
  yield record;
  yield* remarks;
}

function soundTexts<Text extends { readonly text: string }>(
  texts: readonly Text[],
  name: string,
  remarks: ImportRemark[],
): Text[] {
  const sound: Text[] = [];
  for (const one of texts) {
    const text = withoutControls(one.text.toWellFormed());
    if (text.trim() === '') continue;
    if (textSchema.safeParse(text).success) sound.push({ ...one, text });
    else remarks.push({ name, remark: 'tooLong' });
  }
  return sound;
}

/** Names on the way down as a path. */
export function tagPathOf(names: readonly string[]): string {
  return names.map((name) => name.replaceAll('/', slashInName)).join('/');
}

/** A slash that parts no two names, as in `:/`, becomes a part of the name. Undefined where it cannot be a tag. */
function soundTag(path: string): string | undefined {
  const text = withoutControls(path.toWellFormed());
  return normalised(text) ?? normalised(text.replaceAll('/', slashInName));
}

function normalised(path: string): string | undefined {
  try {
    return tagNames(path).join('/');
  } catch (error) {
    if (error instanceof CatalogError) return undefined;
    throw error;
  }
}
