/** @file Short notices in the corner: what was just done, with a way back. Renderer only. */

/** A run, or several that belong together, oldest first. */
export type UndoRuns = number | readonly number[];

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: 'done' | 'problem';
  /** What Undo takes back. */
  readonly undoRunId: UndoRuns | null;
  readonly action: { readonly title: string; readonly run: () => void } | null;
  /** A later one about the same takes its place. */
  readonly topic: string;
}

export interface ToastOptions {
  readonly kind?: Toast['kind'];
  readonly undoRunId?: UndoRuns | undefined;
  readonly action?: { readonly title: string; readonly run: () => void };
  readonly topic?: string;
}

const shownMs = 6000;
/** With something to press. */
const shownWithActionMs = 12_000;
/** What was done, and what went wrong: older ones give way, for their undo is in the history. */
const maxToasts = 2;

export class ToastState {
  #toasts = $state.raw<readonly Toast[]>([]);
  /** Height at the foot of the page that notices leave free, for what must not be covered. */
  #clearPx = $state(0);
  #nextId = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  get all(): readonly Toast[] {
    return this.#toasts;
  }

  get clearPx(): number {
    return this.#clearPx;
  }

  /** Until the returned function is called: for an effect of what lies at the foot of the page. */
  keepClear(heightPx: number): () => void {
    this.#clearPx = heightPx;
    return () => {
      this.#clearPx = 0;
    };
  }

  show(text: string, options: ToastOptions = {}): void {
    const toast: Toast = {
      id: this.#nextId,
      text,
      kind: options.kind ?? 'done',
      undoRunId: options.undoRunId ?? null,
      action: options.action ?? null,
      topic: options.topic ?? options.kind ?? 'done',
    };
    this.#nextId += 1;
    const others = this.#toasts.filter(({ topic }) => topic !== toast.topic);
    const kept = others.slice(Math.max(0, others.length + 1 - maxToasts));
    for (const old of this.#toasts) if (!kept.includes(old)) this.dismiss(old.id);
    this.#toasts = [...kept, toast];
    this.resume(toast.id);
  }

  dismiss(id: number): void {
    this.pause(id);
    this.#toasts = this.#toasts.filter((toast) => toast.id !== id);
  }

  /** While a pointer or the focus rests on it. */
  pause(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  resume(id: number): void {
    const toast = this.#toasts.find((one) => one.id === id);
    if (toast === undefined) return;
    this.pause(id);
    const forMs = toast.undoRunId === null && toast.action === null ? shownMs : shownWithActionMs;
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), forMs),
    );
  }
}
