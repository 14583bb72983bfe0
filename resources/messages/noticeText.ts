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

function sentenceOf<Code extends Notice['code']>(
  { code, params }: { readonly code: Code; readonly params: ParamsOf<Code> },
  sentences: NoticeSentences,
): string {
  return sentences[code](params);
}
