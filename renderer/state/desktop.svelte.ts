/** @file The desktop application around the page, where there is one: what its menus, its window and the system ask of the page. Renderer only. */
import type { DesktopEvent, FolderUse, MenuCommand } from '../../preload/contract/desktop.ts';
import { addFolders, type FoldersPage } from './addFolders.ts';
import { type CommandState, isField } from './commands.svelte.ts';
import type { Client } from './connection.ts';

/** What the desktop application asks of the page. */
export interface DesktopPage extends FoldersPage {
  readonly client: FoldersPage['client'] & {
    readonly desktop: Client['desktop'];
    readonly settings: Pick<Client['settings'], 'about'>;
  };
  readonly commands: Pick<CommandState, 'run'>;
}

/** In a field, these are the field's. */
const fieldCommands: Readonly<Partial<Record<MenuCommand, string>>> = {
  undo: 'undo',
  redo: 'redo',
  'select-all': 'selectAll',
};

type FoldersListener = (paths: readonly string[]) => void;

export class DesktopState {
  readonly #page: DesktopPage;
  readonly #listeners: FoldersListener[] = [];
  #isThere = $state(false);

  constructor(page: DesktopPage) {
    this.#page = page;
  }

  /** Whether the page is in the desktop application. */
  get isThere(): boolean {
    return this.#isThere;
  }

  /** Until the connection ends. */
  async follow(): Promise<void> {
    const { client } = this.#page;
    this.#isThere = (await client.settings.about()).host === 'desktop';
    if (!this.#isThere) return;
    for await (const event of await client.desktop.watch()) this.#take(event);
  }

  /** Takes dropped folders in place of the library, until the returned function is called. */
  takeFolders(listener: FoldersListener): () => void {
    this.#listeners.push(listener);
    return () => void this.#listeners.splice(this.#listeners.indexOf(listener), 1);
  }

  /** Null where the person closed the dialog. */
  chooseFolder(of: FolderUse): Promise<string | null> {
    return this.#chosen(this.#page.client.desktop.chooseFolder({ of }));
  }

  /** As `chooseFolder`, for a packed model. */
  choosePack(): Promise<string | null> {
    return this.#chosen(this.#page.client.desktop.choosePack());
  }

  /** As `chooseFolder`, for a document with texts. */
  chooseImport(): Promise<string | null> {
    return this.#chosen(this.#page.client.desktop.chooseImport());
  }

  async #chosen(choosing: Promise<string | null>): Promise<string | null> {
    try {
      return await choosing;
    } catch (error) {
      this.#page.report(error);
      return null;
    }
  }

  #take(event: DesktopEvent): void {
    if (event.type === 'command') this.#run(event.id);
    else if (event.type === 'go') location.hash = event.hash;
    else if (event.paths.length === 0) this.#page.toast(this.#page.texts.frame.dropFoldersOnly);
    else (this.#listeners.at(-1) ?? ((paths) => void addFolders(this.#page, paths)))(event.paths);
  }

  #run(id: MenuCommand): void {
    const ofField = fieldCommands[id];
    // No other way leads to a field's own history.
    if (ofField !== undefined && isField(document.activeElement)) document.execCommand(ofField);
    else this.#page.commands.run(id);
  }
}
