/** @file Everything that can be done by name or by key: what the palette lists, `?` shows and the keyboard runs. Renderer only. */
import { tick, untrack } from 'svelte';
import { matchesKeys, withOwnKeys } from './keys.ts';

export interface Command {
  readonly id: string;
  /** In the language of the moment. */
  readonly title: () => string;
  /** Such as `mod+k`, `a`, `shift+enter`. Without `mod` they work outside of fields only. */
  readonly keys?: readonly string[];
  /** A command that cannot run now is neither listed nor run. */
  readonly when?: () => boolean;
  readonly run: () => void;
  /** Runs by key only: what the palette would not make sense of. */
  readonly keysOnly?: boolean;
  /** Listed only: whatever has the focus takes these keys itself. */
  readonly isTakenByFocus?: boolean;
}

export function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=range], [type=checkbox]), textarea, select'))
  );
}

/** Menus and lists take letters for themselves; a dialog keeps what is behind it still. The list of photos is the page's. */
const takesLetters = '[role=menu], [role=grid], [role=listbox]:not(.grid), [role=dialog], [role=alertdialog]';

function keepsLetters(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(takesLetters) !== null;
}

export class CommandState {
  readonly #isCutOff: () => boolean;
  readonly isMac = navigator.userAgent.includes('Mac');
  #commands = $state.raw<readonly Command[]>([]);
  /** How many parts of the page are being loaded whose commands are not known yet. */
  #expected = 0;
  /** Keys that were pressed meanwhile and that nothing known takes. */
  #kept: KeyboardEvent[] = [];
  /** The command that {@link runOnceThere} waits for. */
  #awaitedId: string | null = null;

  /** @param isCutOff whether nothing reaches the library at the moment */
  constructor(isCutOff: () => boolean) {
    this.#isCutOff = isCutOff;
  }

  /** Those that can run now. */
  get available(): readonly Command[] {
    return this.#commands.filter((command) => command.when?.() !== false);
  }

  get all(): readonly Command[] {
    return this.#commands;
  }

  /** What `?` lists: every key once, under the name of what it does here and now. */
  get shortcuts(): readonly Command[] {
    return withOwnKeys(this.available);
  }

  /** Until the returned function is called: an effect of the view that has them. */
  register(...commands: readonly Command[]): () => void {
    // An effect that registers must not run again because another one did.
    const set = (change: (before: readonly Command[]) => readonly Command[]) =>
      untrack(() => {
        this.#commands = change(this.#commands);
      });
    set((before) => [...before, ...commands]);
    const awaitedId = this.#awaitedId;
    if (awaitedId !== null && commands.some(({ id }) => id === awaitedId)) {
      this.#awaitedId = null;
      void tick().then(() => this.run(awaitedId));
    }
    return () => set((before) => before.filter((command) => !commands.includes(command)));
  }

  run(id: string): void {
    this.available.findLast((command) => command.id === id && command.isTakenByFocus !== true)?.run();
  }

  /** Runs a command of a part of the page that is about to be shown, as soon as it is. */
  runOnceThere(id: string): void {
    this.#awaitedId = id;
  }

  /**
   * A part of the page that brings commands of its own is on its way. A person who types ahead of it loses no key:
   * those that nothing takes yet are kept, and run once it is there.
   * @returns what was loaded; its commands are there one tick later
   */
  async expect<T>(loading: Promise<T>): Promise<T> {
    this.#expected++;
    try {
      return await loading;
    } finally {
      void tick().then(() => this.#runKept());
    }
  }

  /** What was registered last goes first: the view before the frame. */
  handleKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const plain = !(event.ctrlKey || event.metaKey || event.altKey);
    if (plain && (isField(event.target) || keepsLetters(event.target))) return;
    if (isField(event.target) && isEditing(event, this.isMac)) return;
    // Words that were meant for a field, which may have gone with the connection, are no commands.
    if (plain && this.#isCutOff() && isText(event.key)) return;
    const found = this.#commandOf(event);
    if (found === undefined) {
      if (this.#expected > 0) this.#kept.push(event);
      return;
    }
    event.preventDefault();
    found.run();
  }

  #commandOf(event: KeyboardEvent): Command | undefined {
    return this.available.findLast(
      (command) =>
        command.isTakenByFocus !== true && command.keys?.some((keys) => matchesKeys(keys, event, this.isMac)),
    );
  }

  #runKept(): void {
    this.#expected--;
    if (this.#expected > 0) return;
    const kept = this.#kept.splice(0);
    if (this.#isCutOff()) return;
    for (const event of kept) this.#commandOf(event)?.run();
  }
}

/** What a person types: a character, or one less. */
function isText(key: string): boolean {
  return [...key].length === 1 || key === 'Backspace' || key === 'Delete';
}

/** A field's own undo, select all, copy, cut and paste stay the field's. */
function isEditing(event: KeyboardEvent, isMac: boolean): boolean {
  const keys = ['mod+a', 'mod+c', 'mod+x', 'mod+v', 'mod+z', 'mod+shift+z', 'mod+y'];
  return keys.some((one) => matchesKeys(one, event, isMac));
}
