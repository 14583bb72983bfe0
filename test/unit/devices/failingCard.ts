/**
 * @file Loaded into a model host before anything else: a graphics card that WebGPU finds, that computes what the processor
 * does, and that fails at its n-th run as the environment says. `VIGNETTE_TEST_CARD` is a fault and a number: "lost 40".
 */
import * as ort from 'onnxruntime-node';

const [fault = '', failsAt = ''] = (process.env.VIGNETTE_TEST_CARD ?? '').split(' ');
const create = ort.InferenceSession.create.bind(ort.InferenceSession) as (
  model: string | Uint8Array,
  options: ort.InferenceSession.SessionOptions,
) => Promise<ort.InferenceSession>;
let runs = 0;

type Outputs = Awaited<ReturnType<ort.InferenceSession['run']>>;

const faults: Readonly<Record<string, (outputs: Outputs) => Outputs>> = {
  lost() {
    throw new Error('WebGPU device lost (2): the GPU process was reset');
  },
  memory() {
    throw new Error('Failed to allocate memory for requested buffer of size 4194304');
  },
  nan(outputs) {
    for (const { data } of Object.values(outputs)) if (data instanceof Float32Array) data.fill(Number.NaN);
    return outputs;
  },
  crash() {
    process.kill(process.pid, 'SIGKILL');
    throw new Error('killed');
  },
};

ort.InferenceSession.create = (async (model: string | Uint8Array, options: ort.InferenceSession.SessionOptions) => {
  const isCard = options.executionProviders?.[0] === 'webgpu';
  const session = await create(model, isCard ? { ...options, executionProviders: ['cpu'] } : options);
  if (!isCard) return session;
  const run = session.run.bind(session) as (feeds: ort.InferenceSession.FeedsType) => Promise<Outputs>;
  session.run = (async (feeds: ort.InferenceSession.FeedsType) => {
    const outputs = await run(feeds);
    runs += 1;
    // out of memory is left again by who asks for less; the others stay as they are
    return runs < Number(failsAt) ? outputs : (faults[fault]?.(outputs) ?? outputs);
  }) as ort.InferenceSession['run'];
  return session;
}) as typeof ort.InferenceSession.create;
