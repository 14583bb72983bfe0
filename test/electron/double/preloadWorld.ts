/** @file The world of a preload script in a Chromium page: isolated as in Electron, with what is used of `electron` there, over a binding to this process. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright';
import * as z from 'zod';

const worldName = 'preload';

/** A MessagePort carries text or bytes here; a binding carries text. */
const portDataSchema = z.union([z.object({ text: z.string() }), z.object({ base64: z.string() })]);
type PortData = z.output<typeof portDataSchema>;
const fromPageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message'), channel: z.string(), args: z.array(z.unknown()), ports: z.array(z.int()) }),
  z.object({ type: z.literal('port'), id: z.int(), data: portDataSchema }),
]);

/** Runs in the page, in a world of its own. `file.path` of Electron is what the test said that it drops. */
function preloadSource(script: string): string {
  return `(() => {
    const ports = new Map();
    const bytesOf = (data) => data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    const toBase64 = (data) => btoa(Array.from(bytesOf(data), (byte) => String.fromCharCode(byte)).join(''));
    const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const send = (message) => toMain(JSON.stringify(message));
    const keep = (port) => {
      const id = ports.size;
      ports.set(id, port);
      port.onmessage = ({ data }) =>
        send({ type: 'port', id, data: typeof data === 'string' ? { text: data } : { base64: toBase64(data) } });
      return id;
    };
    globalThis.fromMain = (id, data) =>
      ports.get(id)?.postMessage('text' in data ? data.text : toBytes(data.base64));
    globalThis.pathsByName = {};
    const electron = {
      ipcRenderer: {
        send: (channel, ...args) => send({ type: 'message', channel, args, ports: [] }),
        postMessage: (channel, message, transfer = []) =>
          send({ type: 'message', channel, args: [message], ports: transfer.map(keep) }),
      },
      webUtils: { getPathForFile: (file) => globalThis.pathsByName[file.name] ?? '' },
    };
    const load = (name) => {
      if (name !== 'electron') throw new Error('A sandboxed preload script has no ' + name);
      return electron;
    };
    ((require, exports) => {${script}
    })(load, {});
  })();`;
}

/** The end of a channel in the main process, as far as Electron's `MessagePortMain` is used. */
export class PortDouble extends EventEmitter {
  readonly #send: (data: PortData) => void;
  #waiting: unknown[] | undefined = [];

  constructor(send: (data: PortData) => void) {
    super();
    this.#send = send;
  }

  postMessage(data: unknown): void {
    if (typeof data === 'string') this.#send({ text: data });
    else if (data instanceof Uint8Array) this.#send({ base64: Buffer.from(data).toString('base64') });
    else throw new TypeError('The double carries text and bytes only.');
  }

  start(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const data of waiting) this.emit('message', { data });
  }

  close(): void {
    this.emit('close');
  }

  receive(received: PortData): void {
    const data = 'text' in received ? received.text : new Uint8Array(Buffer.from(received.base64, 'base64'));
    if (this.#waiting === undefined) this.emit('message', { data });
    else this.#waiting.push(data);
  }
}

export type PreloadMessage = (channel: string, args: readonly unknown[], ports: readonly PortDouble[]) => void;

export class PreloadWorld {
  readonly #session: CDPSession;
  readonly #onMessage: PreloadMessage;
  #contextId: number | undefined;
  #ports: PortDouble[] = [];

  private constructor(session: CDPSession, onMessage: PreloadMessage) {
    this.#session = session;
    this.#onMessage = onMessage;
  }

  static async open(page: Page, preloadFile: string, onMessage: PreloadMessage): Promise<PreloadWorld> {
    const session = await page.context().newCDPSession(page);
    const world = new PreloadWorld(session, onMessage);
    session.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === worldName) world.#contextId = context.id;
    });
    session.on('Runtime.executionContextsCleared', () => world.closePorts());
    session.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === 'toMain') world.#receive(payload);
    });
    await session.send('Page.enable');
    await session.send('Runtime.enable');
    await session.send('Runtime.addBinding', { name: 'toMain', executionContextName: worldName });
    const source = preloadSource(readFileSync(preloadFile, 'utf8'));
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName });
    return world;
  }

  /** As a person does it: the browser makes the events, which the page cannot. */
  async drop(paths: readonly string[], x: number, y: number): Promise<void> {
    const names = Object.fromEntries(paths.map((path) => [path.split(/[\\/]/).at(-1) ?? '', path]));
    await this.#evaluate(`Object.assign(globalThis.pathsByName, ${JSON.stringify(names)})`);
    const data = { items: [], files: [...paths], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await this.#session.send('Input.dispatchDragEvent', { type, x, y, data });
  }

  closePorts(): void {
    const ports = this.#ports;
    this.#ports = [];
    for (const port of ports) port.close();
  }

  #receive(payload: string): void {
    const message = fromPageSchema.parse(JSON.parse(payload));
    if (message.type === 'port') {
      this.#ports[message.id]?.receive(message.data);
      return;
    }
    const ports = message.ports.map((id) => {
      const port = new PortDouble((data) => void this.#evaluate(`fromMain(${id}, ${JSON.stringify(data)})`));
      this.#ports[id] = port;
      return port;
    });
    this.#onMessage(message.channel, message.args, ports);
  }

  async #evaluate(expression: string): Promise<void> {
    const contextId = this.#contextId;
    if (contextId === undefined) return;
    // A page that goes away meanwhile hears nothing, as in Electron.
    await this.#session.send('Runtime.evaluate', { expression, contextId }).catch(() => undefined);
  }
}
