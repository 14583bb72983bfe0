/** @file The sentences of notices, from their facts. Pure; any process. */
import type { Notice } from '../../schemas/notice.ts';

type ParamsOf<Code> = Extract<Notice, { readonly code: Code }>['params'];

/** A sentence for each code. */
export type NoticeSentences = { readonly [Code in Notice['code']]: (params: ParamsOf<Code>) => string };

export interface NoticeTexts {
  readonly sentences: NoticeSentences;
  /** Sentences that follow each other. */
  readonly between: string;
}

export function noticeText(notices: readonly Notice[], { notices: texts }: { readonly notices: NoticeTexts }): string {
  return notices.map((notice) => sentenceOf(notice, texts.sentences)).join(texts.between);
}

/** The notices among what was kept or sent as such: the rest has no sentence. */
export function noticesIn(values: unknown, { sentences }: NoticeTexts): Notice[] {
  const isKnown = (value: unknown): value is Notice =>
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    Object.hasOwn(sentences, value.code) &&
    'params' in value &&
    typeof value.params === 'object' &&
    value.params !== null;
  return Array.isArray(values) ? values.filter(isKnown) : [];
}

function sentenceOf<Code extends Notice['code']>(
  { code, params }: { readonly code: Code; readonly params: ParamsOf<Code> },
  sentences: NoticeSentences,
): string {
  return sentences[code](params);
}
