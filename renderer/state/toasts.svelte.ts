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
}

export interface ToastOptions {
  readonly kind?: Toast['kind'];
  readonly undoRunId?: UndoRuns | undefined;
  readonly action?: { readonly title: string; readonly run: () => void };
}

const shownMs = 6000;
/** With something to press. */
const shownWithActionMs = 12_000;
const mostToasts = 4;

export class ToastState {
  #toasts = $state.raw<readonly Toast[]>([]);
  #nextId = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  get all(): readonly Toast[] {
    return this.#toasts;
  }

  show(text: string, options: ToastOptions = {}): void {
    const toast: Toast = {
      id: this.#nextId,
      text,
      kind: options.kind ?? 'done',
      undoRunId: options.undoRunId ?? null,
      action: options.action ?? null,
    };
    this.#nextId += 1;
    for (const old of this.#toasts.slice(0, Math.max(0, this.#toasts.length + 1 - mostToasts))) this.dismiss(old.id);
    this.#toasts = [...this.#toasts, toast];
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
