/** @file The typed client: over a MessagePort inside Electron, over a WebSocket in a browser, which is opened anew whenever it ends. Renderer only. */

import type { ClientLink } from '@orpc/client';
import { createORPCClient, mapEventIterator, ORPCError } from '@orpc/client';
import { RPCLink as MessagePortLink } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { ConnectMessage, contract } from '../../preload/contract.ts';

export type Client = ContractRouterClient<typeof contract>;

/** `ended`: the server is there, but was started again and no longer knows this browser. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'ended';

const connectMessage: ConnectMessage = 'vignette:connect';
const firstRetryMs = 250;
const maxRetryMs = 5000;

const lostMessage = 'The connection to Vignette is lost.';

/** Said of a call that was made while nothing was there to answer it. */
export class ConnectionLostError extends Error {
  readonly code = 'CONNECTION_LOST';
}

/** Hands one end of a channel to the preload script, which passes it to the main process. */
function connectToDesktop(onState: (state: ConnectionState) => void): Client {
  const { port1, port2 } = new MessageChannel();
  window.postMessage(connectMessage, location.origin, [port2]);
  const client: Client = createORPCClient(new MessagePortLink({ port: port1 }));
  port1.start();
  // Not before whoever connects has the client.
  queueMicrotask(() => onState('open'));
  return client;
}

/** A call, or a stream of one, that fails after its socket has closed failed because of that, whatever is thrown. */
export function tellingLoss<Context extends Record<PropertyKey, unknown>>(
  link: ClientLink<Context>,
  socket: Pick<WebSocket, 'readyState'>,
): ClientLink<Context> {
  const told = (error: unknown): unknown =>
    socket.readyState > 1 && !(error instanceof ORPCError)
      ? new ConnectionLostError(lostMessage, { cause: error })
      : error;
  return {
    call: async (path, input, options) => {
      try {
        const output = await link.call(path, input, options);
        if (!isEventIterator(output)) return output;
        return mapEventIterator(output, {
          value: async (value: unknown) => value,
          error: async (error) => told(error),
        });
      } catch (error) {
        throw told(error);
      }
    },
  };
}

function isEventIterator(output: unknown): output is AsyncIterator<unknown, unknown, void> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

interface Reach {
  /** Undefined where nothing answers. */
  readonly isLetIn: boolean | undefined;
  /** Changes with the built page. */
  readonly pageTag: string | null;
}

/** A refused socket does not say why it was; a request does. */
async function askServer(): Promise<Reach> {
  try {
    const { status, headers } = await fetch(new URL('.', location.href), { method: 'HEAD', cache: 'no-store' });
    return { isLetIn: status !== 401 && status !== 403, pageTag: headers.get('ETag') };
  } catch {
    return { isLetIn: undefined, pageTag: null };
  }
}

/** One client for all the sockets that follow one another. A call is made on the socket of its moment. */
function connectToServer(onState: (state: ConnectionState) => void): Client {
  let link: ClientLink<Record<never, never>> | undefined;
  let retryMs = firstRetryMs;
  let pageTag: string | null = null;

  /** Asks before it opens a socket again: whoever is not let in is told how to be, and goes on once he is. */
  async function openAgain(): Promise<void> {
    const reach = await askServer();
    if (reach.isLetIn !== true) {
      onState(reach.isLetIn === false ? 'ended' : 'lost');
      retryLater();
    } else if (pageTag !== null && reach.pageTag !== pageTag) {
      // Another version: its parts are not those that this page would load.
      location.reload();
    } else open();
  }

  function retryLater(): void {
    setTimeout(() => void openAgain(), retryMs);
    retryMs = Math.min(maxRetryMs, retryMs * 2);
  }

  function open(): void {
    const opened = new WebSocket(new URL('api', location.href));
    link = tellingLoss(new WebSocketLink({ websocket: opened }), opened);
    opened.addEventListener('open', () => {
      retryMs = firstRetryMs;
      if (pageTag === null) {
        void askServer().then((reach) => {
          pageTag = reach.isLetIn === true ? reach.pageTag : null;
        });
      }
      // Not before whoever connects has the client.
      queueMicrotask(() => onState('open'));
    });
    opened.addEventListener('close', () => {
      link = undefined;
      onState('lost');
      retryLater();
    });
  }

  open();
  return createORPCClient({
    call: (path, input, options) => {
      if (link === undefined) return Promise.reject(new ConnectionLostError(lostMessage));
      return link.call(path, input, options);
    },
  });
}

/** For as long as the page is there. A call that is made before the connection is open waits for it. */
export function connect(onState: (state: ConnectionState) => void): Client {
  return location.protocol === 'vignette:' ? connectToDesktop(onState) : connectToServer(onState);
}
