/** @file InstructBLIP with Llama or Vicuna, loaded: runs the three graphs that graphs.ts names. Model host. */
import path from 'node:path';
import type { ModelManifest } from '../../compiler/manifest.ts';
import type { SessionSettings } from '../../runtime/graphSession.ts';
import { storedConfig } from '../../runtime/modelParts.ts';
import { openSessions } from '../../runtime/openSessions.ts';
import { loadTokenizer, type TextTokenizer } from '../../tokenizers/tokenizer.ts';
import { causalLanguage } from '../qformer/causalLanguage.ts';
import { QFormerGenerator } from '../qformer/model.ts';
import { instructedQFormer } from '../qformer/qformerRunner.ts';
import { instructBlipLlamaConfigSchema } from './config.ts';

export async function openInstructBlipLlama(
  folder: string,
  manifest: ModelManifest,
  settings: SessionSettings,
): Promise<QFormerGenerator> {
  const config = storedConfig(instructBlipLlamaConfigSchema, manifest, folder);
  const tokenizer = await loadTokenizer(folder);
  const qformerTokenizer = await loadTokenizer(path.join(folder, 'qformer_tokenizer'));
  const sessions = await openSessions(folder, ['vision_encoder', 'qformer', 'decoder'], settings);
  const [visionEncoder, qformer, decoder] = sessions;
  const qformerRunner = instructedQFormer(qformer, qformerTokenizer, config.qformer);
  const language = causalLanguage(decoder, tokenizer, config);
  const eosTokenIds = [...new Set([...config.eosTokenIds, ...endOfText(tokenizer)])];
  return new QFormerGenerator(
    { visionEncoder, qformerRunner, language, tokenizer, sessions },
    { ...config, eosTokenIds },
  );
}

/**
 * The first conversions of Llama numbered its special tokens wrongly in config.json (0 and 1 for <s> and </s>), and
 * checkpoints built on them still do. The tokenizer knows better, and nothing that follows </s> is an answer.
 */
function endOfText({ eosTokenId }: TextTokenizer): number[] {
  return eosTokenId === undefined ? [] : [eosTokenId];
}
