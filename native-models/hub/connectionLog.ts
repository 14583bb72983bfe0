/** @file Every connection to the network, with its reason, for people to see. Kept in memory only. Main process and CLI. */

export interface Connection {
  /** When it began. */
  readonly timeMs: number;
  readonly host: string;
  /** "list files of Salesforce/blip2-opt-2.7b" */
  readonly reason: string;
  /** How often it was asked for: a large file comes in many pieces. */
  readonly requests: number;
  /** Received. */
  readonly bytes: number;
  /** Of the latest request. */
  readonly outcome: ConnectionOutcome;
}

export type ConnectionOutcome = 'open' | 'done' | 'redirected' | 'refused' | 'failed' | 'stopped';

export interface OpenConnection {
  received(bytes: number): void;
  end(outcome: ConnectionOutcome): void;
}

const maxEntries = 500;
/** Requests of one reason to one host that follow each other so closely are one entry. */
const sameWithinMs = 60_000;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export class ConnectionLog {
  readonly #nowMs: () => number;
  #entries: (Mutable<Connection> & { usedMs: number })[] = [];

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  /** The newest last. */
  list(): Connection[] {
    return this.#entries.map(({ usedMs: _, ...entry }) => entry);
  }

  begin(host: string, reason: string): OpenConnection {
    const timeMs = this.#nowMs();
    let entry = this.#entries.findLast((other) => other.host === host && other.reason === reason);
    if (entry === undefined || timeMs - entry.usedMs > sameWithinMs) {
      entry = { timeMs, host, reason, requests: 0, bytes: 0, outcome: 'open', usedMs: timeMs };
      this.#entries = [...this.#entries.slice(1 - maxEntries), entry];
    }
    const used = entry;
    used.requests += 1;
    used.outcome = 'open';
    return {
      received: (bytes) => {
        used.bytes += bytes;
        used.usedMs = this.#nowMs();
      },
      end: (outcome) => {
        used.outcome = outcome;
        used.usedMs = this.#nowMs();
      },
    };
  }
}
