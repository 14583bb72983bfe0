/** @file BLIP-2 with T5, loaded: runs the four graphs that graphs.ts names. Model host. */
import type { ModelManifest } from '../../compiler/manifest.ts';
import type { SessionSettings } from '../../runtime/graphSession.ts';
import { storedConfig } from '../../runtime/modelParts.ts';
import { openSessions } from '../../runtime/openSessions.ts';
import { loadTokenizer } from '../../tokenizers/tokenizer.ts';
import { QFormerGenerator } from '../qformer/model.ts';
import { plainQFormer } from '../qformer/qformerRunner.ts';
import { qformerT5ConfigSchema } from '../qformer/t5Config.ts';
import { t5Language } from '../qformer/t5Language.ts';

export async function openBlip2T5(
  folder: string,
  manifest: ModelManifest,
  settings: SessionSettings,
): Promise<QFormerGenerator> {
  const config = storedConfig(qformerT5ConfigSchema, manifest, folder);
  const tokenizer = await loadTokenizer(folder);
  const names = ['vision_encoder', 'qformer', 'text_encoder', 'decoder'] as const;
  const sessions = await openSessions(folder, names, settings);
  const [visionEncoder, qformer, textEncoder, decoder] = sessions;
  const language = t5Language({ textEncoder, decoder }, tokenizer, config);
  return new QFormerGenerator(
    { visionEncoder, qformerRunner: plainQFormer(qformer), language, tokenizer, sessions },
    config,
  );
}
