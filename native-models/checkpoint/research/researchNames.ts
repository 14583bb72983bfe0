/**
 * @file The names that the models' own research code (salesforce/BLIP, salesforce/LAVIS) gives the weights, as those of
 * published checkpoints. Compiler only.
 * Source: convert_blip_original_pytorch_to_hf.py, convert_blip_2_original_to_pytorch.py and
 * convert_instructblip_original_to_pytorch.py in Hugging Face transformers.
 */

/** Whether a file is called like those that training scripts save. */
export function isTrainingFileName(name: string): boolean {
  return /\.(?:pth|pt|ckpt)$/i.test(name);
}

/** `model_type` of config.json. */
export type ResearchFamily = 'blip' | 'blip-2' | 'instructblip';

type Rename = readonly [RegExp, string];

/** Both generations of the vision tower. */
const vision: readonly Rename[] = [
  [/^visual_encoder\.cls_token$/, 'vision_model.embeddings.class_embedding'],
  [/^visual_encoder\.pos_embed$/, 'vision_model.embeddings.position_embedding'],
  [/^visual_encoder\.patch_embed\.proj\./, 'vision_model.embeddings.patch_embedding.'],
  [/^visual_encoder\.blocks\.(\d+)\.norm([12])\./, 'vision_model.encoder.layers.$1.layer_norm$2.'],
  [/^visual_encoder\.blocks\.(\d+)\.attn\.proj\./, 'vision_model.encoder.layers.$1.self_attn.projection.'],
  [/^visual_encoder\.blocks\.(\d+)\.attn\./, 'vision_model.encoder.layers.$1.self_attn.'],
  [/^visual_encoder\.blocks\.(\d+)\.mlp\./, 'vision_model.encoder.layers.$1.mlp.'],
];

const qformer: readonly Rename[] = [
  [/^Qformer\.bert\.(.*attention)\.self\./, 'qformer.$1.attention.'],
  [/^Qformer\.bert\./, 'qformer.'],
  [/^ln_vision\./, 'vision_model.post_layernorm.'],
  [/^(?:opt|t5|llm)_proj\./, 'language_projection.'],
  [/^(?:opt|t5|llm)_model\./, 'language_model.'],
];

const families: Readonly<Record<ResearchFamily, readonly Rename[]>> = {
  blip: [...vision, [/^visual_encoder\.norm\./, 'vision_model.post_layernorm.']],
  'blip-2': [
    ...vision,
    [/^Qformer\.bert\.embeddings\.LayerNorm\./, 'qformer.layernorm.'],
    [/^Qformer\.bert\.embeddings\.(word|position)_embeddings\./, 'embeddings.$1_embeddings.'],
    ...qformer,
    [/^(vision|text)_proj\./, '$1_projection.'],
  ],
  instructblip: [...vision, [/^Qformer\.bert\.embeddings\.LayerNorm\./, 'qformer.embeddings.layernorm.'], ...qformer],
};

/**
 * What training alone needs: copies with momentum, queues of earlier samples, the temperature, the Q-Former's own language
 * head.
 */
const trainingOnly = /^(?:\w+_m\.|Qformer\.cls\.|(?:image|text|idx)_queue$|(?:queue_ptr|ptr_queue|temp)$)/;

/** The published name; undefined for what no model has in use. */
export function publishedName(name: string, family: ResearchFamily): string | undefined {
  if (trainingOnly.test(name)) return undefined;
  const found = families[family].find(([pattern]) => pattern.test(name));
  return found === undefined ? name : name.replace(found[0], found[1]);
}

/** BLIP is pre-trained with all its heads at once: those that a model of one of these kinds does without. */
const otherHeads: Readonly<Record<string, RegExp>> = {
  'blip-caption': /^(?:text_encoder|itm_head|vision_proj|text_proj)\./,
  'blip-vqa': /^(?:itm_head|vision_proj|text_proj)\./,
  'blip-itm': /^text_decoder\./,
};

/** Whether the published name is one of a head that the architecture does not have. */
export function isOtherHead(name: string, architecture: string): boolean {
  return otherHeads[architecture]?.test(name) === true;
}
