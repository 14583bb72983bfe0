/** @file English: words that every view uses. */
import type { ModelVersion } from '../../preload/contract/common.ts';
import { counted, shortRevision } from './format.ts';

export const common = {
  cancel: 'Cancel',
  close: 'Close',
  save: 'Save',
  remove: 'Remove',
  add: 'Add',
  edit: 'Edit',
  copy: 'Copy',
  copied: 'Copied.',
  copyRefused: 'The browser did not allow copying. Select the text instead.',
  undo: 'Undo',
  redo: 'Redo',
  /** @param title of the run */
  undone: (title: string) => `Undone: ${title}`,
  redone: (title: string) => `Redone: ${title}`,
  undoNamed: (title: string, photos: number) =>
    photos > 1 ? `Undo “${title}” (${counted(photos, 'photo')})` : `Undo “${title}”`,
  redoNamed: (title: string, photos: number) =>
    photos > 1 ? `Redo “${title}” (${counted(photos, 'photo')})` : `Redo “${title}”`,
  nothingToUndo: 'There is nothing to undo.',
  nothingToRedo: 'There is nothing to redo.',
  /** The first without its full stop. */
  sentences: (first: string, second: string) => `${first}. ${second}`,
  numberRange: (least: string, most: string) =>
    `Enter a number from ${least} to ${most}. Until then the last value is used.`,
  wholeNumberRange: (least: string, most: string) =>
    `Enter a whole number from ${least} to ${most}. Until then the last value is used.`,
  demoWarning: 'The demo model knows drawn scenes only. What it says about real photos is wrong.',
  importModel: 'Import a model',
  retry: 'Try again',
  stop: 'Stop',
  loading: 'Loading',
  back: 'Back',
  next: 'Next',
  previous: 'Previous',
  done: 'Done',
  more: 'More',
  clear: 'Clear',
  none: 'None',
  photos: (count: number) => counted(count, 'photo'),
  failed: 'That did not work.',
  /** @param message of an error that nobody foresaw */
  unexpected: (message: string) => `Something went wrong: ${message}`,
  /** Where the program gave no reason. */
  failedInside: 'Something failed inside Vignette. Try again; if it stays so, restart it.',
  /** By code: what the page says otherwise than the command line. */
  problems: {
    MODEL_NOT_CHOSEN: 'Several models are installed. On the Models page, choose the one to use by default.',
  } as Readonly<Record<string, string>>,
  connectionLost: 'The connection to Vignette is lost.',
  connectionLostHint:
    'Reconnecting automatically. If Vignette has quit, start it again and open the address it prints.',
  sessionEnded: 'Vignette was restarted, and this session has ended.',
  sessionEndedHint: 'In this browser, open the address Vignette printed last. This page then continues automatically.',
  connectionBack: 'Connected again.',
  modelVersion: ({ modelId, revision, precision }: ModelVersion) =>
    revision === null ? `${modelId}, ${precision}` : `${modelId}, revision ${shortRevision(revision)}, ${precision}`,
  writtenByModel: (model: string) => `Written by the model ${model}`,
  writtenByHuman: 'Written by a person',
  imported: 'Imported',
  andApproved: (author: string, date: string) => `${author}, approved by a person on ${date}`,
};
