/**
 * @file Continuous batching: the decoders of several requests are run as one, each request's search going on as if it had
 * the model to itself. Those that end leave the batch, and as soon as there is room for a few, others join at the next step:
 * a few at a time, since their prompts are read together, and each join copies the caches of all. Model host.
 *
 * ```
 * request ─ slot ─┐
 * request ─ slot ─┴─ prompts ─┐
 * request ─ slot ─── prompt ──┴─ joined rows ─ step ─ step ─ …
 * request ─ waits for a slot
 * ```
 */

import { isOutOfMemory } from '../devices/deviceError.ts';
import type { Decoder } from '../generation/decoder.ts';

export interface SlotRequest {
  /** The decoder's rows that it will need at most. */
  readonly rows: number;
  /** A reader waits for every word: it gets a slot at once, and the batch pauses until it is done. */
  readonly isUrgent: boolean;
  readonly signal: AbortSignal;
}

/** A place in the batch, to be given back. */
export interface Slot extends Disposable {
  readonly isUrgent: boolean;
}

interface StepCall {
  readonly tokens: Int32Array;
  /** Among the member's own rows. */
  readonly parents: Int32Array;
  readonly resolve: (logits: Float32Array) => void;
  readonly reject: (error: unknown) => void;
}

/** One request's rows in a group. */
interface Member {
  /** The first of its rows in the group's last run. */
  start: number;
  /** What it wants to be done next. */
  call: StepCall | undefined;
  hasLeft: boolean;
}

/** Rows that are run together. */
interface Group {
  readonly decoder: Decoder;
  readonly members: readonly Member[];
  /** Of the last run, those of members that have left included. */
  readonly rows: number;
}

interface HeldSlot extends Slot {
  readonly isUrgent: false;
  readonly rows: number;
  /** Undefined before its prompt was run, and where its decoder cannot be run with others. */
  member: Member | undefined;
  /** Its decoder is run by itself, in between: no other waits for its steps. */
  isAlone: boolean;
}

/** Of the batch's rows: so much is worth waiting for before others join. */
const joiningShare = 0.25;

export class DecodingBatch {
  #maxRows: number;
  readonly #slots = new Set<HeldSlot>();
  /** In the order in which they asked, each with what grants it its slot. */
  readonly #waiting = new Map<HeldSlot, () => void>();
  #urgent = 0;
  /** Requests that will soon ask for a slot. */
  #expected = 0;
  #groups: readonly Group[] = [];
  #isRunning = false;

  /** @param maxRows of one run; a request that needs more has the batch to itself */
  constructor(maxRows: number) {
    this.#maxRows = maxRows;
  }

  /** @throws the signal's reason */
  async acquire({ rows, isUrgent, signal }: SlotRequest): Promise<Slot> {
    signal.throwIfAborted();
    if (isUrgent) return this.#urgentSlot();
    const slot: HeldSlot = {
      isUrgent: false,
      rows,
      member: undefined,
      isAlone: false,
      [Symbol.dispose]: () => this.#leave(slot),
    };
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      this.#waiting.delete(slot);
      reject(signal.reason);
      this.#grant();
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.set(slot, resolve);
    this.#grant();
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
    return slot;
  }

  /** Until it is disposed of, a request that will ask for a slot: others may wait for it, to join with it. */
  expect(): Disposable {
    this.#expected += 1;
    return {
      [Symbol.dispose]: () => {
        this.#expected -= 1;
        this.#grant();
      },
    };
  }

  /**
   * Decoders for the requests of `slots`, which are to have one sequence each of `decoder`, in this order; it has not been
   * run yet, and is run once for all. A further one takes its place.
   */
  share(slots: readonly Slot[], decoder: Decoder): readonly Decoder[] {
    const held = slots.map((slot) => (slot.isUrgent ? undefined : (slot as HeldSlot)));
    const all = held.filter((slot) => slot !== undefined);
    for (const slot of all) {
      if (slot.member !== undefined) slot.member.hasLeft = true;
      slot.member = undefined;
      slot.isAlone = decoder.joined === undefined;
    }
    if (slots.length === 1 && (all.length === 0 || decoder.joined === undefined)) return [decoder];
    if (all.length < slots.length || decoder.joined === undefined)
      throw new TypeError('only decoders that can be joined are shared');
    let prompts: Promise<Float32Array> | undefined;
    return all.map((slot, i) => this.#sharing(slot, decoder, i, () => (prompts ??= this.#prefill(all, decoder))));
  }

  #urgentSlot(): Slot {
    this.#urgent += 1;
    return {
      isUrgent: true,
      [Symbol.dispose]: () => {
        this.#urgent -= 1;
        this.#grant();
        this.#runIfReady();
      },
    };
  }

  #grant(): void {
    if (this.#urgent > 0 || this.#waitsForMore()) return;
    for (const [slot, granted] of this.#waiting) {
      const taken = rowsOf(this.#slots);
      if (taken > 0 && taken + slot.rows > this.#maxRows) return;
      this.#waiting.delete(slot);
      this.#slots.add(slot);
      granted();
    }
  }

  /** Whether it is worth waiting until there is room for a few, or there are a few to join. */
  #waitsForMore(): boolean {
    const taken = rowsOf(this.#slots);
    const few = Math.floor(this.#maxRows * joiningShare);
    const waiting = rowsOf(this.#waiting.keys());
    const joining = Math.min(waiting, this.#maxRows - taken);
    return taken > 0 && joining < few && (joining < waiting || this.#expected > 0);
  }

  #leave(slot: HeldSlot): void {
    if (slot.member !== undefined) slot.member.hasLeft = true;
    this.#slots.delete(slot);
    this.#grant();
    this.#runIfReady();
  }

  /** All prompts in one run, after which the requests go on by themselves. */
  async #prefill(slots: readonly HeldSlot[], decoder: Decoder): Promise<Float32Array> {
    const logits = await decoder.prefill();
    const members = slots.map((slot, start) => ({ start, call: undefined, hasLeft: !this.#slots.has(slot) }));
    for (const [i, slot] of slots.entries()) slot.member = members[i];
    this.#groups = [...this.#groups, { decoder, members, rows: decoder.batchSize }];
    return logits;
  }

  /** One request's sequence. @param prefill runs the prompts of all sequences, once */
  #sharing(slot: HeldSlot, decoder: Decoder, sequence: number, prefill: () => Promise<Float32Array>): Decoder {
    const { vocabSize, maxNewTokens } = decoder;
    const ids = decoder.promptIds[sequence] ?? [];
    // positions are counted from a sequence's own beginning, so that a shorter prompt leaves more of them
    const shorterBy = Math.max(...decoder.promptIds.map(({ length }) => length)) - ids.length;
    return {
      batchSize: 1,
      vocabSize,
      promptIds: [ids],
      maxNewTokens: maxNewTokens === undefined ? undefined : maxNewTokens + shorterBy,
      async prefill() {
        const logits = await prefill();
        return logits.slice(sequence * vocabSize, (sequence + 1) * vocabSize);
      },
      step: (tokens, parents) => {
        const { promise, resolve, reject } = Promise.withResolvers<Float32Array>();
        if (slot.member === undefined) throw new TypeError('a step before the prompt');
        slot.member.call = { tokens, parents, resolve, reject };
        this.#runIfReady();
        return promise;
      },
    };
  }

  /** A request that has a slot is never far from its next step, so that all wait for it. */
  #runIfReady(): void {
    if (this.#isRunning || this.#urgent > 0) return;
    const shared = [...this.#slots].filter(({ isAlone }) => !isAlone);
    if (shared.length === 0 || shared.some(({ member }) => member?.call === undefined)) return;
    this.#isRunning = true;
    void this.#run().finally(() => {
      this.#isRunning = false;
      this.#runIfReady();
    });
  }

  /** One step of all. */
  async #run(): Promise<void> {
    const groups = this.#joined(this.#groups.map(withoutLeft).filter(({ members }) => members.length > 0));
    // prompts that are run meanwhile come with the next step
    this.#groups = [];
    const stepped: Group[] = [];
    for (const group of groups) stepped.push(...(await this.#step(group)));
    this.#groups = [...stepped, ...this.#groups];
  }

  /** As few groups as the limit allows. */
  #joined(groups: readonly Group[]): readonly Group[] {
    const [first, ...others] = groups;
    if (first === undefined) return [];
    const together = [first];
    let rows = rowsWanted(first);
    while (others[0] !== undefined && rows + rowsWanted(others[0]) <= this.#maxRows) {
      rows += rowsWanted(others[0]);
      together.push(...others.splice(0, 1));
    }
    return [...this.#oneOf(together), ...this.#joined(others)];
  }

  #oneOf(groups: readonly Group[]): readonly Group[] {
    const [first, ...others] = groups;
    if (first?.decoder.joined === undefined || others.length === 0) return groups;
    try {
      const decoder = first.decoder.joined(others.map((group) => group.decoder));
      let rows = 0;
      for (const group of groups) {
        for (const member of group.members) member.start += rows;
        rows += group.rows;
      }
      return [{ decoder, members: groups.flatMap(({ members }) => members), rows }];
    } catch (error) {
      if (isOutOfMemory(error)) this.#halve(groups.reduce((sum, group) => sum + rowsWanted(group), 0));
      else for (const { members } of groups) for (const member of members) fail(member, error);
      return isOutOfMemory(error) ? groups : [];
    }
  }

  /**
   * Runs the group's members together; where that fails, each half by itself, so that only those fail at which the fault lies.
   * Returns the groups that go on.
   */
  async #step(group: Group): Promise<Group[]> {
    const { decoder, members } = group;
    const calls = members.flatMap(({ call, start }) => (call === undefined ? [] : [{ ...call, start }]));
    const tokens = calls.flatMap((call) => [...call.tokens]);
    const parents = calls.flatMap((call) => Array.from(call.parents, (parent) => call.start + parent));
    let logits: Float32Array;
    try {
      logits = await decoder.step(Int32Array.from(tokens), Int32Array.from(parents));
    } catch (error) {
      const half = Math.ceil(members.length / 2);
      if (members.length < 2 || decoder.joined === undefined) {
        for (const member of members) fail(member, error);
        return [];
      }
      if (isOutOfMemory(error)) this.#halve(tokens.length);
      // a step that failed leaves the decoder as it was
      const first = { ...group, decoder: decoder.joined([]), members: members.slice(0, half) };
      return [...(await this.#step(first)), ...(await this.#step({ ...group, members: members.slice(half) }))];
    }
    let row = 0;
    for (const member of members) {
      const { call } = member;
      if (call === undefined) continue;
      member.start = row;
      member.call = undefined;
      row += call.tokens.length;
      call.resolve(logits.subarray(member.start * decoder.vocabSize, row * decoder.vocabSize));
    }
    return [{ decoder, members, rows: tokens.length }];
  }

  #halve(rows: number): void {
    this.#maxRows = Math.max(1, Math.min(this.#maxRows, Math.floor(rows / 2)));
  }
}

function withoutLeft(group: Group): Group {
  return { ...group, members: group.members.filter(({ hasLeft }) => !hasLeft) };
}

function fail(member: Member, error: unknown): void {
  member.call?.reject(error);
  member.call = undefined;
}

/** Of the next run. */
function rowsWanted({ members }: Group): number {
  return members.reduce((sum, { call }) => sum + (call?.tokens.length ?? 0), 0);
}

function rowsOf(slots: Iterable<HeldSlot>): number {
  return [...slots].reduce((sum, { rows }) => sum + rows, 0);
}
