/** @file What the palette lists: commands, the person's searches and photos of late, the parts of the settings, and what the library has names for. Renderer only. */
import type { FoundName } from '../../../preload/contract/library.ts';
import { matching } from '../../../schemas/nameMatch.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { fieldQuery, wholeFieldQuery } from '../../state/queryText.ts';
import { settingsSections } from '../../state/settingsSections.ts';

export interface PaletteLine {
  readonly id: string;
  readonly title: string;
  /** What it is, where it is no command. */
  readonly kind?: string;
  readonly keys?: string | undefined;
  readonly isSearch?: boolean;
  readonly run: () => void;
}

/** While somebody types, not every letter is asked about. */
const askDebounceMs = 40;
/** Before anything is typed. */
const recentShown = 5;
const maxShown = 60;

export class PaletteState {
  readonly #app: AppState;
  #typed = $state('');
  #found = $state.raw<readonly FoundName[]>([]);
  #recentSearches = $state.raw<readonly string[]>([]);
  #recentPhotoIds = $state.raw<readonly number[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | undefined;

  /** What the view at hand has registered comes first, the frame's own after it. */
  readonly #commands = $derived.by((): PaletteLine[] =>
    this.#app.commands.available
      .filter((command) => command.keysOnly !== true && command.isTakenByFocus !== true)
      .map((command) => ({ id: command.id, title: command.title(), keys: command.keys?.[0], run: command.run })),
  );
  readonly #recents = $derived.by((): PaletteLine[] => {
    const { recentSearch, recentPhoto } = this.#app.texts.frame.paletteKinds;
    const searches = this.#recentSearches.map((query) => this.#searchLine(`recent:${query}`, query, recentSearch));
    const photos = this.#recentPhotoIds.flatMap((id) => {
      const card = this.#app.photos.card(id);
      return card === undefined ? [] : [this.#photoLine(id, card.fileName, recentPhoto)];
    });
    return [...searches, ...photos];
  });
  readonly lines = $derived.by((): PaletteLine[] => {
    const query = this.#typed.trim();
    if (query === '') {
      return [...this.#recents.slice(0, recentShown), ...this.#commands];
    }
    // Names of the library come after the search for the same word; what the person named, or Vignette, may be meant.
    const own = matching([...this.#commands, ...this.#saved, ...this.#sections], ({ title }) => title, query);
    const named = matching([...this.#recents, ...this.#named], ({ title }) => title, query);
    const rest = [...own.filter(({ isMeant }) => !isMeant), ...named].sort((a, b) => a.far - b.far);
    const lines = [
      ...own.filter(({ isMeant }) => isMeant).map(({ item }) => item),
      this.#searchLine('search-photos', query, undefined, this.#app.texts.frame.searchPhotosFor(query)),
      ...rest.map(({ item }) => item),
    ];
    return [...new Map(lines.map((line) => [line.id, line])).values()].slice(0, maxShown);
  });

  constructor(app: AppState) {
    this.#app = app;
  }

  get typed(): string {
    return this.#typed;
  }

  open(): void {
    const { recents, photos } = this.#app;
    this.#recentSearches = recents.searches;
    this.#recentPhotoIds = recents.photoIds;
    photos.cards.want(this.#recentPhotoIds);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#typed = '';
    this.#found = [];
  }

  type(text: string): void {
    this.#typed = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), askDebounceMs);
  }

  get #saved(): PaletteLine[] {
    const { savedSearch } = this.#app.texts.frame.paletteKinds;
    return this.#app.settings.all.savedSearches.map(({ name, query }) =>
      this.#searchLine(`saved:${name}`, query, savedSearch, name),
    );
  }

  get #sections(): PaletteLine[] {
    const { settings } = this.#app.texts.frame.paletteKinds;
    return settingsSections(this.#app.texts).map(({ id, title }) => ({
      id: `settings:${id}`,
      title,
      kind: settings,
      run: () => this.#app.openSettings(id),
    }));
  }

  get #named(): PaletteLine[] {
    const kinds = this.#app.texts.frame.paletteKinds;
    return this.#found.map(({ kind, name, photoId }) => {
      if (photoId !== null) return this.#photoLine(photoId, name, kinds.photo);
      const query = kind === 'person' ? wholeFieldQuery(kind, name) : fieldQuery(kind, name);
      return this.#searchLine(`${kind}:${name}`, query, kinds[kind], name);
    });
  }

  #searchLine(id: string, query: string, kind: string | undefined, title = query): PaletteLine {
    const line = { id, title, isSearch: kind === undefined, run: () => this.#app.showList({ query }) };
    return kind === undefined ? line : { ...line, kind };
  }

  #photoLine(photoId: number, title: string, kind: string): PaletteLine {
    return { id: `photo:${photoId}`, title, kind, run: () => this.#app.navigate({ view: 'photo', photoId }) };
  }

  async #ask(): Promise<void> {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    try {
      const found = await this.#app.client.library.names({ typed: this.#typed }, { signal: request.signal });
      if (!request.signal.aborted) this.#found = found;
    } catch {
      // Commands are there without them.
      if (!request.signal.aborted) this.#found = [];
    }
  }
}
