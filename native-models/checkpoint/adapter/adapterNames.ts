/** @file What the tensors of an adapter are for, by the names that PEFT gives them. Compiler only. */

/** A part of a low-rank update of a module's weights, or a tensor that takes the place of the base's. */
export type AdapterTensor =
  | { readonly role: LowRankRole; readonly module: string }
  | { readonly role: 'replacement'; readonly tensor: string };

export type LowRankRole = 'lora_A' | 'lora_B' | 'lora_embedding_A' | 'lora_embedding_B' | 'lora_magnitude_vector';

/** The adapter's own name stands behind the role where the file was not written by save_pretrained(). */
const lowRank =
  /^(.+)\.(lora_A|lora_B|lora_embedding_A|lora_embedding_B|lora_magnitude_vector)(?:\.(?!bias$)[^.]+)??(?:\.weight)?$/;

/** Undefined where the tensor is of another method, or belongs to the untouched base. */
export function adapterTensor(name: string): AdapterTensor | undefined {
  const plain = name
    // once for every model that wraps another
    .replace(/^(base_model\.model\.)+/, '')
    .replace(/\.modules_to_save(\.default)?\./, '.')
    .replace('.base_layer.', '.');
  const [, module, role] = lowRank.exec(plain) ?? [];
  if (module !== undefined && role !== undefined) return { role: role as LowRankRole, module };
  if (/(^|\.)(lora_|ia3_|hada_|lokr_|oft_|vera_|original_module\.|token_adapter\.|prompt_)/.test(plain))
    return undefined;
  return { role: 'replacement', tensor: plain };
}
