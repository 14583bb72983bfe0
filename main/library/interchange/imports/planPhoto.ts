/** @file What an import adds to one photo, and where a person's text is here and another one there. Pure. */
import type { ConflictChoice, ConflictKind } from '../../../../schemas/imports.ts';
import type { Source } from '../../../../schemas/provenance.ts';
import { type TextKind, textKindSchema } from '../../../../schemas/text.ts';
import { answerKey, questionKey, type StoredAnswer } from '../../catalog/texts/answers.ts';
import type { StoredCaption } from '../../catalog/texts/captions.ts';
import type { Score } from '../../catalog/texts/scores.ts';
import type { PhotoTag } from '../../catalog/texts/tags.ts';
import { caselessKey } from '../../text/textKeys.ts';
import type {
  ImportedAnswer,
  ImportedCaption,
  ImportedScore,
  ImportedTag,
  ImportedText,
  ImportRecord,
} from './importRecord.ts';

/** What the photo has now. */
export interface PhotoTexts {
  /** Of all kinds. */
  readonly captions: readonly StoredCaption[];
  readonly tags: readonly PhotoTag[];
  readonly answers: readonly StoredAnswer[];
  readonly scores: readonly Score[];
}

export type SaidOfPhoto = Pick<ImportRecord, 'captions' | 'tags' | 'answers' | 'scores'>;

export interface ImportConflict {
  readonly kind: ConflictKind;
  /** Null of what is no answer. */
  readonly question: string | null;
  /** A person's, or approved by one. */
  readonly here: string;
  /** What people wrote or approved there; all that no model is known to have written. */
  readonly there: readonly string[];
}

export interface PhotoPlan {
  readonly captions: readonly ImportedCaption[];
  readonly tags: readonly ImportedTag[];
  readonly answers: readonly ImportedAnswer[];
  /** Of texts that are none of the photo's. */
  readonly scores: readonly ImportedScore[];
  /** Rows that the import takes the place of. */
  readonly removed: { readonly captionIds: readonly number[]; readonly answerIds: readonly number[] };
  readonly conflicts: readonly ImportConflict[];
  /** Texts and tags of the document that the photo has already. */
  readonly same: number;
}

/**
 * What is new is added beside what is there. A person's text here and another one there, which no model wrote, are a
 * conflict, unless one of those there is the person's.
 */
export function planPhoto(
  here: PhotoTexts,
  there: SaidOfPhoto,
  choose: (conflict: ImportConflict) => ConflictChoice,
): PhotoPlan {
  const captions = textKindSchema.options.map((kind) => {
    const isOfKind = (text: { readonly kind?: TextKind | undefined }) => (text.kind ?? 'caption') === kind;
    const texts = { here: here.captions.filter(isOfKind), there: there.captions.filter(isOfKind) };
    return planTexts({ ...texts, kind, question: null, key: (text) => text.trim() }, choose);
  });
  const answers = [...Map.groupBy(there.answers, ({ question }) => questionKey(question))].map(([key, asked]) => {
    const answered = here.answers.filter((answer) => questionKey(answer.question) === key);
    const question = asked[0]?.question ?? key;
    return planTexts({ here: answered, there: asked, kind: 'answer', question, key: answerKey }, choose);
  });
  const tags = distinctTags(there.tags).filter((tag) => !hasTag(here.tags, tag));
  const sameTags = there.tags.filter((tag) => hasTag(here.tags, tag)).length;
  const parts: readonly TextPart<ImportedText>[] = [...captions, ...answers];
  return {
    captions: captions.flatMap(({ added }) => added),
    tags,
    answers: answers.flatMap(({ added }) => added),
    scores: there.scores.filter((score) => !here.scores.some((other) => isSameScore(other, score))),
    removed: {
      captionIds: captions.flatMap(({ removedIds }) => removedIds),
      answerIds: answers.flatMap(({ removedIds }) => removedIds),
    },
    conflicts: parts.flatMap(({ conflict }) => (conflict === undefined ? [] : [conflict])),
    same: sameTags + parts.reduce((sum, { same }) => sum + same, 0),
  };
}

interface HereText {
  readonly id: number;
  readonly text: string;
  readonly source: Source;
  readonly approval?: unknown;
}

interface TextQuestion<Text extends ImportedText> {
  readonly here: readonly HereText[];
  readonly there: readonly Text[];
  readonly kind: ConflictKind;
  readonly question: string | null;
  /** Equal for texts that say the same. */
  readonly key: (text: string) => string;
}

interface TextPart<Text> {
  readonly added: readonly Text[];
  readonly removedIds: readonly number[];
  readonly conflict: ImportConflict | undefined;
  readonly same: number;
}

function planTexts<Text extends ImportedText>(
  { here, there, kind, question, key }: TextQuestion<Text>,
  choose: (conflict: ImportConflict) => ConflictChoice,
): TextPart<Text> {
  const fresh = newTexts(here, there, key);
  const same = there.length - fresh.length;
  const mine = here.filter((text) => text.source === 'human' || text.approval !== undefined);
  const contested = fresh.filter(isContested);
  const [first] = mine;
  // That a model found the same words does not make another person's text mine.
  const isKnown = there.filter(isContested).some((text) => mine.some((own) => key(own.text) === key(text.text)));
  if (first === undefined || contested.length === 0 || isKnown) {
    return { added: fresh, removedIds: [], conflict: undefined, same };
  }
  const conflict = { kind, question, here: first.text, there: contested.map(({ text }) => text) };
  const choice = choose(conflict);
  return {
    added: choice === 'keep' ? fresh.filter((text) => !isContested(text)) : fresh,
    removedIds: choice === 'replace' ? mine.map(({ id }) => id) : [],
    conflict,
    same,
  };
}

/** No model's alone: a person there wrote it or said that it is right, or nobody says who wrote it. */
function isContested(text: ImportedText): boolean {
  return text.source !== 'model' || ('approvedAtMs' in text && text.approvedAtMs !== undefined);
}

function isSameScore(here: Score, there: ImportedScore): boolean {
  return here.captionId === undefined && here.text === there.text && here.itm === there.itm;
}

/** Each text that is here stands for one there by the same author; one whose author nobody knows may be anyone's. */
function newTexts<Text extends ImportedText>(
  here: readonly HereText[],
  there: readonly Text[],
  key: (text: string) => string,
): Text[] {
  const left = [...here];
  const unsignedKeys = new Set<string>();
  return there.filter((text) => {
    const isSame = (other: HereText) => key(other.text) === key(text.text);
    if (text.source === 'import') {
      if (unsignedKeys.has(key(text.text))) return false;
      unsignedKeys.add(key(text.text));
      return !here.some(isSame);
    }
    const index = left.findIndex((other) => other.source === text.source && isSame(other));
    if (index === -1) return true;
    left.splice(index, 1);
    return false;
  });
}

/** Whoever gave it, where the document does not say who did. */
function hasTag(tags: readonly PhotoTag[], { path, source }: ImportedTag): boolean {
  return tags.some(
    (tag) => caselessKey(tag.path) === caselessKey(path) && (source === 'import' || tag.source === source),
  );
}

/** Each once of each source. */
function distinctTags(tags: readonly ImportedTag[]): ImportedTag[] {
  const keys = new Set<string>();
  return tags.filter(({ path, source }) => {
    const key = `${source} ${caselessKey(path)}`;
    if (keys.has(key)) return false;
    keys.add(key);
    return true;
  });
}
