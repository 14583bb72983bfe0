/** @file What the application tells its page: commands of the menus, where to go, folders that were dropped. Desktop main process. */
import { EventPublisher } from '@orpc/server';
import type { DesktopEvent } from '../../preload/contract/desktop.ts';

/** A page that is just loading gets what it missed, but not the clicks of an hour. */
const maxMissed = 20;

export class PageEvents {
  readonly #publisher = new EventPublisher<{ event: DesktopEvent }>({ maxBufferedEvents: maxMissed });
  #missed: DesktopEvent[] = [];
  #watching = 0;

  tell(event: DesktopEvent): void {
    if (this.#watching > 0) this.#publisher.publish('event', event);
    else this.#missed = [...this.#missed, event].slice(-maxMissed);
  }

  async *watch(signal: AbortSignal | undefined): AsyncGenerator<DesktopEvent, void, void> {
    const events = this.#publisher.subscribe('event', signal === undefined ? {} : { signal });
    const missed = this.#missed;
    this.#missed = [];
    this.#watching += 1;
    try {
      yield* missed;
      yield* events;
    } finally {
      this.#watching -= 1;
    }
  }
}
