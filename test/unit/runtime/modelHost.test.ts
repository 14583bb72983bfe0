/** @file The model host: races and crashes with a scripted process, then the real process with the real model. */

import { appendFile, cp, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import type { DeviceNotice } from '../../../native-models/devices/deviceNotice.ts';
import { serializeError, VignetteError } from '../../../native-models/errors.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import {
  forkHostProcess,
  type HostConnection,
  type HostListeners,
} from '../../../native-models/runtime/hostConnection.ts';
import { ModelHost } from '../../../native-models/runtime/modelHost.ts';
import type { Answer, AnswerRequest, FeatureUse, HostRequest } from '../../../native-models/runtime/protocol.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const resources = path.join(import.meta.dirname, '../../../resources');
const photo = path.join(resources, 'demo-photos/Coast/IMG_1000.jpg');
const caption = 'three white boats on the blue sea with a blue balloon in the sky at sunset';

function question(overrides: Partial<AnswerRequest> = {}): AnswerRequest {
  return {
    image: photo,
    prompt: 'a photo of',
    settings: generationSettingsSchema.parse({ maxNewTokens: 80 }),
    ...overrides,
  };
}

const answer: Answer = {
  prompt: 'a photo of',
  warnings: [],
  text: 'a boat',
  tokenIds: [0, 1],
  finish: 'eos',
  width: 1,
  height: 1,
  ms: { imageMs: 0, visionMs: 0, qformerMs: 0, prefillMs: 0, decodeMs: 0, totalMs: 0 },
};
const loaded = { id: 'demo', architecture: 'x', precision: 'fp32', device: 'cpu', batch: 1, loadMs: 1, notices: [] };

/** What is answered, or takes back what is. */
type AskedRequest = Exclude<HostRequest, { type: 'keepFeatures' }>;

/** A process that does what a script says; `lives` holds what each start of it was sent. */
class ScriptedProcess {
  readonly lives: AskedRequest[][] = [];
  /** In which of them it was told whether to keep features. */
  readonly keeps: [life: number, keeps: boolean][] = [];
  #listeners: HostListeners | undefined;
  readonly #script: (request: AskedRequest, process: ScriptedProcess, life: number) => void;

  constructor(script: (request: AskedRequest, process: ScriptedProcess, life: number) => void) {
    this.#script = script;
  }

  readonly start = (listeners: HostListeners): HostConnection => {
    const life = this.lives.length;
    this.lives.push([]);
    this.#listeners = listeners;
    return {
      send: (message) => {
        const request = message as HostRequest;
        if (request.type === 'keepFeatures') {
          this.keeps.push([life, request.keeps]);
          return;
        }
        this.lives[life]?.push(request);
        queueMicrotask(() => {
          if (life === this.lives.length - 1) this.#script(request, this, life);
        });
      },
      kill: () => listeners.onExit('signal SIGKILL'),
    };
  };

  say(message: unknown): void {
    this.#listeners?.onMessage(message);
  }

  die(): void {
    this.#listeners?.onExit('signal SIGSEGV');
  }

  resolve(request: AskedRequest): void {
    this.say({ type: 'result', id: request.id, value: request.type === 'load' ? loaded : answer });
  }
}

describe('a process that dies', () => {
  it('in mid-answer is restarted with its model, asked again, and tells no text twice', async () => {
    const script = new ScriptedProcess((request, host, life) => {
      if (request.type !== 'answer') return host.resolve(request);
      host.say({ type: 'text', id: request.id, delta: 'a b' });
      if (life === 0) return host.die();
      host.say({ type: 'text', id: request.id, delta: 'oat' });
      host.resolve(request);
    });
    const restarts: string[] = [];
    await using host = ModelHost.start({ startProcess: script.start, onRestart: (reason) => restarts.push(reason) });
    await host.load('/models/demo');
    let text = '';
    const result = await host.answer(question(), { onText: (delta) => (text += delta) });
    expect(result).toEqual(answer);
    expect(text).toBe('a boat');
    expect(restarts).toEqual(['signal SIGSEGV']);
    expect(script.lives.map((requests) => requests.map(({ type }) => type))).toEqual([
      ['load', 'answer'],
      ['load', 'answer'],
    ]);
  });

  it('stores features in the same folder when it is restarted, and what it tells of them is told', async () => {
    const use = { hits: 1, misses: 0, writtenBytes: 0 };
    const script = new ScriptedProcess((request, host, life) => {
      if (request.type !== 'answer') return host.resolve(request);
      if (life === 0) return host.die();
      host.say({ type: 'features', use });
      host.resolve(request);
    });
    const uses: FeatureUse[] = [];
    await using host = ModelHost.start({ startProcess: script.start });
    await host.load('/models/demo', { features: { folder: '/features', onUse: (told) => uses.push(told) } });
    await host.answer(question());
    const folders = script.lives.map(([first]) => first?.type === 'load' && first.featuresFolder);
    expect({ folders, uses }).toEqual({ folders: ['/features', '/features'], uses: [use] });
  });

  it('is told to keep no more features while there is no room for them, another process too', async () => {
    const use = { hits: 0, misses: 1, writtenBytes: 9 };
    const script = new ScriptedProcess((request, host, life) => {
      if (request.type === 'answer') host.say({ type: 'features', use });
      if (request.type === 'answer' && request.request.image === '/killer.jpg' && life === 0) host.die();
      else host.resolve(request);
    });
    let hasRoom = true;
    await using host = ModelHost.start({ startProcess: script.start });
    await host.load('/models/demo', { features: { folder: '/features', onUse: () => {}, hasRoom: () => hasRoom } });
    await host.answer(question());
    hasRoom = false;
    await host.answer(question());
    await host.answer(question({ image: '/killer.jpg' }));
    hasRoom = true;
    await host.answer(question());
    expect(script.keeps).toEqual([
      [0, false],
      [1, false],
      [1, true],
    ]);
  });

  it('twice on one photo gives that photo up and goes on with the others', async () => {
    const script = new ScriptedProcess((request, host) => {
      if (request.type === 'answer' && request.request.image === '/killer.jpg') host.die();
      else host.resolve(request);
    });
    await using host = ModelHost.start({ startProcess: script.start });
    await host.load('/models/demo');
    const killer = host.answer(question({ image: '/killer.jpg' }));
    const innocent = host.answer(question());
    await expect(killer).rejects.toMatchObject({
      code: 'MODEL_HOST_CRASHED',
      details: { image: '/killer.jpg', reason: 'signal SIGSEGV' },
    });
    await expect(innocent).resolves.toEqual(answer);
    await expect(host.answer(question())).resolves.toEqual(answer);
  });

  it('over one of several questions in hand is asked each alone, and only the one that kills it is given up', async () => {
    const asked: string[][] = [];
    const script = new ScriptedProcess((request, host, life) => {
      if (request.type !== 'answer') return host.resolve(request);
      const { image } = request.request;
      asked[life] = [...(asked[life] ?? []), image];
      if (life === 0 && image !== '/d.jpg') return undefined;
      if (image === '/killer.jpg' || life === 0) return host.die();
      return host.resolve(request);
    });
    await using host = ModelHost.start({ startProcess: script.start });
    await host.load('/models/demo');
    const images = ['/a.jpg', '/killer.jpg', '/c.jpg', '/d.jpg'];
    const answers = images.map((image) => host.answer(question({ image })));
    const results = await Promise.allSettled(answers);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(results[1]).toMatchObject({
      reason: { code: 'MODEL_HOST_CRASHED', details: { image: '/killer.jpg' } },
    });
    expect(asked).toEqual([images, ['/a.jpg', '/killer.jpg'], ['/c.jpg', '/d.jpg']]);
  });

  it('sends the next suspect only when the one before is answered', async () => {
    const inHand = new Set<number>();
    let most = 0;
    const script = new ScriptedProcess((request, host, life) => {
      if (request.type !== 'answer') return host.resolve(request);
      if (life === 0) return request.request.image === '/c.jpg' ? host.die() : undefined;
      inHand.add(request.id);
      most = Math.max(most, inHand.size);
      setImmediate(() => {
        inHand.delete(request.id);
        host.resolve(request);
      });
    });
    await using host = ModelHost.start({ startProcess: script.start });
    await host.load('/models/demo');
    await Promise.all(['/a.jpg', '/b.jpg', '/c.jpg'].map((image) => host.answer(question({ image }))));
    expect(most).toBe(1);
    await Promise.all(['/a.jpg', '/b.jpg', '/c.jpg'].map((image) => host.answer(question({ image }))));
    expect(most).toBe(3);
  });

  it('while it loads fails the load after a second try', async () => {
    const script = new ScriptedProcess((_, host) => host.die());
    await using host = ModelHost.start({ startProcess: script.start });
    await expect(host.load('/models/huge')).rejects.toMatchObject({ code: 'MODEL_HOST_CRASHED' });
    expect(script.lives).toHaveLength(2);
  });

  it('with nothing to do is started again only when there is something to do', async () => {
    const script = new ScriptedProcess((request, host) => host.resolve(request));
    await using host = ModelHost.start({ startProcess: script.start });
    await host.load('/models/demo');
    script.die();
    expect(script.lives).toHaveLength(1);
    await expect(host.answer(question())).resolves.toEqual(answer);
    expect(script.lives[1]?.map(({ type }) => type)).toEqual(['load', 'answer']);
  });
});

describe('a device that fails', () => {
  const notices: DeviceNotice[] = [
    { code: 'failed', params: { device: 'webgpu' } },
    { code: 'usedInstead', params: { device: 'cpu' } },
  ];
  const onCpu = { ...loaded, notices };

  /** Loads on WebGPU unless that is passed over. */
  function load(request: HostRequest, host: ScriptedProcess): boolean {
    if (request.type !== 'load') return false;
    const isGone = request.passedOver.some(({ device }) => device === 'webgpu');
    host.say({ type: 'trying', id: request.id, device: isGone ? 'cpu' : 'webgpu' });
    host.say({ type: 'result', id: request.id, value: isGone ? onCpu : { ...loaded, device: 'webgpu' } });
    return true;
  }

  const passedOver = (script: ScriptedProcess) =>
    script.lives.map(([first]) => (first?.type === 'load' ? first.passedOver : undefined));

  const failure = (code: string) => serializeError(new VignetteError(code, 'no'));

  it.each([
    ['DEVICE_LOST', 'lost'],
    ['DEVICE_OUT_OF_MEMORY', 'out-of-memory'],
    ['DEVICE_FAILED', 'failed'],
    ['MODEL_NOT_FINITE', 'not-finite'],
  ])('with %s is left, and what was asked is asked again on the CPU', async (code, fault) => {
    const script = new ScriptedProcess((request, host, life) => {
      if (load(request, host)) return;
      host.say({ type: 'text', id: request.id, delta: 'a b' });
      if (life === 0) return host.say({ type: 'error', id: request.id, error: failure(code) });
      host.say({ type: 'text', id: request.id, delta: 'oat' });
      host.resolve(request);
    });
    const told: (readonly DeviceNotice[])[] = [];
    const restarts: string[] = [];
    await using host = ModelHost.start({
      startProcess: script.start,
      onNotice: (one) => told.push(one),
      onRestart: (reason) => restarts.push(reason),
    });
    expect((await host.load('/models/demo')).device).toBe('webgpu');
    let text = '';
    const both = [host.answer(question(), { onText: (delta) => (text += delta) }), host.answer(question())];
    expect(await Promise.all(both)).toEqual([answer, answer]);
    expect(text).toBe('a boat');
    expect(passedOver(script)).toEqual([[], [{ device: 'webgpu', fault }]]);
    expect(told).toEqual([notices]);
    expect(restarts).toEqual([]);
  });

  it('by ending the process costs the question none of its tries', async () => {
    const script = new ScriptedProcess((request, host, life) => {
      if (load(request, host)) return;
      if (life < 2) return host.die();
      host.resolve(request);
    });
    await using host = ModelHost.start({ startProcess: script.start });
    await host.load('/models/demo');
    await expect(host.answer(question())).resolves.toEqual(answer);
    const crashed = [{ device: 'webgpu', fault: 'crashed' }];
    expect(passedOver(script)).toEqual([[], crashed, crashed]);
  });

  it('while the model is loaded on it is passed over, and the load goes on', async () => {
    const script = new ScriptedProcess((request, host) => {
      if (request.type !== 'load') return;
      const next = (['cuda', 'webgpu'] as const)[request.passedOver.length];
      host.say({ type: 'trying', id: request.id, device: next ?? 'cpu' });
      if (next === undefined) host.say({ type: 'result', id: request.id, value: onCpu });
      else host.die();
    });
    await using host = ModelHost.start({ startProcess: script.start });
    expect(await host.load('/models/demo', { device: 'auto' })).toEqual(onCpu);
    expect(script.lives).toHaveLength(3);
  });

  it('has another chance when the model is loaded anew', async () => {
    const script = new ScriptedProcess((request, host, life) => {
      if (load(request, host)) return;
      if (life === 0) return host.die();
      host.resolve(request);
    });
    await using host = ModelHost.start({ startProcess: script.start });
    await host.load('/models/demo');
    await host.answer(question());
    expect((await host.load('/models/demo')).device).toBe('webgpu');
  });

  it('on the CPU is no device that could be left: the error is told', async () => {
    const script = new ScriptedProcess((request, host) => {
      if (request.type === 'load') host.resolve(request);
      else host.say({ type: 'error', id: request.id, error: failure('MODEL_NOT_FINITE') });
    });
    await using host = ModelHost.start({ startProcess: script.start });
    await host.load('/models/demo');
    await expect(host.answer(question())).rejects.toMatchObject({ code: 'MODEL_NOT_FINITE' });
    expect(script.lives).toHaveLength(1);
  });

  it('says no more once it was left, whatever it had begun with', async () => {
    let finish = () => {};
    const script = new ScriptedProcess((request, host, life) => {
      if (load(request, host)) return;
      if (life === 0) return host.say({ type: 'error', id: request.id, error: failure('DEVICE_LOST') });
      finish = () => host.resolve(request);
    });
    const listeners: HostListeners[] = [];
    const startProcess = (of: HostListeners): HostConnection => {
      listeners.push(of);
      return script.start(of);
    };
    await using host = ModelHost.start({ startProcess });
    await host.load('/models/demo');
    const asked = host.answer(question());
    await eventually(() => expect(script.lives[1]).toHaveLength(2));
    const id = script.lives[0]?.at(-1)?.id;
    listeners[0]?.onMessage({ type: 'result', id, value: { ...answer, text: 'noise' } });
    finish();
    expect((await asked).text).toBe('a boat');
  });
});

describe('an aborted question', () => {
  it('rejects at once, is cancelled in the process, and what comes late is ignored', async () => {
    const script = new ScriptedProcess((request, host) => {
      if (request.type === 'load') host.resolve(request);
    });
    await using host = ModelHost.start({ startProcess: script.start });
    await host.load('/models/demo');
    const control = new AbortController();
    const texts: string[] = [];
    const stopped = host.answer(question(), { signal: control.signal, onText: (delta) => texts.push(delta) });
    control.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    const [, asked, cancelled] = script.lives[0] ?? [];
    expect(cancelled).toEqual({ type: 'cancel', id: asked?.id });
    script.say({ type: 'text', id: asked?.id, delta: 'late' });
    script.say({ type: 'result', id: asked?.id, value: answer });
    expect(texts).toEqual([]);
  });

  it('that was aborted before is not even sent', async () => {
    const script = new ScriptedProcess((request, host) => host.resolve(request));
    await using host = ModelHost.start({ startProcess: script.start });
    await expect(host.answer(question(), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(script.lives[0]).toEqual([]);
  });
});

describe('a process that goes on with what it was told to stop', () => {
  const isKiller = (request: HostRequest) => request.type === 'answer' && request.request.image === '/endless.jpg';
  /** Answers everything but questions about endless.jpg, behind which all others wait. */
  function busyProcess(): ScriptedProcess {
    const stuck = new Set<number>();
    return new ScriptedProcess((request, process, life) => {
      if (isKiller(request)) stuck.add(life);
      if (!stuck.has(life) && request.type !== 'cancel') process.resolve(request);
    });
  }

  it('is ended after a while, and another loads the model and answers the others', async () => {
    const script = busyProcess();
    const restarts: string[] = [];
    await using host = ModelHost.start({
      startProcess: script.start,
      onRestart: (reason) => restarts.push(reason),
      cancelDeadlineMs: 1,
    });
    await host.load('/models/demo');
    const control = new AbortController();
    const endless = host.answer(question({ image: '/endless.jpg' }), { signal: control.signal });
    const others = [host.answer(question()), host.answer(question())];
    control.abort(new Error('enough'));
    await expect(endless).rejects.toThrow('enough');
    expect(await Promise.all(others)).toEqual([answer, answer]);
    expect(script.lives.map((requests) => requests.map(({ type }) => type))).toEqual([
      ['load', 'answer', 'answer', 'answer', 'cancel'],
      ['load', 'answer', 'answer'],
    ]);
    expect(restarts).toEqual([]);
  });

  it('any number of times costs none of the others its second try', async () => {
    const script = busyProcess();
    await using host = ModelHost.start({ startProcess: script.start, cancelDeadlineMs: 1 });
    await host.load('/models/demo');
    const stop = new AbortController();
    const endless = [1, 2, 3, 4].map(() => host.answer(question({ image: '/endless.jpg' }), { signal: stop.signal }));
    const innocent = host.answer(question());
    stop.abort(new Error('enough'));
    for (const one of endless) await expect(one).rejects.toThrow('enough');
    await expect(innocent).resolves.toEqual(answer);
  });

  it('is left alone while it works on something else: what was stopped has not begun', async () => {
    let finish = () => {};
    const script = new ScriptedProcess((request, process) => {
      if (request.type === 'load') process.resolve(request);
      if (request.type === 'answer' && request.request.image === '/slow.jpg') finish = () => process.resolve(request);
    });
    await using host = ModelHost.start({ startProcess: script.start, cancelDeadlineMs: 1 });
    await host.load('/models/demo');
    const slow = host.answer(question({ image: '/slow.jpg' }));
    const control = new AbortController();
    const waiting = host.answer(question(), { signal: control.signal });
    control.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await new Promise((resolve) => setTimeout(resolve, 20));
    finish();
    await expect(slow).resolves.toEqual(answer);
    expect(script.lives).toHaveLength(1);
  });

  it('and stops in time is kept', async () => {
    const script = new ScriptedProcess((request, process) => {
      if (request.type === 'cancel') process.say({ type: 'error', id: request.id, error: aborted });
      else if (!isKiller(request)) process.resolve(request);
    });
    const aborted = serializeError(new DOMException('aborted', 'AbortError'));
    await using host = ModelHost.start({ startProcess: script.start, cancelDeadlineMs: 1 });
    await host.load('/models/demo');
    const control = new AbortController();
    const stopped = host.answer(question({ image: '/endless.jpg' }), { signal: control.signal });
    control.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(host.answer(question())).resolves.toEqual(answer);
    expect(script.lives).toHaveLength(1);
  });
});

it('a model host rejects what is pending when it is closed, and everything after', async () => {
  const script = new ScriptedProcess(() => {});
  const host = ModelHost.start({ startProcess: script.start });
  const pending = host.answer(question());
  const rejected = expect(pending).rejects.toMatchObject({ code: 'MODEL_HOST_CLOSED' });
  await host[Symbol.asyncDispose]();
  await rejected;
  await expect(host.answer(question())).rejects.toMatchObject({ code: 'MODEL_HOST_CLOSED' });
  expect(script.lives).toHaveLength(1);
});

describe('the real process', () => {
  const entry = new URL('../../../native-models/runtime/hostProcess.ts', import.meta.url);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let model: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
    await importCheckpoint({
      source: path.join(resources, 'demo-model/checkpoint'),
      modelsFolder: folder.path,
      id: 'demo',
    });
    model = path.join(folder.path, 'demo');
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it('loads a model, answers, and streams text whose pieces add up to the answer', async () => {
    await using host = ModelHost.start();
    expect(await host.load(model)).toMatchObject({
      id: 'demo',
      architecture: 'instructblip-t5',
      precision: 'fp32',
      device: 'cpu',
    });
    const deltas: string[] = [];
    const { text, width, height } = await host.answer(question(), { onText: (delta) => deltas.push(delta) });
    expect(text).toBe(caption);
    expect(deltas.length).toBeGreaterThan(5);
    expect(deltas.join('')).toBe(caption);
    expect([width, height]).toEqual([1080, 1080]);
  });

  it('passes errors on with their codes, and goes on', async () => {
    await using host = ModelHost.start();
    await expect(host.load('/no/such/model')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(host.answer(question())).rejects.toMatchObject({ code: 'MODEL_NOT_LOADED' });
    await host.load(model);
    await expect(host.answer(question({ image: '/no/such/photo.jpg' }))).rejects.toMatchObject({
      name: 'ImageError',
      code: 'IMAGE_NOT_FOUND',
    });
    expect((await host.answer(question())).text).toBe(caption);
  });

  it('answers questions side by side as it answers each alone; a picture that cannot be read fails alone', async () => {
    await using host = ModelHost.start();
    await host.load(model);
    const folder = path.join(resources, 'demo-photos/Coast');
    const images = (await readdir(folder)).slice(0, 6).map((name) => path.join(folder, name));
    const alone: string[] = [];
    for (const image of images) alone.push((await host.answer(question({ image }))).text);
    const pending = [...images, '/no/such/photo.jpg', photo].map((image) => host.answer(question({ image })));
    const read = host.answer(question(), { onText: () => {} });
    const answers = await Promise.allSettled(pending);
    expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.text : answer.reason.code))).toEqual([
      ...alone,
      'IMAGE_NOT_FOUND',
      caption,
    ]);
    expect((await read).text).toBe(caption);
  });

  it('looks once at a picture about which several questions are asked at once', async () => {
    await using host = ModelHost.start();
    await host.load(model);
    const prompts = ['a photo of', 'a picture of', 'what is this?'];
    const answers = await Promise.all(prompts.map((prompt) => host.answer(question({ prompt }))));
    expect(answers.map(({ ms }) => ms.visionMs > 0)).toEqual([true, false, false]);
  });

  it('verifies a model in place of the one that it held, and names the file that is damaged', async () => {
    await using host = ModelHost.start();
    await host.load(model);
    expect((await host.verify(model)).files).toBeGreaterThan(3);
    await expect(host.answer(question())).rejects.toMatchObject({ code: 'MODEL_NOT_LOADED' });
    await using copy = await temporaryFolder();
    await cp(model, copy.path, { recursive: true });
    await appendFile(path.join(copy.path, 'tokenizer.json'), ' ');
    await expect(host.verify(copy.path)).rejects.toMatchObject({
      code: 'MODEL_DAMAGED',
      details: { name: 'tokenizer.json' },
    });
    // who has just done that need not wait for it again
    expect(await host.verify(copy.path, { onlyDevice: true })).toMatchObject({ device: 'cpu' });
  });

  it('stops a long answer between tokens, and does not delay the next one', async () => {
    await using host = ModelHost.start();
    await host.load(model);
    const control = new AbortController();
    // the end token is forbidden for 4000 tokens: minutes, were it not stopped
    const settings = generationSettingsSchema.parse({ minNewTokens: 4000, maxNewTokens: 4096 });
    const endless = host.answer(question({ settings }), { signal: control.signal, onText: () => control.abort() });
    await expect(endless).rejects.toMatchObject({ name: 'AbortError' });
    expect((await host.answer(question())).text).toBe(caption);
  });

  it('killed in mid-answer still gives the whole answer', async () => {
    let kill = () => {};
    let starts = 0;
    const startProcess = (listeners: HostListeners) => {
      starts += 1;
      const connection = forkHostProcess(entry)(listeners);
      kill = connection.kill;
      return connection;
    };
    await using host = ModelHost.start({ startProcess });
    await host.load(model);
    let streamed = '';
    const { text } = await host.answer(question(), {
      onText(delta) {
        if (streamed === '') kill();
        streamed += delta;
      },
    });
    expect(starts).toBe(2);
    expect(text).toBe(caption);
    expect(streamed).toBe(caption);
  });
});
