/** @file "Caption every photo here": makes the rule of a folder. Main process and server. */
import type { FolderRule } from '../library/catalog/jobs/folderRules.ts';
import type { App } from './app.ts';
import { captionWork } from './work.ts';

/** The preset of folders whose captions nobody chose anything about. */
export const defaultPreset = 'caption';

export interface CaptionRule {
  readonly folderId: number;
  readonly preset: string;
  readonly modelId?: string | undefined;
}

/** What is in the folder already is new to the rule, too. @throws ModelChoiceError, PromptingError, CatalogError */
export async function addCaptionRule(app: App, { folderId, preset, modelId }: CaptionRule): Promise<FolderRule> {
  const { kind, description, identity } = await captionWork(app, { photoIds: [], preset, modelId, candidates: 1 });
  const { folderRules, photos } = app.catalog;
  const ruleId = folderRules.add(folderId, { kind, description, identity, preset, questions: [], priority: 0 });
  await app.queue.applyRules(photos.idsIn(folderId, { below: true }));
  const rule = folderRules.list().find(({ id }) => id === ruleId);
  if (rule === undefined) throw new RangeError(`rule ${ruleId} is gone`);
  return rule;
}
