/** @file Weights in the layout of the models' research code, made of published ones. */
import { dict, int, torchStateDict } from '../unit/checkpoint/torchFile.ts';
import type { StoredTensor, Tensors } from './editedCheckpoint.ts';

/** As a training script saves it. */
export const trainedFile = (tensors: Tensors): Buffer =>
  torchStateDict(tensors, (model) => dict({ model, optimizer: dict({ lr: int(1) }), epoch: int(3) }));

export const renamed = (
  tensors: Iterable<readonly [string, StoredTensor]>,
  rename: (name: string) => string,
): Tensors => new Map([...tensors].map(([name, tensor]) => [rename(name), tensor]));

function visionName(name: string): string {
  return name
    .replace('vision_model.embeddings.class_embedding', 'visual_encoder.cls_token')
    .replace('vision_model.embeddings.position_embedding', 'visual_encoder.pos_embed')
    .replace('vision_model.embeddings.patch_embedding', 'visual_encoder.patch_embed.proj')
    .replace('vision_model.encoder.layers.', 'visual_encoder.blocks.')
    .replace('.layer_norm', '.norm')
    .replace('.self_attn.projection', '.attn.proj')
    .replace('.self_attn.', '.attn.');
}

export const blipName = (name: string) =>
  visionName(name).replace('vision_model.post_layernorm', 'visual_encoder.norm');

export function lavisName(name: string): string {
  return visionName(name)
    .replace('vision_model.post_layernorm', 'ln_vision')
    .replace('attention.attention.', 'attention.self.')
    .replace(/^qformer\.(?:embeddings\.)?layernorm/, 'Qformer.bert.embeddings.LayerNorm')
    .replace(/^embeddings\./, 'Qformer.bert.embeddings.')
    .replace(/^qformer\./, 'Qformer.bert.')
    .replace(/^(vision|text)_projection/, '$1_proj');
}
