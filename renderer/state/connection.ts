/** @file The typed client: over a MessagePort inside Electron, over a WebSocket in a browser. Renderer only. */
import { createORPCClient } from '@orpc/client';
import { RPCLink as MessagePortLink } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { ConnectMessage, contract } from '../../preload/contract.ts';

export type Client = ContractRouterClient<typeof contract>;

const connectMessage: ConnectMessage = 'vignette:connect';

export interface Connection {
  readonly client: Client;
  readonly close: () => void;
}

/** Hands one end of a channel to the preload script, which passes it to the main process. */
function connectToDesktop(): Connection {
  const { port1, port2 } = new MessageChannel();
  window.postMessage(connectMessage, location.origin, [port2]);
  const client: Client = createORPCClient(new MessagePortLink({ port: port1 }));
  port1.start();
  return { client, close: () => port1.close() };
}

function connectToServer(): Connection {
  const socket = new WebSocket(new URL('/api', location.href));
  return { client: createORPCClient(new WebSocketLink({ websocket: socket })), close: () => socket.close() };
}

export function connect(): Connection {
  return location.protocol === 'vignette:' ? connectToDesktop() : connectToServer();
}
