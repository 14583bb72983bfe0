/** @file The ways in which a client may reach the router; every API test runs over each of them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as MessagePortLink } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { RPCHandler as MessagePortHandler } from '@orpc/server/message-port';
import { RPCHandler as WebSocketHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import type { App } from '../../main/api/app.ts';
import { router } from '../../main/api/router.ts';
import type { contract } from '../../preload/contract.ts';

export type Client = ContractRouterClient<typeof contract>;

export interface Transport extends AsyncDisposable {
  readonly client: Client;
}

async function overMessagePort(app: App): Promise<Transport> {
  const { port1, port2 } = new MessageChannel();
  new MessagePortHandler(router).upgrade(port2, { context: { app } });
  const client: Client = createORPCClient(new MessagePortLink({ port: port1 }));
  port1.start();
  port2.start();
  return {
    client,
    [Symbol.asyncDispose]: async () => {
      port1.close();
      port2.close();
    },
  };
}

async function overWebSocket(app: App): Promise<Transport> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    void new WebSocketHandler(router).upgrade(socket, { context: { app } });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server got no port.');
  const socket = new WebSocket(`ws://127.0.0.1:${address.port}`);
  return {
    client: createORPCClient(new WebSocketLink({ websocket: socket })),
    [Symbol.asyncDispose]: async () => {
      socket.close();
      sockets.close();
      for (const open of sockets.clients) open.terminate();
      server.close();
      server.closeAllConnections();
    },
  };
}

export const transports = [
  { name: 'a MessagePort', connect: overMessagePort },
  { name: 'a WebSocket', connect: overWebSocket },
];
