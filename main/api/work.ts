/** @file What the interface asks to be done, as the queue takes it: which model, in which words, on which terms. Main process and server. */
import type * as z from 'zod';
import { promptStyleOf } from '../../native-models/compiler/manifest.ts';
import {
  type GenerationSettingsInput,
  generationSettingsSchema,
} from '../../native-models/generation/generationSettings.ts';
import { assertAnswerable } from '../../native-models/prompting/composePrompt.ts';
import type { PromptStyle } from '../../native-models/prompting/promptRequest.ts';
import type { generationOverridesSchema } from '../../preload/contract/chat.ts';
import type { AskedQuestion, estimatedTermsSchema } from '../../preload/contract/work.ts';
import type { TextKind } from '../../schemas/text.ts';
import { CatalogError } from '../library/catalog/catalogError.ts';
import type { RunIdentity } from '../library/catalog/texts/provenance.ts';
import { tagNames } from '../library/catalog/texts/tags.ts';
import type { TagWords } from '../library/catalog/texts/vocabulary.ts';
import { choicesOf } from '../library/editing/askedFields.ts';
import { chooseModel, ModelChoiceError, stackChecker, type UsableModel } from '../library/models/chooseModel.ts';
import { modelIdentity } from '../library/openInstalledModel.ts';
import { defaultCaptionWording, type Wording } from '../library/prompting/builtInPresets.ts';
import { maxTokensOfKinds, presetsOfKinds } from '../library/prompting/kindDefaults.ts';
import { textWordingFor, wordingFor } from '../library/prompting/presetList.ts';
import { photoVariables, promptTemplate } from '../library/prompting/promptTemplate.ts';
import { termsOfQuestions } from '../library/queue/questionSettings.ts';
import type { NewWork } from '../library/queue/queue.ts';
import { taggingTerms } from '../library/queue/taggingTerms.ts';
import type { App } from './app.ts';

/** A model that goes round in circles is stopped; the reference has no such rule, so that it must be asked for. */
const defaultGenerationSettings: GenerationSettingsInput = { stopOnLoop: true };

interface WorkRequest {
  readonly photoIds: readonly number[];
  readonly modelId?: string | undefined;
  readonly again?: boolean | undefined;
  /** As the contract has it. */
  readonly oncePerStack?: boolean | undefined;
}

export interface CaptionRequest extends WorkRequest {
  /** By default captions. */
  readonly writes?: TextKind | undefined;
  readonly preset?: string | undefined;
  readonly prompt?: string | undefined;
  readonly candidates: number;
  readonly filterModelId?: string | undefined;
}

/** @throws ModelChoiceError, PromptingError, PromptError */
export async function captionWork(app: App, request: CaptionRequest): Promise<NewWork> {
  const { writes = 'caption' } = request;
  const model = await writerOf(app, request.modelId);
  const preset = request.preset ?? (request.prompt === undefined ? presetsOfKinds[writes] : undefined);
  const { text, kind } = wordingOf(app, model, { ...request, preset });
  const filterModelId = request.filterModelId ?? (await scorerByItself(app, request, model));
  const isFiltered = request.candidates > 1 || filterModelId !== undefined;
  const sampling: GenerationSettingsInput = request.candidates > 1 ? { sample: true, topP: 0.9 } : {};
  const identity: RunIdentity = {
    model: modelIdentity(model),
    prompt: text,
    ...(kind === 'text' ? {} : { kind }),
    ...(writes === 'caption' ? {} : { textKind: writes }),
    settings: generationSettingsSchema.parse({
      ...defaultGenerationSettings,
      maxNewTokens: maxTokensOfKinds[writes],
      ...sampling,
    }),
    ...(isFiltered ? { filter: filterOf(await scorerOf(app, filterModelId), request.candidates) } : {}),
  };
  return {
    kind: 'caption',
    description: {
      kind: 'caption',
      preset: preset ?? 'caption',
      ...(writes === 'caption' ? {} : { textKind: writes }),
    },
    identity,
    ...(await dueOf(app, request)),
  };
}

/**
 * What takes the place of a doubtful caption is scored like it: as one that nobody scored, it would leave the review
 * without anybody having looked at it. What is written once for a stack is checked for each of its photos. Undefined
 * where neither is so, or no model can score.
 * @throws ModelChoiceError where it cannot be told which model checks a stack
 */
async function scorerByItself(
  app: App,
  { photoIds, again = false, writes = 'caption', oncePerStack = false }: CaptionRequest,
  writer: UsableModel,
): Promise<string | undefined> {
  const checker = oncePerStack
    ? stackChecker(await app.models.list(), app.catalog.settings.get('matchingModelId') ?? undefined, writer)
    : undefined;
  const replacesDoubted = again && writes === 'caption' && app.catalog.captions.isAnyDoubtful(photoIds);
  if (checker !== undefined || !replacesDoubted) return checker?.id;
  try {
    return (await scorerOf(app, undefined)).id;
  } catch (error) {
    if (error instanceof ModelChoiceError) return undefined;
    throw error;
  }
}

export interface AskRequest extends WorkRequest {
  readonly questions: readonly AskedQuestion[];
  /** Asked only where the answer to one of the questions, by its place, is one of these. */
  readonly followUps?:
    | readonly (AskedQuestion & { readonly after: number; readonly answers: readonly string[] })[]
    | undefined;
  /** Of free answers. */
  readonly settings?: z.output<typeof generationOverridesSchema> | undefined;
}

/** @throws ModelChoiceError, PromptError, CatalogError VOCABULARY_EMPTY, TAG_NAME_INVALID */
export async function askWork(app: App, request: AskRequest): Promise<NewWork> {
  const model = await writerOf(app, request.modelId);
  const { followUps = [] } = request;
  const questions = request.questions.map(({ question }) => question);
  const [first = ''] = questions;
  assertAnswerable(promptStyleOf(model.facts), { text: first, kind: 'question' });
  const asked = [...request.questions, ...followUps].map((one) => ({
    question: one.question,
    settings: generationSettingsSchema.parse({
      ...defaultGenerationSettings,
      ...answerSettings(app, one, request.settings),
    }),
  }));
  const identity = { model: modelIdentity(model), prompt: '{question}', kind: 'question' } as const;
  const description = { kind: 'ask', question: first, more: asked.length - 1 } as const;
  return {
    kind: 'ask',
    description,
    ...termsOfQuestions(identity, asked),
    questions,
    followUps: followUps.map(({ question, after, answers }) => ({
      ...{ question, answers },
      after: questions[after] ?? first,
    })),
    ...(await dueOf(app, request)),
  };
}

/** Choices are scored one by one, which thousands of tags are too many for: those are a list of one tag. */
function answerSettings(app: App, asked: AskedQuestion, ofFree: AskRequest['settings']): GenerationSettingsInput {
  if (asked.fromVocabulary !== undefined) {
    const { settings } = vocabularyWords(app, asked.fromVocabulary.below);
    return { tags: { ...settings, max: 1, skipUnknown: true } };
  }
  const choices = choicesOf(app.catalog.fields, asked);
  return choices === undefined ? { ...ofFree } : { choices: [...choices] };
}

export interface TagRequest extends WorkRequest {
  /** Tags of a photo, at most. */
  readonly max: number;
  /** Only tags below this one. */
  readonly below?: string | undefined;
}

/** As a form has it. @throws as what makes work of each kind */
export async function workOf(
  app: App,
  terms: z.output<typeof estimatedTermsSchema>,
  photoIds: readonly number[],
): Promise<NewWork> {
  switch (terms.kind) {
    case 'caption':
      return await captionWork(app, { ...terms, photoIds });
    case 'ask':
      return await askWork(app, { ...terms, photoIds });
    case 'tag':
      return await tagWork(app, { ...terms, photoIds });
    case 'score':
      return await scoreWork(app, { ...terms, photoIds });
    case 'embed':
      return await embedWork(app, { ...terms, photoIds });
  }
}

/** Tags out of the vocabulary. @throws ModelChoiceError, PromptError, CatalogError VOCABULARY_EMPTY, TAG_NAME_INVALID */
export async function tagWork(app: App, request: TagRequest): Promise<NewWork> {
  const asked = await tagQuestion(app, request.modelId);
  const words = vocabularyWords(app, request.below);
  const identity = taggingTerms(asked, words, request.max);
  const description = { kind: 'tag', vocabulary: words.paths.length } as const;
  return { kind: 'ask', description, identity, questions: [asked.prompt], ...(await dueOf(app, request)) };
}

/** How a model is asked for tags, before it is said which there are. @throws ModelChoiceError, PromptError */
export async function tagQuestion(app: App, modelId: string | undefined): Promise<RunIdentity> {
  const model = await writerOf(app, modelId);
  const wording = wordingFor(app.catalog.presets.find('tags'), promptStyleOf(model.facts));
  assertAnswerable(promptStyleOf(model.facts), wording);
  return {
    model: modelIdentity(model),
    // A preset of a person's own may have placeholders.
    prompt: wording.text,
    kind: wording.kind,
    settings: generationSettingsSchema.parse({}),
  };
}

/** Of the vocabulary, or of what stands below a path in it. @throws CatalogError VOCABULARY_EMPTY, TAG_NAME_INVALID */
export function vocabularyWords(app: App, below: string | undefined): TagWords {
  const words = app.catalog.vocabulary.words(below === undefined ? undefined : tagNames(below).join('/'));
  if (words.paths.length > 0) return words;
  const message =
    below === undefined
      ? 'The vocabulary has no tags to choose from.'
      : `The vocabulary has no tags below "${below}" to choose from.`;
  throw new CatalogError('VOCABULARY_EMPTY', message, { below });
}

/** @throws ModelChoiceError */
export async function scoreWork(app: App, request: WorkRequest): Promise<NewWork> {
  const scorer = await scorerOf(app, request.modelId);
  const identity = { ...plainIdentity(scorer), filter: filterOf(scorer, 1) };
  return { kind: 'score', description: { kind: 'score' }, identity, ...(await dueOf(app, request)) };
}

/** @throws ModelChoiceError */
export async function embedWork(app: App, request: WorkRequest): Promise<NewWork> {
  const identity = plainIdentity(await scorerOf(app, request.modelId));
  return { kind: 'embed', description: { kind: 'embed' }, identity, ...(await dueOf(app, request)) };
}

/** The installed model that does the work. @throws ModelChoiceError */
export async function modelOf(app: App, { kind, identity: { model } }: NewWork): Promise<UsableModel> {
  return kind === 'score' || kind === 'embed' ? await scorerOf(app, model.id) : await writerOf(app, model.id);
}

/** The model that writes, where none is named. @throws ModelChoiceError */
export async function writerOf(app: App, modelId: string | undefined): Promise<UsableModel> {
  const preferred = modelId ?? app.catalog.settings.get('captionModelId') ?? undefined;
  return chooseModel(await app.models.list(), preferred, 'generator');
}

/** How the model that writes by default wants to be asked; where none is chosen yet, as one that follows instructions. */
export async function defaultPromptStyle(app: App): Promise<PromptStyle> {
  try {
    return promptStyleOf((await writerOf(app, undefined)).facts);
  } catch (error) {
    if (error instanceof ModelChoiceError) return 'instruct';
    throw error;
  }
}

/** The model that scores, where none is named. @throws ModelChoiceError */
export async function scorerOf(app: App, modelId: string | undefined): Promise<UsableModel> {
  const preferred = modelId ?? app.catalog.settings.get('matchingModelId') ?? undefined;
  return chooseModel(await app.models.list(), preferred, 'matcher');
}

function wordingOf(app: App, { facts }: UsableModel, { preset, prompt }: CaptionRequest): Wording {
  const style = promptStyleOf(facts);
  const typed: Wording | undefined = prompt === undefined ? undefined : { text: prompt, kind: 'text' };
  const named = preset === undefined ? undefined : textWordingFor(app.catalog.presets.find(preset), style);
  const wording = typed ?? named ?? defaultCaptionWording(style);
  assertAnswerable(style, wording);
  // Fails here, and not with each photo, where a variable is unknown.
  promptTemplate(wording.text, photoVariables);
  return wording;
}

function filterOf(scorer: UsableModel, candidates: number): NonNullable<RunIdentity['filter']> {
  return { model: modelIdentity(scorer), candidates, doubtfulBelow: scorer.facts.doubtfulBelow ?? 0 };
}

/** Of what takes no words. */
export function plainIdentity(model: UsableModel): RunIdentity {
  return { model: modelIdentity(model), prompt: '', settings: generationSettingsSchema.parse({}) };
}

async function dueOf(
  app: App,
  { photoIds, again, oncePerStack = false }: WorkRequest,
): Promise<Pick<NewWork, 'photoIds' | 'tops' | 'again'>> {
  return oncePerStack ? { again, ...(await app.catalog.reader.read('byStacks', photoIds)) } : { again, photoIds };
}
