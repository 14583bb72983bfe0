/** @file What an import adds to one photo, and where a person's text is here and another one there. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { ConflictChoice, ConflictKind } from '../../../../schemas/imports.ts';
import type { Source } from '../../../../schemas/provenance.ts';
import { type TextKind, textKindSchema } from '../../../../schemas/text.ts';
import type { OwnTexts } from '../../catalog/imports/ownTexts.ts';
import type { StoredMark } from '../../catalog/photos/marks.ts';
import type { StoredAnswer } from '../../catalog/texts/answers.ts';
import type { StoredCaption } from '../../catalog/texts/captions.ts';
import { questionKey } from '../../catalog/texts/questionKey.ts';
import type { Score } from '../../catalog/texts/scores.ts';
import type { PhotoTag } from '../../catalog/texts/tags.ts';
import { isSaidBy, valueKey } from './fieldAnswers.ts';
import type {
  ImportedAnswer,
  ImportedCaption,
  ImportedMark,
  ImportedScore,
  ImportedTag,
  ImportedText,
  ImportRecord,
} from './importRecord.ts';
import { approvalOf, type Behind, isApproved, type PlannedApproval } from './plannedRows.ts';
import { planTags } from './planTags.ts';

/** What the photo has now. */
export interface PhotoTexts {
  /** Of all kinds. */
  readonly captions: readonly StoredCaption[];
  readonly tags: readonly PhotoTag[];
  readonly answers: readonly StoredAnswer[];
  readonly scores: readonly Score[];
  readonly marks: readonly StoredMark[];
  /** Those of them that the person here wrote. */
  readonly own: { readonly captions: OwnTexts; readonly answers: OwnTexts; readonly tags: OwnTexts };
}

export type SaidOfPhoto = Pick<ImportRecord, 'captions' | 'tags' | 'answers' | 'scores' | 'marks'>;

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
  /** Captions that are not added, since another says the same: by `id`, the row that is here or the `id` of one that is added. */
  readonly sameCaptions: ReadonlyMap<symbol, number | symbol>;
  /** Of texts that are none of the photo's. */
  readonly scores: readonly ImportedScore[];
  /** Of kinds of which the photo has none of a person: those that it has stay. */
  readonly marks: readonly ImportedMark[];
  /** Rows that are the photo's already, and that a person approved there only. */
  readonly approvals: readonly PlannedApproval[];
  readonly behind: {
    readonly captions: readonly Behind<ImportedCaption>[];
    readonly answers: readonly Behind<ImportedAnswer>[];
    readonly tags: readonly Behind<ImportedTag>[];
  };
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
    const own = here.own.captions;
    return planTexts({ ...texts, own, kind, question: null, key: (text) => text.trim() }, choose);
  });
  const answers = [...Map.groupBy(there.answers, ({ question }) => questionKey(question))].map(([key, asked]) => {
    const [first] = asked;
    const field = asked.find((answer) => answer.field !== undefined)?.field;
    // The value of a field may be the answer to another of its questions.
    const isMeant = (answer: StoredAnswer) =>
      questionKey(answer.question) === key || asked.some((one) => isSaidBy([answer], one));
    const texts = { here: here.answers.filter(isMeant), there: asked, own: here.own.answers };
    return planTexts({ ...texts, kind: 'answer', question: first?.question ?? key, key: valueKey(field) }, choose);
  });
  const tags = planTags(here.tags, here.own.tags, there.tags);
  const sameMarks = there.marks.filter((one) =>
    here.marks.some((other) => isDeepStrictEqual(other.mark, one.mark)),
  ).length;
  const parts: readonly TextPart<ImportedText>[] = [...captions, ...answers];
  const approvedCaptions = captions.flatMap(({ approved }) =>
    approved.map(({ id, text }) => ({ row: { captionId: id }, ...approvalOf(text) })),
  );
  return {
    captions: captions.flatMap(({ added }) => added),
    sameCaptions: new Map(captions.flatMap(({ same }) => same.flatMap(idOfSame))),
    tags: tags.added,
    answers: answers.flatMap(({ added }) => added),
    approvals: [...approvedCaptions, ...tags.approvals],
    scores: there.scores.filter((score) => !here.scores.some((other) => isSameScore(other, score))),
    marks: there.marks.filter((one, index) => isNewMark(here.marks, there.marks.slice(0, index), one)),
    behind: {
      captions: captions.flatMap(({ behind }) => behind),
      answers: answers.flatMap(({ behind }) => behind),
      tags: tags.behind,
    },
    removed: {
      captionIds: captions.flatMap(({ removedIds }) => removedIds),
      answerIds: answers.flatMap(({ removedIds }) => removedIds),
    },
    conflicts: parts.flatMap(({ conflict }) => (conflict === undefined ? [] : [conflict])),
    same: tags.same + sameMarks + parts.reduce((sum, { same }) => sum + same.length, 0),
  };
}

/** @param before it in the document */
function isNewMark(here: readonly StoredMark[], before: readonly ImportedMark[], { mark }: ImportedMark): boolean {
  return [...here, ...before].every((other) => other.mark.kind !== mark.kind);
}

/** A text that is here. */
interface HereText {
  readonly id: number;
  readonly text: string;
  readonly source: Source;
  readonly approval?: unknown;
}

interface TextQuestion<Text extends ImportedText> {
  readonly here: readonly HereText[];
  readonly there: readonly Text[];
  readonly own: OwnTexts;
  readonly kind: ConflictKind;
  readonly question: string | null;
  /** Equal for texts that say the same. */
  readonly key: (text: string) => string;
}

interface TextPart<Text> {
  readonly added: readonly Text[];
  /** Those here that were approved there. */
  readonly approved: readonly { readonly id: number; readonly text: Text }[];
  readonly behind: readonly Behind<Text>[];
  readonly removedIds: readonly number[];
  readonly conflict: ImportConflict | undefined;
  readonly same: readonly SameText<Text>[];
}

/** A text of the document, and what says the same: a row that is here, or a text that stands before it in the document. */
interface SameText<Text> {
  readonly text: Text;
  readonly other: HereText | Text;
}

function idOfSame({ text, other }: SameText<ImportedCaption>): [symbol, number | symbol][] {
  return text.id === undefined || other.id === undefined ? [] : [[text.id, other.id]];
}

function planTexts<Text extends ImportedText>(
  { here, there, own, kind, question, key }: TextQuestion<Text>,
  choose: (conflict: ImportConflict) => ConflictChoice,
): TextPart<Text> {
  const { fresh, known, repeated } = matchedTexts(here, there, key);
  const same = [...known, ...repeated];
  const behind = known.flatMap(({ text, other }): Behind<Text>[] => {
    const mine = own.get(other.id);
    if (mine === undefined || text.source === 'model') return [];
    return mine.behind.some((one) => key(one) === key(text.text)) ? [] : [{ said: text, ownRunId: mine.runId }];
  });
  const mine = here.filter((text) => text.source === 'human' || text.approval !== undefined);
  const approved = known
    .filter(({ text, other }) => isApproved(text) && other.source !== 'human' && other.approval === undefined)
    .map(({ text, other: { id } }) => ({ id, text }));
  const contested = [...fresh.filter(isContested), ...approved.map(({ text }) => text)];
  const [first] = mine;
  // That a model found the same words does not make another person's text mine.
  const isKnown = there.filter(isContested).some((text) => mine.some((own) => key(own.text) === key(text.text)));
  if (first === undefined || contested.length === 0 || isKnown) {
    return { added: fresh, approved, behind, removedIds: [], conflict: undefined, same };
  }
  const conflict = { kind, question, here: first.text, there: contested.map(({ text }) => text) };
  const choice = choose(conflict);
  return {
    added: choice === 'keep' ? fresh.filter((text) => !isContested(text)) : fresh,
    approved: choice === 'keep' ? [] : approved,
    behind,
    removedIds: choice === 'replace' ? mine.map(({ id }) => id) : [],
    conflict,
    same,
  };
}

/** No model's alone: a person there wrote it or said that it is right, or nobody says who wrote it. */
function isContested(text: ImportedText): boolean {
  return text.source !== 'model' || isApproved(text);
}

function isSameScore(here: Score, there: ImportedScore): boolean {
  return here.captionId === undefined && here.text === there.text && here.itm === there.itm;
}

interface MatchedTexts<Text> {
  readonly fresh: readonly Text[];
  /** Those that are here already. */
  readonly known: readonly { readonly text: Text; readonly other: HereText }[];
  /** Those that a text before them says already. */
  readonly repeated: readonly SameText<Text>[];
}

/** Each text that is here stands for one there by the same author; one whose author nobody knows may be anyone's. */
function matchedTexts<Text extends ImportedText>(
  here: readonly HereText[],
  there: readonly Text[],
  key: (text: string) => string,
): MatchedTexts<Text> {
  const left = [...here];
  const unsigned = new Map<string, HereText | Text>();
  const fresh: Text[] = [];
  const known: { readonly text: Text; readonly other: HereText }[] = [];
  const repeated: SameText<Text>[] = [];
  for (const text of there) {
    const isSame = (other: HereText) => key(other.text) === key(text.text);
    const isOfSource = (other: HereText) => other.source === text.source && isSame(other);
    if (text.source === 'import') {
      const first = unsigned.get(key(text.text));
      if (first !== undefined) {
        repeated.push({ text, other: first });
        continue;
      }
      const other = here.find(isOfSource) ?? here.find(isSame);
      unsigned.set(key(text.text), other ?? text);
      if (other === undefined) fresh.push(text);
      else known.push({ text, other });
      continue;
    }
    const index = left.findIndex(isOfSource);
    const [other] = index === -1 ? [] : left.splice(index, 1);
    if (other === undefined) fresh.push(text);
    else known.push({ text, other });
  }
  return { fresh, known, repeated };
}
