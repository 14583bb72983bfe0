/**
 * @file Continuous batching: the decoders of several requests are run as one, each request's search going on as if it had
 * the model to itself. One that ends leaves the batch, and one that waits for a seat joins at the next step. Model host.
 *
 * ```
 * request ─ seat ─ prompt run alone ─┐
 * request ─ seat ─ prompt run alone ─┼─ joined rows ─ step ─ step ─ …
 * request ─ waits for a seat         ┘
 * ```
 */
import type { Decoder } from '../generation/decoder.ts';
import { isOutOfMemory } from './outOfMemory.ts';

export interface SeatRequest {
  /** The decoder's rows that it will need at most. */
  readonly rows: number;
  /** Somebody waits for every word: it gets a seat at once, and the batch rests until it is done. */
  readonly isUrgent: boolean;
  readonly signal: AbortSignal;
}

/** A place in the batch, to be given back. */
export interface Seat extends Disposable {
  /** The decoder, not yet run, as the one that the request is to use. A further one takes its place. */
  share(decoder: Decoder): Decoder;
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

interface HeldSeat {
  readonly rows: number;
  /** Undefined before its prompt was run, and where its decoder cannot be run with others. */
  member: Member | undefined;
  /** Its decoder is run by itself, in between: nobody waits for its steps. */
  isAlone: boolean;
}

export class DecodingBatch {
  #maxRows: number;
  readonly #seats = new Set<HeldSeat>();
  /** In the order in which they were asked for, each with what gives it its seat. */
  readonly #waiting = new Map<HeldSeat, () => void>();
  #urgent = 0;
  #groups: readonly Group[] = [];
  #isRunning = false;

  /** @param maxRows of one run; a request that needs more has the batch to itself */
  constructor(maxRows: number) {
    this.#maxRows = maxRows;
  }

  /** @throws the signal's reason */
  async seat({ rows, isUrgent, signal }: SeatRequest): Promise<Seat> {
    signal.throwIfAborted();
    if (isUrgent) return this.#urgentSeat();
    const seat: HeldSeat = { rows, member: undefined, isAlone: false };
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      this.#waiting.delete(seat);
      reject(signal.reason);
      this.#grant();
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.set(seat, resolve);
    this.#grant();
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
    return { share: (decoder) => this.#share(seat, decoder), [Symbol.dispose]: () => this.#leave(seat) };
  }

  #urgentSeat(): Seat {
    this.#urgent += 1;
    return {
      share: (decoder) => decoder,
      [Symbol.dispose]: () => {
        this.#urgent -= 1;
        this.#grant();
        this.#runIfReady();
      },
    };
  }

  #grant(): void {
    if (this.#urgent > 0) return;
    for (const [seat, granted] of this.#waiting) {
      const taken = [...this.#seats].reduce((sum, { rows }) => sum + rows, 0);
      if (taken > 0 && taken + seat.rows > this.#maxRows) return;
      this.#waiting.delete(seat);
      this.#seats.add(seat);
      granted();
    }
  }

  #leave(seat: HeldSeat): void {
    if (seat.member !== undefined) seat.member.hasLeft = true;
    this.#seats.delete(seat);
    this.#grant();
    this.#runIfReady();
  }

  #share(seat: HeldSeat, decoder: Decoder): Decoder {
    if (seat.member !== undefined) seat.member.hasLeft = true;
    seat.member = undefined;
    seat.isAlone = decoder.joined === undefined;
    if (seat.isAlone) return decoder;
    return {
      ...{ batchSize: decoder.batchSize, vocabSize: decoder.vocabSize, promptIds: decoder.promptIds },
      maxNewTokens: decoder.maxNewTokens,
      prefill: async () => {
        const logits = await decoder.prefill();
        seat.member = { start: 0, call: undefined, hasLeft: false };
        this.#groups = [...this.#groups, { decoder, members: [seat.member], rows: decoder.batchSize }];
        return logits;
      },
      step: (tokens, parents) => {
        const { promise, resolve, reject } = Promise.withResolvers<Float32Array>();
        if (seat.member === undefined) throw new TypeError('a step before the prompt');
        seat.member.call = { tokens, parents, resolve, reject };
        this.#runIfReady();
        return promise;
      },
    };
  }

  /** A request that has a seat is never far from its next step, so that all wait for it. */
  #runIfReady(): void {
    if (this.#isRunning || this.#urgent > 0) return;
    const shared = [...this.#seats].filter(({ isAlone }) => !isAlone);
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
   * Runs the group's members together; where that fails, each half by itself, so that only those fail at which it lies.
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
