/** @file What a model host process was sent and has not answered, as its client holds it, and how long the process may go on with what was cancelled. */
import type { HostRequest } from './protocol.ts';

/** Devices that are passed over are added when it is sent. */
type Sent<T> = T extends unknown ? Omit<T, 'id' | 'passedOver'> : never;
export type LoadRequest = Sent<Extract<HostRequest, { type: 'load' }>>;

export interface Pending {
  readonly request: Sent<Exclude<HostRequest, { type: 'cancel' | 'keepFeatures' }>>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onText: ((delta: string) => void) | undefined;
  /** Characters delivered to `onText`: a retried answer is generated anew and must not be delivered twice. */
  delivered: number;
  /** Characters that the current attempt has generated. */
  generated: number;
  /** How often the process died while it had this request in hand. */
  crashes: number;
  /** Whether this process was sent it. */
  isSent: boolean;
}

/** What a request was about, for the error's details. */
export function picturesOf(request: Pending['request']): { image?: string; images?: readonly string[] } {
  switch (request.type) {
    case 'load':
    case 'verify':
    case 'devices':
    case 'embedTexts':
      return {};
    case 'embedImages':
      return { images: request.request.images };
    default:
      return { image: request.request.image };
  }
}

/**
 * Knows what a process was sent and has not answered yet, in the order in which it works. A request that was cancelled is
 * answered too, as soon as the process looks up from its work; one that waits behind others has time until its turn.
 */
export class CancelDeadline {
  readonly #deadlineMs: number;
  readonly #onOverdue: () => void;
  /** Id → whether it was cancelled. */
  readonly #sent = new Map<number, boolean>();
  #timer: NodeJS.Timeout | undefined;

  /** @param onOverdue called when what the process works on was cancelled so long ago */
  constructor(deadlineMs: number, onOverdue: () => void) {
    this.#deadlineMs = deadlineMs;
    this.#onOverdue = onOverdue;
  }

  sent(id: number): void {
    this.#sent.set(id, false);
  }

  cancelled(id: number): void {
    if (!this.#sent.has(id)) return;
    this.#sent.set(id, true);
    this.#watchHead();
  }

  answered(id: number): void {
    const [head] = this.#sent.keys();
    if (!this.#sent.delete(id)) return;
    if (id === head) this.#stop();
    this.#watchHead();
  }

  /** The process is gone, and with it all that it was sent. */
  clear(): void {
    this.#sent.clear();
    this.#stop();
  }

  #watchHead(): void {
    const [head] = this.#sent.values();
    if (head !== true || this.#timer !== undefined) return;
    this.#timer = setTimeout(this.#onOverdue, this.#deadlineMs);
    // nothing else may wait for this
    this.#timer.unref();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
