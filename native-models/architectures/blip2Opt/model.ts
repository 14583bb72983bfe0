/** @file BLIP-2 with OPT, loaded: runs the three graphs that graphs.ts names. Model host. */
import type { ModelManifest } from '../../compiler/manifest.ts';
import type { SessionSettings } from '../../runtime/graphSession.ts';
import { storedConfig } from '../../runtime/modelParts.ts';
import { openSessions } from '../../runtime/openSessions.ts';
import { loadTokenizer } from '../../tokenizers/tokenizer.ts';
import { causalLanguage } from '../qformer/causalLanguage.ts';
import { QFormerGenerator } from '../qformer/model.ts';
import { plainQFormer } from '../qformer/qformerRunner.ts';
import { blip2OptConfigSchema } from './config.ts';

export async function openBlip2Opt(
  folder: string,
  manifest: ModelManifest,
  settings: SessionSettings,
): Promise<QFormerGenerator> {
  const config = storedConfig(blip2OptConfigSchema, manifest, folder);
  const tokenizer = await loadTokenizer(folder);
  const sessions = await openSessions(folder, ['vision_encoder', 'qformer', 'decoder'], settings);
  const [visionEncoder, qformer, decoder] = sessions;
  const { text } = config;
  const cache = { ...text, keyValueHeads: text.heads, headSize: text.hiddenSize / text.heads };
  const language = causalLanguage(decoder, tokenizer, { ...config, text: cache });
  return new QFormerGenerator(
    { visionEncoder, qformerRunner: plainQFormer(qformer), language, tokenizer, sessions },
    config,
  );
}
