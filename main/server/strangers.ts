/** @file Connections of those who were not let in (yet): few of them, for a short time. Server only. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A browser opens six at once; everybody together this many, of which the oldest goes first. */
const maxStrangers = 64;
/** From the connection until a request with the key. */
const strangerTimeoutMs = 10_000;

export interface StrangerLimits {
  readonly maxStrangers: number;
  readonly strangerTimeoutMs: number;
}

export class Connections {
  readonly #limits: StrangerLimits;
  readonly #all = new Set<Duplex>();
  /** The oldest first. */
  readonly #strangers = new Map<Duplex, NodeJS.Timeout>();

  constructor(server: Server, limits: Partial<StrangerLimits> = {}) {
    this.#limits = { maxStrangers, strangerTimeoutMs, ...limits };
    server.on('connection', (socket) => this.#met(socket));
  }

  /** A request on it had the key: from now on it may stay. */
  welcome(socket: Duplex): void {
    clearTimeout(this.#strangers.get(socket));
    this.#strangers.delete(socket);
  }

  /** Says a last thing and ends the connection, also where the other side never ends its own. */
  refuse(socket: Duplex, lastWords: string): void {
    socket.on('finish', () => socket.destroy());
    socket.end(lastWords);
  }

  /** All of them, WebSockets and half-closed ones too. */
  end(): void {
    for (const socket of this.#all) socket.destroy();
  }

  #met(socket: Socket): void {
    this.#all.add(socket);
    socket.on('close', () => {
      this.welcome(socket);
      this.#all.delete(socket);
    });
    this.#strangers.set(
      socket,
      setTimeout(() => socket.destroy(), this.#limits.strangerTimeoutMs),
    );
    if (this.#strangers.size <= this.#limits.maxStrangers) return;
    const [oldest] = this.#strangers.keys();
    oldest?.destroy();
  }
}
