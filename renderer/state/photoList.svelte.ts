/** @file The photos that the grid, the filmstrip and the selection speak of: what the query finds, in order, kept current. Renderer only. */
import { untrack } from 'svelte';
import type { Problem } from '../../preload/contract/common.ts';
import type { FoundBy, PhotoCard, PhotoOrder } from '../../preload/contract/photos.ts';
import type { Client } from './connection.ts';
import { PhotoCards } from './photoCards.svelte.ts';
import { type ListSections, sameIds } from './photoIds.ts';
import { connectionLostCode, isAbort, problemOf } from './problems.ts';
import { Refresher } from './refresher.ts';
import { type ListQuery, wholeLibrary } from './route.ts';
import { decodeFolded, type FoldedList, type ShownList, type StackPlace, shownList } from './stackedList.ts';

export interface QueryProblem extends Problem {
  /** Where in the query, in UTF-16 units; null where it is not about one place. */
  readonly position: number | null;
  readonly length: number;
}

function numberIn(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function queryProblem(error: unknown): QueryProblem {
  const problem = problemOf(error);
  const { details } = problem;
  return { ...problem, position: numberIn(details?.offset), length: numberIn(details?.length) ?? 1 };
}

const noPhotos: FoldedList = { ids: new Uint32Array(), aspects: new Float32Array(), sections: null, stacks: null };

export class PhotoListState {
  readonly cards: PhotoCards;
  readonly #client: Client;
  readonly #foldsStacks: () => boolean;
  #shown = $state.raw<ListQuery>(wholeLibrary);
  #list: FoldedList = noPhotos;
  #inView = $state.raw<ShownList>(shownList(noPhotos, new Set()));
  /** All photos of the stacks that are unfolded. */
  #unfolded: ReadonlySet<number> = new Set();
  #packedSections: string | null = null;
  #isByMeaning = $state(false);
  #foundBy = $state.raw<ReadonlyMap<number, FoundBy> | null>(null);
  #similarTo = $state.raw<readonly number[]>([]);
  #beyond = $state(0);
  #unreadable = $state.raw<readonly string[]>([]);
  #completed = $state<string | null>(null);
  #order = $state<PhotoOrder | null>(null);
  /** The first answer for what is asked has not come yet. */
  #loading = $state(true);
  #problem = $state.raw<QueryProblem | null>(null);
  /** Grows when another list was asked for, not when the same one was refreshed. */
  #generation = $state(0);
  #answers = $state(0);
  #indexById: Map<number, number> | undefined;
  #request: AbortController | undefined;
  readonly #refresher = new Refresher(() => this.#load());

  /** Called when other photos are listed than before. */
  onlisted: (() => void) | undefined;

  /** @param foldsStacks whether of a stack one photo is shown */
  constructor(client: Client, foldsStacks: () => boolean) {
    this.#client = client;
    this.#foldsStacks = foldsStacks;
    this.cards = new PhotoCards(client);
  }

  get shown(): ListQuery {
    return this.#shown;
  }
  get query(): string {
    return this.#shown.query;
  }
  get ids(): Uint32Array {
    return this.#inView.ids;
  }
  get aspects(): Float32Array {
    return this.#inView.aspects;
  }
  /** Of what the grid shows. */
  get count(): number {
    return this.ids.length;
  }
  /** Of all that were found: with those that are folded away in stacks. */
  get total(): number {
    return this.ids.length + this.#inView.hiddenCount;
  }
  /** That were found folded. */
  get stackCount(): number {
    return this.#inView.stackCount;
  }
  /** Null where the order is no date's. */
  get sections(): ListSections | null {
    return this.#inView.sections;
  }
  /** Found by the meaning of the words, too. */
  get isByMeaning(): boolean {
    return this.#isByMeaning;
  }
  /** No query alone finds just these photos. */
  get isBeyondQuery(): boolean {
    return this.#isByMeaning || this.#shown.beyondCut;
  }
  /** Why a photo is in a list that was found by words and by looks. */
  foundBy(id: number): FoundBy | undefined {
    return this.#foundBy?.get(id);
  }
  /** The photos that those of the query are to be similar to. */
  get similarTo(): readonly number[] {
    return this.#similarTo;
  }
  /** Photos that were left out for looking hardly like what was asked for. */
  get beyond(): number {
    return this.#beyond;
  }
  /** What of the words the matching model could not read. */
  get unreadable(): readonly string[] {
    return this.#unreadable;
  }
  /** The query that was searched for in place of one that nothing met: `boa*` for a half-typed `boa`. */
  get completed(): string | null {
    return this.#completed;
  }
  /** The query that finds just these photos, where a query does. */
  get searchedFor(): string {
    return this.#completed ?? this.#shown.query;
  }
  /** In which the photos are in fact; null before the first answer. */
  get order(): PhotoOrder | null {
    return this.#order;
  }
  get loading(): boolean {
    return this.#loading;
  }
  /** Some answer has come: what is less urgent may be asked for. */
  get answered(): boolean {
    return this.count > 0 || !this.#loading;
  }
  get problem(): QueryProblem | null {
    return this.#problem;
  }
  /** Grows with every answer, the same list among them. */
  get answers(): number {
    return this.#answers;
  }
  get generation(): number {
    return this.#generation;
  }

  /** What is known of a photo; undefined until it was fetched. Follows its changes. */
  card(id: number): PhotoCard | undefined {
    return this.cards.get(id);
  }

  /** −1 where it is not in the list. */
  indexOf(id: number): number {
    this.#indexById ??= new Map(Array.from(this.ids, (one, index) => [one, index]));
    return this.#indexById.get(id) ?? -1;
  }

  /** With those that are folded away in stacks. */
  get allIds(): number[] {
    return Array.from(this.ids).flatMap((id) => [...this.photosAt(id)]);
  }

  /** Undefined where the photo is in no stack, or stacks are not folded. */
  stackOf(id: number): StackPlace | undefined {
    return this.#inView.stacks.get(id);
  }

  /** Those that the photo stands for in the list: itself, all of its stack, or none where it is folded away. */
  photosAt(id: number): readonly number[] {
    const stack = this.stackOf(id);
    if (stack?.isFolded !== true) return [id];
    return stack.photoIds[0] === id ? stack.photoIds : [];
  }

  /** In place; with the others of the stack it is folded again. */
  toggleStack(id: number): void {
    const stack = this.stackOf(id);
    if (stack === undefined) return;
    const unfolded = new Set(this.#unfolded);
    for (const one of stack.photoIds) {
      if (stack.isFolded) unfolded.add(one);
      else unfolded.delete(one);
    }
    this.#unfolded = unfolded;
    this.#show();
  }

  /** In the order of the list. */
  idsOfSection(section: number): Uint32Array {
    const starts = this.sections?.starts;
    return this.ids.subarray(starts?.[section] ?? 0, starts?.[section + 1] ?? 0);
  }

  /** Of the photo at a position; −1 where there are no sections. */
  sectionOf(index: number): number {
    const starts = this.sections?.starts;
    if (starts === undefined) return -1;
    let low = 0;
    let high = Math.max(0, starts.length - 2);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Cards of these positions and of some around them. */
  want(first: number, last: number, ahead: number): void {
    const at = (from: number, to: number) => [...this.ids.slice(Math.max(0, from), Math.max(0, to))];
    this.cards.want([...at(first, last + 1), ...at(last + 1, last + 1 + ahead), ...at(first - ahead, first).reverse()]);
  }

  /** Shows another list. The one before stays until the first answer has come. */
  show(list: ListQuery): void {
    this.#shown = list;
    this.#completed = null;
    this.#unreadable = [];
    this.#loading = true;
    untrack(() => {
      this.#generation += 1;
    });
    void this.#refresher.now();
  }

  /** Asks again, soon: photos changed. */
  refreshSoon(): void {
    this.#refresher.soon();
  }

  /** More or fewer photos can be found by what they show. */
  indexChanged(): void {
    // A query that could not be answered may have named photos that were not indexed yet.
    if (this.#shown.semantic || this.#similarTo.length > 0 || this.#problem !== null) this.refreshSoon();
  }

  async #load(): Promise<void> {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    const { query, order, descending, semantic, beyondCut } = this.#shown;
    try {
      const list = await this.#client.photos.list(
        {
          query,
          order,
          descending,
          semantic,
          beyondCut,
          stacked: this.#foldsStacks(),
        },
        { signal: request.signal },
      );
      if (request.signal.aborted) return;
      const isSame = list.sections === this.#packedSections;
      this.#list = isSame ? decodeFolded(list, this.#list.sections) : decodeFolded(list);
      this.#packedSections = list.sections;
      this.#show();
      this.#isByMeaning = list.semantic;
      this.#foundBy = list.foundBy && new Map(list.foundBy.map((found) => [found.photoId, found]));
      this.#similarTo = list.similarTo;
      this.#beyond = list.beyond;
      this.#unreadable = list.unreadable;
      this.#completed = list.completed;
      this.#order = list.order;
      this.#problem = null;
      this.#answers += 1;
    } catch (error) {
      if (request.signal.aborted || isAbort(error)) return;
      const problem = queryProblem(error);
      // Asked again as soon as there is a connection.
      if (problem.code === connectionLostCode) return;
      this.#problem = problem;
    }
    this.#loading = false;
  }

  #show(): void {
    const before = untrack(() => this.#inView);
    const list = shownList(this.#list, this.#unfolded);
    const isSame = sameIds(list.ids, before.ids);
    this.#inView = isSame ? { ...list, ids: before.ids } : list;
    if (!isSame) this.#indexById = undefined;
    if (!isSame || list.hiddenCount !== before.hiddenCount) this.onlisted?.();
  }
}
