/** @file The stack and the memo that pickle operations work on. Compiler only. */
import type { PickleCursor } from './pickleCursor.ts';
import type { PickleDict, PickleGlobal, PickleTuple, PickleValue } from './pickleValue.ts';
import type { WeightFileFaults } from './weightFileFaults.ts';

/** Gives meaning to the names in a pickle; throws at every name that it does not know. */
export interface PickleNames {
  global(name: string): PickleGlobal;
  call(callee: PickleGlobal, parameters: PickleTuple): PickleValue;
  persistent(id: PickleValue): PickleValue;
}

export class PickleMachine {
  readonly cursor: PickleCursor;
  readonly names: PickleNames;
  readonly faults: WeightFileFaults;
  readonly #stack: PickleValue[] = [];
  /** Heights of the stack at the marks that are open. Nothing below the last one can be taken. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(cursor: PickleCursor, names: PickleNames, faults: WeightFileFaults) {
    this.cursor = cursor;
    this.names = names;
    this.faults = faults;
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.top();
    this.#stack.pop();
    return value;
  }

  top(): PickleValue {
    const value = this.#stack.length > (this.#marks.at(-1) ?? 0) ? this.#stack.at(-1) : undefined;
    if (value === undefined) throw this.#malformed('takes a value that is not there');
    return value;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** Everything above the last mark, which is closed. */
  popToMark(): PickleValue[] {
    const height = this.#marks.pop();
    if (height === undefined) throw this.#malformed('closes a group that was not opened');
    return this.#stack.splice(height);
  }

  popText(): string {
    const value = this.pop();
    if (typeof value !== 'string') throw this.#malformed('has something else where a text belongs');
    return value;
  }

  remember(slot: number = this.#memo.size): void {
    this.#memo.set(slot, this.top());
  }

  recall(slot: number): void {
    const value = this.#memo.get(slot);
    if (value === undefined) throw this.#malformed(`refers to slot ${slot}, which is empty`);
    this.push(value);
  }

  /** Adds to the list on top of the stack. */
  append(values: readonly PickleValue[]): void {
    const list = this.top();
    if (typeof list !== 'object' || list?.kind !== 'list') throw this.#malformed('appends to what is not a list');
    for (const value of values) list.items.push(value);
  }

  /** Adds key, value, key, value … to the dictionary on top of the stack. */
  setItems(keysAndValues: readonly PickleValue[]): void {
    const target = this.top();
    if (!isDict(target)) throw this.#malformed('sets an entry of what is not a dictionary');
    if (keysAndValues.length % 2 !== 0) throw this.#malformed('sets an entry without a value');
    for (let i = 0; i < keysAndValues.length; i += 2) {
      const [key, value] = [keysAndValues[i], keysAndValues[i + 1]];
      if ((typeof key !== 'string' && typeof key !== 'number') || value === undefined)
        throw this.#malformed('has a key that is neither a text nor a number');
      if (target.entries.has(key)) {
        throw this.faults.invalid(`it names ${JSON.stringify(key).slice(0, 120)} twice`, { name: key });
      }
      target.entries.set(key, value);
    }
  }

  /** The one value that is left at the end. */
  finish(): PickleValue {
    const result = this.pop();
    if (this.#stack.length > 0 || this.#marks.length > 0 || this.cursor.remainingBytes > 0)
      throw this.#malformed('goes on after its end');
    return result;
  }

  #malformed(what: string) {
    const positionBytes = this.cursor.position;
    return this.faults.invalid(`its table of tensors ${what} (byte ${positionBytes})`, { positionBytes });
  }
}

export function isDict(value: PickleValue): value is PickleDict {
  return typeof value === 'object' && value?.kind === 'dict';
}
