/**
 * @file CapFilt for a person's own photos: several captions are sampled, a matching model scores each against the photo,
 * the best is kept, and one that the model does not believe is marked doubtful. Main process and CLI.
 * Paper: BLIP (arXiv:2201.12086), section 3.3, where it cleans training data.
 */
import type {
  Answer,
  AnswerRequest,
  Candidates,
  CandidatesRequest,
  MatchRequest,
  TextMatch,
} from '../../../native-models/runtime/protocol.ts';
import type { CaptionScore } from '../catalog/texts/provenance.ts';

export type ScoredAnswer = Answer & { readonly captionScore?: CaptionScore };

/** What CapFilt needs of a host with a model that writes text. */
export interface CaptionWriter {
  answer(request: AnswerRequest, options?: { signal?: AbortSignal }): Promise<Answer>;
  candidates(request: CandidatesRequest, options?: { signal?: AbortSignal }): Promise<Candidates>;
}

/** What it needs of a host with a model that scores text. */
export interface CaptionScorer {
  match(request: MatchRequest, options?: { signal?: AbortSignal }): Promise<TextMatch[]>;
}

export interface CapFiltSettings {
  /** Captions to sample; 1 scores the ordinary caption instead. */
  readonly candidates: number;
  /** A probability below this marks the caption. */
  readonly doubtfulBelow: number;
}

/** The best of several captions, scored. Of equally good ones the first sampled is kept. */
export async function filteredCaption(
  request: AnswerRequest,
  { writer, scorer }: { readonly writer: CaptionWriter; readonly scorer: CaptionScorer },
  { candidates, doubtfulBelow }: CapFiltSettings,
  options: { signal?: AbortSignal },
): Promise<ScoredAnswer> {
  const written =
    candidates === 1 ? await written1(request, writer, options) : await sampled(request, candidates, writer, options);
  const texts = [...new Set(written.texts)];
  const { image, content } = request;
  const matches = await scorer.match({ image, content, texts, itmOnly: true }, options);
  const ranked = matches.map(({ text, itm }) => ({ text, itm })).sort((a, b) => b.itm - a.itm);
  const [best] = ranked;
  if (best === undefined) throw new RangeError('there is no caption to score');
  return {
    ...written.answerOf(best.text),
    captionScore: { itm: best.itm, doubtful: best.itm < doubtfulBelow, candidates: ranked },
  };
}

/** Its score, where the model believes a caption that was written for another photo; undefined where it does not. */
export async function heldCaption(
  text: string,
  { image, content }: Pick<AnswerRequest, 'image' | 'content'>,
  scorer: CaptionScorer,
  { doubtfulBelow }: Pick<CapFiltSettings, 'doubtfulBelow'>,
  options: { signal?: AbortSignal },
): Promise<CaptionScore | undefined> {
  const [match] = await scorer.match({ image, content, texts: [text], itmOnly: true }, options);
  if (match === undefined || match.itm < doubtfulBelow) return undefined;
  return { itm: match.itm, doubtful: false, candidates: [{ text, itm: match.itm }] };
}

interface Written {
  readonly texts: readonly string[];
  /** The whole answer that has this text. */
  readonly answerOf: (text: string) => Answer;
}

async function written1(
  request: AnswerRequest,
  writer: CaptionWriter,
  options: { signal?: AbortSignal },
): Promise<Written> {
  const answer = await writer.answer(request, options);
  return { texts: [answer.text], answerOf: () => answer };
}

async function sampled(
  request: AnswerRequest,
  count: number,
  writer: CaptionWriter,
  options: { signal?: AbortSignal },
): Promise<Written> {
  const { candidates, ...size } = await writer.candidates({ ...request, count }, options);
  return {
    texts: candidates.map(({ text }) => text),
    answerOf: (text) => {
      const found = candidates.find((candidate) => candidate.text === text);
      if (found === undefined) throw new RangeError('the scorer invented a caption');
      return { ...found, ...size };
    },
  };
}
