/** @file The contract between the interface and whatever serves it: its procedures, event streams and data. Used by the renderer (types only), by the router and by tests; the same over a MessagePort and over a WebSocket. */
import { answersContract } from './contract/answers.ts';
import { chatContract } from './contract/chat.ts';
import { desktopContract } from './contract/desktop.ts';
import { explainingContract } from './contract/explaining.ts';
import { exportsContract } from './contract/exports.ts';
import { fieldsContract } from './contract/fields.ts';
import { importsContract } from './contract/imports.ts';
import { libraryContract } from './contract/library.ts';
import { modelDownloadsContract } from './contract/modelDownloads.ts';
import { modelsContract, presetsContract, settingsContract } from './contract/models.ts';
import { photosContract } from './contract/photos.ts';
import { pilotsContract } from './contract/pilots.ts';
import { reviewContract } from './contract/review.ts';
import { runsContract, tagsContract } from './contract/runs.ts';
import { stacksContract } from './contract/stacks.ts';
import { trialsContract } from './contract/trials.ts';

/** The channel on which a page inside Electron hands over its end of the connection. A type, so that no page bundles this file. */
export type ConnectMessage = 'vignette:connect';

/** The channel on which the preload script tells what was dropped on the window: the paths of the files and folders. */
export type DroppedMessage = 'vignette:dropped';

export const contract = {
  library: libraryContract,
  photos: photosContract,
  chat: chatContract,
  explaining: explainingContract,
  runs: runsContract,
  answers: answersContract,
  fields: fieldsContract,
  review: reviewContract,
  pilots: pilotsContract,
  stacks: stacksContract,
  trials: trialsContract,
  tags: tagsContract,
  models: modelsContract,
  modelDownloads: modelDownloadsContract,
  presets: presetsContract,
  settings: settingsContract,
  exports: exportsContract,
  imports: importsContract,
  desktop: desktopContract,
};
