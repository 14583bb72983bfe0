/** @file Our side: a compiled model in its host process, as the program runs it. */
import type { DeviceChoice } from '../../native-models/devices/device.ts';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import { forkHostProcess } from '../../native-models/runtime/hostConnection.ts';
import { ModelHost } from '../../native-models/runtime/modelHost.ts';
import type { Answer } from '../../native-models/runtime/protocol.ts';
import { createMemoryLimit, dropPageCache, MemoryWatch } from '../processMemory.ts';
import type { Stages } from './figures.ts';
import type { Question, Side } from './side.ts';
import type { CompiledModel } from './subject.ts';

const hostProcess = forkHostProcess(new URL('../../native-models/runtime/hostProcess.ts', import.meta.url));

/** @param limitBytes the most memory that it is allowed, page cache included */
export function ourSide(
  name: string,
  { folder, sizeBytes }: CompiledModel,
  choice: DeviceChoice,
  limitBytes?: number,
): Side {
  return {
    name,
    sizeBytes,
    async open({ prompt, batch, beams, tokens }: Question) {
      await using stack = new AsyncDisposableStack();
      const limits = stack.use(new AsyncDisposableStack()); // ends after the process in it
      let pid: number | undefined;
      const host = stack.use(
        ModelHost.start({
          startProcess(listeners) {
            const connection = hostProcess(listeners);
            pid = connection.pid;
            return connection;
          },
        }),
      );
      if (pid === undefined) throw new Error('the model host could not be started');
      const memory = stack.use(new MemoryWatch(pid));
      if (limitBytes !== undefined) {
        // pages that others have read already would count for them
        await dropPageCache();
        const limit = await createMemoryLimit(limitBytes);
        if (limit === undefined) throw new Error('memory cannot be limited here');
        limits.defer(() => limit[Symbol.asyncDispose]());
        await limit.add(pid);
      }
      const { loadMs, precision, device } = await host.load(folder, { device: choice });
      const settings = generationSettingsSchema.parse({
        numBeams: beams,
        maxNewTokens: tokens,
        minNewTokens: tokens,
      });
      const ask = async (image: string, words = prompt) =>
        stagesOf(await host.answer({ image, prompt: words, settings }), tokens);
      const opened = stack.move();
      return {
        about: { loadMs, precision, device },
        residentBytes: () => memory.peaks.residentBytes,
        async answer(photos) {
          const start = performance.now();
          const runs = await mapAtOnce(photos, atOnce(batch), (image) => ask(image));
          const wallMs = performance.now() - start;
          const { answerMs: againMs } = await ask(photos.at(-1) ?? '', `${prompt} a`);
          return { runs, againMs, photos: photos.length, wallMs };
        },
        [Symbol.asyncDispose]: () => opened.disposeAsync(),
      };
    },
  };
}

/** A batch is kept full by what waits behind it. */
function atOnce(batch: number): number {
  return batch === 1 ? 1 : 2 * batch;
}

function stagesOf({ ms }: Answer, tokens: number): Stages {
  const { visionMs, totalMs } = ms;
  const prefillMs = ms.qformerMs + ms.prefillMs;
  // whatever is done between two steps is part of a token
  const furtherMs = totalMs - ms.imageMs - visionMs - prefillMs;
  return { visionMs, prefillMs, msPerToken: furtherMs / (tokens - 1), answerMs: totalMs };
}

async function mapAtOnce<T, R>(items: readonly T[], count: number, map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const work = async () => {
    for (const [i, item] of left) results[i] = await map(item);
  };
  await Promise.all(Array.from({ length: count }, work));
  return results;
}
