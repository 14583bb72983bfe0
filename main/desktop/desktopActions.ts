/** @file What a page can ask of the application: folders chosen in a dialog, files shown and opened elsewhere. Desktop main process. */
import { packExtension } from '../../native-models/packs/packFormat.ts';
import type { DesktopTexts } from '../../resources/messages/texts.ts';
import { type Desktop, DesktopError, type HubTokenKeeper } from '../api/desktop.ts';
import type { PageEvents } from './pageEvents.ts';

/** What is used of Electron's `Shell`. */
export interface FileShell {
  showItemInFolder(file: string): void;
  /** Resolves to what went wrong, or to nothing. */
  openPath(path: string): Promise<string>;
}

/** What Electron's dialogs give. */
interface Chosen {
  readonly canceled: boolean;
  readonly filePaths: string[];
}

export interface DesktopActionsOptions {
  readonly shell: FileShell;
  readonly events: PageEvents;
  readonly texts: () => DesktopTexts;
  readonly chooseFolder: (title: string) => Promise<Chosen>;
  /** @param extensions of the files that are offered, without their dots */
  readonly chooseFile: (title: string, extensions: string[]) => Promise<Chosen>;
  readonly hubToken: HubTokenKeeper;
  readonly settingsChanged: () => void;
}

export function desktopActions(options: DesktopActionsOptions): Desktop {
  const { shell, events, texts, hubToken, settingsChanged } = options;
  return {
    watch: (signal) => events.watch(signal),
    chooseFolder: async (of) => {
      const { choosePhotos, chooseModel, chooseExport, chooseImportFolder } = texts();
      const title = { photos: choosePhotos, model: chooseModel, export: chooseExport, import: chooseImportFolder }[of];
      return firstOf(await options.chooseFolder(title));
    },
    choosePack: async () => firstOf(await options.chooseFile(texts().choosePack, [packExtension.slice(1)])),
    chooseImport: async () => firstOf(await options.chooseFile(texts().chooseImport, importExtensions)),
    reveal: (file) => shell.showItemInFolder(file),
    openElsewhere: async (file) => {
      const problem = await shell.openPath(file);
      if (problem !== '')
        throw new DesktopError('CANNOT_OPEN', `The system could not open this file: ${problem}`, {
          details: { file },
        });
    },
    hubToken,
    settingsChanged,
  };
}

/** Of documents that can be imported. */
const importExtensions = ['json', 'jsonl', 'ndjson', 'csv', 'tsv', 'parquet', 'txt', 'caption'];

function firstOf({ canceled, filePaths }: Chosen): string | null {
  return canceled ? null : (filePaths[0] ?? null);
}
