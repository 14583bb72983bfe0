/** @file What every loaded model is, and its config from model.json. Model host. */
import type * as z from 'zod';
import type { ModelManifest, SelfTestStage } from '../compiler/manifest.ts';
import { ModelError } from '../compiler/modelError.ts';
import type { SessionSettings, Tensor } from './graphSession.ts';

/** A loaded model, whatever it is for. Calls must not overlap: a model has one set of sessions. */
export interface RunnableModel extends AsyncDisposable {
  /** Runs every stage on a fixed input. */
  selfTest(): Promise<SelfTestStage[]>;
  /** The vision encoder's, [B, P, D]. @param pixelValues normalised pictures, [B, 3, H, W] */
  visionOutput(pixelValues: Float32Array): Promise<Tensor>;
}

/** Opens a compiled model of one architecture. */
export type OpenModel<Model extends RunnableModel> = (
  folder: string,
  manifest: ModelManifest,
  settings: SessionSettings,
) => Promise<Model>;

/** The config that model.json holds. @throws ModelError MODEL_MANIFEST_INVALID */
export function storedConfig<Config>(schema: z.ZodType<Config>, { config }: ModelManifest, folder: string): Config {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const message = `model.json in ${folder} has a malformed config.`;
  throw new ModelError('MODEL_MANIFEST_INVALID', message, { folder }, parsed.error);
}
