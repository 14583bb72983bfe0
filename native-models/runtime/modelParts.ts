/** @file What every architecture does to open its parts: its config from model.json, and its graphs. Model host. */
import type * as z from 'zod';
import type { ModelManifest, SelfTestStage } from '../compiler/manifest.ts';
import { ModelError } from '../compiler/modelError.ts';
import { GraphSession, type SessionSettings, type Tensor } from './graphSession.ts';

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

/** Opens all graphs, or none. */
export async function openSessions<const Names extends readonly string[]>(
  folder: string,
  names: Names,
  settings: SessionSettings,
): Promise<{ [K in keyof Names]: GraphSession }> {
  const sessions: GraphSession[] = [];
  try {
    for (const name of names) sessions.push(await GraphSession.open(folder, name, settings));
  } catch (error) {
    await closeSessions(sessions);
    throw error;
  }
  return sessions as { [K in keyof Names]: GraphSession };
}

export async function closeSessions(sessions: readonly GraphSession[]): Promise<void> {
  for (const session of sessions) await session[Symbol.asyncDispose]();
}
