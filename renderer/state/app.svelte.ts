/** @file What all views share: the client, where the person is, the photos, the selection, the queue, settings, notices. One object, made when the page starts. Renderer only. */
import type { EditProgress, IndexingState, LibraryEvent, Overview, ScanState } from '../../preload/contract/library.ts';
import type { ModelDownload } from '../../preload/contract/modelDownloads.ts';
import { noticeText } from '../../resources/messages/noticeText.ts';
import type { Texts } from '../../resources/messages/texts.ts';
import { LanguageState } from '../i18n/language.svelte.ts';
import { Conversations } from './chat/conversation.svelte.ts';
import { CommandState } from './commands.svelte.ts';
import { Comparison } from './compare/comparison.svelte.ts';
import { type Client, type ConnectionState, connect } from './connection.ts';
import { DesktopState } from './desktop.svelte.ts';
import { Drafts } from './drafts.svelte.ts';
import { FocusTrail } from './focusTrail.ts';
import { FullScreenState } from './fullScreen.svelte.ts';
import type { GridPlace } from './gridLayout.ts';
import { HistoryState } from './history.svelte.ts';
import { keptText } from './keptText.ts';
import { LayoutState } from './layout.svelte.ts';
import { DemoModels } from './models/demoModels.svelte.ts';
import { ExplainingState } from './photo/explaining.svelte.ts';
import { PhotoListState } from './photoList.svelte.ts';
import { connectionLostCode, problemOf, problemText } from './problems.ts';
import { QueueState } from './queue.svelte.ts';
import { Recents } from './recents.ts';
import { Refresher } from './refresher.ts';
import { changedList, formatHash, type ListQuery, parseHash, type Route } from './route.ts';
import { sayRunEnded } from './runs/runEnded.ts';
import { SelectionState } from './selection.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import type { SettingsSectionId } from './settingsSections.ts';
import { TagDrag } from './tags/tagDrag.svelte.ts';
import { type ToastOptions, ToastState } from './toasts.svelte.ts';

const noScan: ScanState = { scanning: false, found: 0, unread: 0, problems: [] };

export class AppState {
  readonly client: Client;
  readonly photos: PhotoListState;
  readonly selection: SelectionState;
  readonly settings: SettingsState;
  readonly conversations: Conversations;
  readonly explaining: ExplainingState;
  readonly comparison: Comparison;
  readonly queue = new QueueState();
  readonly layout = new LayoutState();
  readonly language = new LanguageState();
  readonly commands = new CommandState(() => this.isCutOff);
  readonly toasts = new ToastState();
  readonly focusTrail = new FocusTrail();
  readonly fullScreen = new FullScreenState();
  readonly demoModels = new DemoModels(this);
  readonly desktop = new DesktopState(this);
  readonly recents = new Recents();
  readonly drafts = new Drafts(keptText);
  readonly drag: TagDrag;
  readonly history: HistoryState;
  readonly #historyRefresher = new Refresher(() => this.history.refresh());
  /** Where the grid stood when it was last seen. Not state: nothing shows it. */
  gridPlace: (GridPlace & { readonly generation: number }) | null = null;
  /** The download that the page of models is to show, and forgets once it does. */
  downloadToShow = $state<string | null>(null);
  /** The part that the settings are to show, and forget once they do. */
  settingsSectionToShow = $state<SettingsSectionId | null>(null);
  readonly #overviewRefresher = new Refresher(async () => {
    try {
      this.#overview = await this.client.library.overview();
      this.drafts.belongTo(this.#overview.libraryId);
    } catch (error) {
      this.report(error);
    }
  });
  #connectionState = $state<ConnectionState>('connecting');
  #route = $state.raw<Route>({ view: 'library' });
  #overview = $state.raw<Overview | null>(null);
  #scan = $state.raw<ScanState>(noScan);
  #indexing = $state.raw<IndexingState | null>(null);
  #edit = $state.raw<EditProgress | null>(null);
  #downloads = $state.raw<readonly ModelDownload[]>([]);
  #listeners = new Set<(event: LibraryEvent) => void>();

  /** Every visible string, in the language of the moment. */
  readonly texts: Texts = $derived(this.language.texts);

  constructor() {
    this.client = connect((state) => this.#setConnection(state));
    this.photos = new PhotoListState(this.client, () => this.layout.all.stacksFolded);
    this.selection = new SelectionState(this.photos);
    this.drag = new TagDrag(this.selection);
    this.photos.onlisted = () => this.#keepSelection();
    this.settings = new SettingsState(this.client);
    this.conversations = new Conversations(this.client.chat, this.drafts);
    this.explaining = new ExplainingState(this.client.explaining);
    this.history = new HistoryState(this);
    this.comparison = new Comparison(this);
  }

  get connection(): ConnectionState {
    return this.#connectionState;
  }
  /** Nothing that a person does now reaches the library. */
  get isCutOff(): boolean {
    return this.#connectionState === 'lost' || this.#connectionState === 'ended';
  }
  get route(): Route {
    return this.#route;
  }
  /** Null until the first answer. */
  get overview(): Overview | null {
    return this.#overview;
  }
  get scan(): ScanState {
    return this.#scan;
  }

  /** How far the photos are indexed for visual search; null while nothing can index them. */
  get indexing(): IndexingState | null {
    return this.#indexing;
  }

  /** Of models. */
  get downloads(): readonly ModelDownload[] {
    return this.#downloads;
  }

  /** How far an edit of many photos is; null where none is under way. */
  get edit(): EditProgress | null {
    return this.#edit;
  }

  /** Where the view has a panel. */
  get panelShown(): boolean {
    const { panelShown, comparePanelShown } = this.layout.all;
    return this.#route.view === 'compare' ? comparePanelShown : panelShown;
  }

  showPanel(isShown: boolean): void {
    this.layout.change(this.#route.view === 'compare' ? { comparePanelShown: isShown } : { panelShown: isShown });
  }

  /** Follows the address until the page ends. Asks for the photos that it names at once, connected or not yet. */
  start(): void {
    this.followAddress();
    window.addEventListener('hashchange', () => this.followAddress());
  }

  followAddress(): void {
    const { route, list } = parseHash(location.hash);
    this.#route = route;
    if (route.view === 'photo') this.recents.looked(route.photoId);
    if (formatHash(route, list) !== formatHash(route, this.photos.shown) || this.photos.generation === 0)
      this.photos.show(list);
  }

  /** @param change of the list that the view is about. As the same step back where `replace`. */
  navigate(route: Route, change: Partial<ListQuery> = {}, { replace = false } = {}): void {
    this.#go(route, changedList(this.photos.shown, change), replace);
  }

  /** Shows the photos that a query finds, in the library; as the same step back where `replace`. */
  showList(change: Partial<ListQuery>, { replace = false, isTyping = false } = {}): void {
    // What is typed on is not searched for before the person is done.
    if (!isTyping && change.query !== undefined) this.recents.searched(change.query);
    this.#go({ view: 'library' }, changedList(this.photos.shown, change, { isTyping }), replace);
  }

  toast(text: string, options: ToastOptions = {}): void {
    if (options.undoRunId !== undefined && options.undoRunId !== null) {
      this.history.did(options.undoRunId);
    }
    this.toasts.show(text, options);
  }

  /** At one of their parts. */
  openSettings(section: SettingsSectionId): void {
    this.settingsSectionToShow = section;
    this.navigate({ view: 'settings' });
  }

  /** What happened, in the words of the library where it gave any. */
  report(error: unknown): void {
    const problem = problemOf(error);
    // While nothing is connected the page says so itself.
    if (problem.code === connectionLostCode) return;
    this.toasts.show(problemText(problem, this.texts), { kind: 'problem' });
  }

  /** Everything that changes in the library. Until the returned function is called. */
  listen(listener: (event: LibraryEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async refreshOverview(): Promise<void> {
    await this.#overviewRefresher.now();
  }

  /** A single photo is left out without a word: it was looked at, not gathered. */
  #keepSelection(): void {
    const before = this.selection.count;
    const leftOut = this.selection.keepToList();
    if (leftOut > 0 && before > 1)
      this.toasts.show(this.texts.library.deselected(leftOut, this.selection.count), { topic: 'selection' });
  }

  #go(route: Route, list: ListQuery, replace = false): void {
    const hash = formatHash(route, list);
    if (hash === location.hash) return;
    if (replace) history.replaceState(null, '', hash);
    else history.pushState(null, '', hash);
    this.followAddress();
  }

  #setConnection(state: ConnectionState): void {
    const wasLost = this.isCutOff;
    this.#connectionState = state;
    if (state !== 'open') return;
    if (wasLost) this.toasts.show(this.texts.common.connectionBack);
    void this.#follow(wasLost);
    void this.desktop.follow().catch((error: unknown) => this.report(error));
  }

  /** @param missedChanges whether changes may have been missed meanwhile */
  async #follow(missedChanges: boolean): Promise<void> {
    try {
      const changes = await this.client.library.watch();
      void this.settings.load().catch((error: unknown) => this.report(error));
      void this.refreshOverview();
      this.#historyRefresher.soon();
      if (missedChanges) {
        this.photos.cards.changed([]);
        this.photos.refreshSoon();
      }
      for await (const event of changes) this.#apply(event);
    } catch (error) {
      this.report(error);
    }
  }

  #apply(event: LibraryEvent): void {
    if (event.type === 'photos') {
      this.photos.cards.changed(event.ids);
      this.photos.refreshSoon();
      this.#overviewRefresher.soon();
    } else if (event.type === 'folders') {
      this.#overviewRefresher.soon();
      this.photos.refreshSoon();
    } else if (event.type === 'runs') this.#historyRefresher.soon();
    else if (event.type === 'queue') this.queue.set(event.queue);
    else if (event.type === 'ended') {
      // Nothing more comes of it that the counts would have to wait for.
      void this.#overviewRefresher.now();
      sayRunEnded(this, event.run);
    } else if (event.type === 'edit') this.#edit = event.edit;
    else if (event.type === 'indexing') {
      const indexedBefore = this.#indexing?.indexed ?? 0;
      this.#indexing = event.indexing;
      if ((event.indexing?.indexed ?? 0) !== indexedBefore) this.photos.indexChanged();
    } else if (event.type === 'scan') this.#scan = event.scan;
    else if (event.type === 'downloads') this.#downloads = event.downloads;
    else if (event.type === 'downloaded') {
      const { ready, readyAsDefault } = this.texts.modelDownloads;
      if (event.isDefault) void this.settings.load().catch((error: unknown) => this.report(error));
      this.toasts.show((event.isDefault ? readyAsDefault : ready)(event.modelId));
    } else if (event.type === 'notice') this.toasts.show(noticeText(event.notices, this.texts), { kind: 'problem' });
    for (const listener of this.#listeners) listener(event);
  }
}
