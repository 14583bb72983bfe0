/** @file The contract: what only the desktop application offers. Elsewhere (`about.host` says where the page is) these procedures are refused, and the page does not show them. */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { idSchema } from './common.ts';

/** Commands of the page that the application's menus offer too, by the ids under which the page has them. */
export const menuCommandSchema = z.enum([
  'add-folder',
  'import',
  'export',
  'undo',
  'redo',
  'select-all',
  'filter',
  'palette',
  'shortcuts',
  'go-library',
  'go-review',
  'go-tags',
  'go-runs',
  'go-models',
  'go-settings',
  'sidebar',
  'panel',
  'larger',
  'smaller',
  'caption',
  'panel.ask',
  'panel.editCaption',
  'panel.tag',
  'photo.reveal',
  'photo.openElsewhere',
  'queue',
]);
export type MenuCommand = z.output<typeof menuCommandSchema>;

export const desktopEventSchema = z.discriminatedUnion('type', [
  /** Chosen in a menu. */
  z.object({ type: z.literal('command'), id: menuCommandSchema }),
  /** Somewhere to go to: what stands behind # in the page's address. */
  z.object({ type: z.literal('go'), hash: z.string() }),
  /** Folders that were dropped on the window, or that Vignette was started with. */
  z.object({ type: z.literal('folders'), paths: z.array(z.string()) }),
]);
export type DesktopEvent = z.output<typeof desktopEventSchema>;

/** What a folder is chosen for: where photos are, where a model is, where an export goes, where an import comes from. */
export const folderUseSchema = z.enum(['photos', 'model', 'export', 'import']);
export type FolderUse = z.output<typeof folderUseSchema>;

/** Whether there is an access token for Hugging Face, in the system's key store or until the application ends. What it is, no page learns. */
export const hubTokenStateSchema = z.enum(['none', 'saved', 'session']);
export type HubTokenState = z.output<typeof hubTokenStateSchema>;

export const desktopContract = {
  /** What happened while no page watched comes first. */
  watch: oc.output(eventIterator(desktopEventSchema)),
  /** Asks for a folder in a dialog of the system; null where the person closed it. */
  chooseFolder: oc.input(z.object({ of: folderUseSchema })).output(z.string().nullable()),
  /** Asks for a packed model in a dialog of the system; null where the person closed it. */
  choosePack: oc.output(z.string().nullable()),
  /** Asks for a document with texts in a dialog of the system; null where the person closed it. */
  chooseImport: oc.output(z.string().nullable()),
  /** Shows the photo's file in the file manager. */
  reveal: oc.input(z.object({ photoId: idSchema })),
  /** Opens the photo's file in the program that the person has for such files. */
  openElsewhere: oc.input(z.object({ photoId: idSchema })),
  hubToken: oc.output(hubTokenStateSchema),
  saveHubToken: oc.input(z.object({ token: z.string().max(8192) })).output(hubTokenStateSchema),
  removeHubToken: oc.output(hubTokenStateSchema),
};
