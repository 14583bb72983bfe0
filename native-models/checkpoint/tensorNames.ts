/** @file What the names of tensors tell: what a wrapper put before them, and weights that are no plain ones. Compiler only. */
import { CheckpointError } from './checkpointError.ts';

/**
 * What wrappers of training put between the parts of a name: torch.compile, DistributedDataParallel, FSDP and activation
 * checkpointing. They change no weight, and no architecture has parts of these names.
 */
const wrapperParts = new Set(['_orig_mod', 'module', '_fsdp_wrapped_module', '_checkpoint_wrapped_module']);

/** The name without what wrappers added. */
export function unwrappedName(tensor: string): string {
  return tensor
    .split('.')
    .filter((part) => !wrapperParts.has(part))
    .join('.');
}

/** The layer that a tensor belongs to, as a prefix of its name; undefined for what is in no stack of layers. */
export function layerOf(tensor: string): string | undefined {
  return /^.*?\.\d+(?=\.)/.exec(tensor)?.[0];
}

/** Buffers that older files carry and newer ones do without: they are computed, or training alone read them. */
const bufferParts = new Set(['position_ids', 'token_type_ids', 'inv_freq', 'logit_scale', 'version']);

/** Whether a tensor that no graph takes may be passed over, whatever the architecture. */
export function isKnownBuffer(tensor: string): boolean {
  return bufferParts.has(tensor.slice(tensor.lastIndexOf('.') + 1));
}

/** Kinds of weights that are no plain numbers of this model, by the names that only they have. */
const otherKinds: readonly (readonly [RegExp, string])[] = [
  [
    /(^|\.)(lora_(A|B|E|embedding_A|embedding_B|magnitude_vector)|base_layer|ia3_l|modules_to_save|original_module)(\.|$)|^base_model\.model\./,
    'The weights are wrapped in an adapter (PEFT, LoRA). Merge it in Python with merge_and_unload() and save the result',
  ],
  [
    /\.(SCB|CB|weight_format|absmax|quant_map|nested_absmax|nested_quant_map|quant_state(\.|$).*)$|\.quant_state\./,
    'The weights are quantized with bitsandbytes. Import the original model, or dequantize() this one in Python and save it',
  ],
  [
    /\.(qweight|qzeros|g_idx|weight_scale|weight_scale_inv|weight_packed)$/,
    'The weights are quantized (GPTQ, AWQ, FP8 or the like). Import the original model',
  ],
];

/** @throws CheckpointError CHECKPOINT_UNSUPPORTED, saying what the weights are */
export function refuseOtherKinds(tensors: Iterable<string>): void {
  for (const tensor of tensors) {
    const kind = otherKinds.find(([pattern]) => pattern.test(tensor));
    if (kind === undefined) continue;
    throw new CheckpointError('CHECKPOINT_UNSUPPORTED', `${kind[1]} (tensor ${tensor}).`, { tensor });
  }
}
