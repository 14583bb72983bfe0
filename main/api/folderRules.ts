/** @file "Caption every photo here", "tag it from the vocabulary": makes the rule of a folder. Main process and server. */
import type { NewRule, Rule } from '../../preload/contract/library.ts';
import type { FolderRule, RuleAction } from '../library/catalog/jobs/folderRules.ts';
import { tagNames } from '../library/catalog/texts/tags.ts';
import type { App } from './app.ts';
import { captionWork, tagQuestion, vocabularyWords } from './work.ts';

/** The preset of folders whose captions nobody chose anything about. */
export const defaultPreset = 'caption';

/**
 * What is in the folder already is new to the rule, too.
 * @throws ModelChoiceError, PromptingError, PromptError; CatalogError NO_SUCH_FOLDER, VOCABULARY_EMPTY, TAG_NAME_INVALID
 */
export async function addFolderRule(app: App, rule: NewRule): Promise<FolderRule> {
  const { folderRules, photos } = app.catalog;
  const action = rule.does === 'caption' ? await captionAction(app, rule) : await tagAction(app, rule);
  const ruleId = folderRules.add(rule.folderId, action);
  await app.queue.applyRules(photos.idsIn(rule.folderId, { below: true }));
  const added = folderRules.list().find(({ id }) => id === ruleId);
  if (added === undefined) throw new RangeError(`rule ${ruleId} is gone`);
  return added;
}

type CaptionRule = Extract<NewRule, { does: 'caption' }>;
type TagRule = Extract<NewRule, { does: 'tag' }>;

async function captionAction(app: App, { preset, modelId, writes }: CaptionRule): Promise<RuleAction> {
  const request = { photoIds: [], preset, modelId, candidates: 1, writes };
  const { kind, description, identity } = await captionWork(app, request);
  return { kind, description, identity, preset, questions: [], priority: 0 };
}

async function tagAction(app: App, { max, below, modelId }: TagRule): Promise<RuleAction> {
  const identity = await tagQuestion(app, modelId);
  const branch = below === undefined ? undefined : tagNames(below).join('/');
  const { paths } = vocabularyWords(app, branch);
  return {
    kind: 'ask',
    description: { kind: 'tag', vocabulary: paths.length },
    identity,
    questions: [identity.prompt],
    priority: 0,
    preset: 'tags',
    tagging: { max, ...(branch === undefined ? {} : { below: branch }) },
  };
}

/** As a page shows it. */
export function shownRule(app: App, { id, folderId, action, enabled }: FolderRule): Rule {
  const { description, preset = '', identity, tagging } = action;
  const shownTagging =
    tagging === undefined
      ? null
      : {
          max: tagging.max,
          below: tagging.below ?? '',
          available: app.catalog.vocabulary.words(tagging.below).paths.length,
        };
  const writes = identity.textKind ?? 'caption';
  return { id, folderId, description, preset, writes, modelId: identity.model.id, tagging: shownTagging, enabled };
}
