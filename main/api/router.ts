/** @file Implements the contract over a library. The same router is served over a MessagePort and over a WebSocket; a procedure that is missing here does not compile. Main process and server. */
import { answersRouter } from './answersRouter.ts';
import { chatRouter } from './chatRouter.ts';
import { desktopRouter } from './desktopRouter.ts';
import { explainingRouter } from './explainingRouter.ts';
import { exportsRouter } from './exportsRouter.ts';
import { fieldsRouter } from './fieldsRouter.ts';
import { api } from './implementation.ts';
import { importsRouter } from './importsRouter.ts';
import { libraryRouter } from './libraryRouter.ts';
import { modelDownloadsRouter } from './modelDownloadsRouter.ts';
import { modelsRouter, presetsRouter, settingsRouter } from './modelsRouter.ts';
import { photosRouter } from './photosRouter.ts';
import { pilotsRouter } from './pilotsRouter.ts';
import { reviewRouter } from './reviewRouter.ts';
import { runsRouter } from './runsRouter.ts';
import { stacksRouter } from './stacksRouter.ts';
import { tagsRouter } from './tagsRouter.ts';
import { trialsRouter } from './trialsRouter.ts';

export const router = api.router({
  library: libraryRouter,
  photos: photosRouter,
  chat: chatRouter,
  explaining: explainingRouter,
  runs: runsRouter,
  answers: answersRouter,
  fields: fieldsRouter,
  review: reviewRouter,
  pilots: pilotsRouter,
  stacks: stacksRouter,
  trials: trialsRouter,
  tags: tagsRouter,
  models: modelsRouter,
  modelDownloads: modelDownloadsRouter,
  presets: presetsRouter,
  settings: settingsRouter,
  exports: exportsRouter,
  imports: importsRouter,
  desktop: desktopRouter,
});
