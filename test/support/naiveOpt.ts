/** @file OPT written down plainly in float64, without a cache: slow, and too simple to be wrong in the same way. */
import type { OptDims } from '../../native-models/layers/opt.ts';
import type { Tensors } from './editedCheckpoint.ts';

type Matrix = readonly (readonly number[])[];

/** The logits after `prefix` (rows of D values) and `ids`. */
export function naiveOptLogits(tensors: Tensors, dims: OptDims, prefix: Matrix, ids: readonly number[]): number[] {
  const model = 'language_model.model.decoder';
  const table = matrix(tensors, `${model}.embed_tokens.weight`);
  const embedded = ids.map((id) => row(table, id));
  const isNarrow = dims.embeddingSize !== dims.hiddenSize;
  const words = isNarrow ? embedded.map((x) => linear(tensors, `${model}.project_in`, x)) : embedded;
  const positions = matrix(tensors, `${model}.embed_positions.weight`);
  let hidden: Matrix = [...prefix, ...words].map((x, i) => sum(x, row(positions, i + 2)));
  for (let i = 0; i < dims.layers; i++) hidden = layer(tensors, `${model}.layers.${i}`, hidden, dims);
  const last = row(hidden, hidden.length - 1);
  const normed = dims.hasFinalNorm ? norm(tensors, `${model}.final_layer_norm`, last) : last;
  const out = isNarrow ? linear(tensors, `${model}.project_out`, normed) : normed;
  const head = dims.tiesEmbeddings ? table : matrix(tensors, 'language_model.lm_head.weight');
  return head.map((weights) => dot(weights, out));
}

function layer(tensors: Tensors, path: string, hidden: Matrix, dims: OptDims): Matrix {
  const wrap = (name: string, x: Matrix, inner: (x: Matrix) => Matrix): Matrix => {
    const normalize = (rows: Matrix) => rows.map((r) => norm(tensors, `${path}.${name}`, r));
    const result = inner(dims.normalizesFirst ? normalize(x) : x).map((r, i) => sum(r, row(x, i)));
    return dims.normalizesFirst ? result : normalize(result);
  };
  const attended = wrap('self_attn_layer_norm', hidden, (x) => attention(tensors, `${path}.self_attn`, x, dims.heads));
  return wrap('final_layer_norm', attended, (x) =>
    x.map((r) => {
      const up = linear(tensors, `${path}.fc1`, r).map((v) => Math.max(0, v));
      return linear(tensors, `${path}.fc2`, up);
    }),
  );
}

function attention(tensors: Tensors, path: string, x: Matrix, heads: number): Matrix {
  const project = (name: string) => x.map((r) => linear(tensors, `${path}.${name}`, r));
  const [queries, keys, values] = [project('q_proj'), project('k_proj'), project('v_proj')];
  const size = row(queries, 0).length / heads;
  return queries.map((query, s) => {
    const mixed = Array.from({ length: heads }, (_, h) => {
      const head = (r: readonly number[]) => r.slice(h * size, (h + 1) * size);
      const scores = keys.slice(0, s + 1).map((key) => dot(head(query), head(key)) / Math.sqrt(size));
      const weights = scores.map((score) => Math.exp(score - Math.max(...scores)));
      const total = weights.reduce((a, b) => a + b, 0);
      return Array.from({ length: size }, (_, d) =>
        weights.reduce((a, weight, t) => a + (weight / total) * (head(row(values, t))[d] ?? Number.NaN), 0),
      );
    });
    return linear(tensors, `${path}.out_proj`, mixed.flat());
  });
}

function norm(tensors: Tensors, path: string, x: readonly number[]): number[] {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
  const [scale, shift] = [vector(tensors, `${path}.weight`), vector(tensors, `${path}.bias`)];
  return x.map(
    (v, i) => ((v - mean) / Math.sqrt(variance + 1e-5)) * (scale[i] ?? Number.NaN) + (shift[i] ?? Number.NaN),
  );
}

function linear(tensors: Tensors, path: string, x: readonly number[]): number[] {
  const product = matrix(tensors, `${path}.weight`).map((weights) => dot(weights, x));
  return tensors.has(`${path}.bias`) ? sum(product, vector(tensors, `${path}.bias`)) : product;
}

function vector(tensors: Tensors, name: string): number[] {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`no tensor ${name}`);
  return Array.from(new Float32Array(tensor.data.buffer));
}

function matrix(tensors: Tensors, name: string): Matrix {
  const values = vector(tensors, name);
  const [rows = 0, columns = 0] = tensors.get(name)?.shape ?? [];
  return Array.from({ length: rows }, (_, i) => values.slice(i * columns, (i + 1) * columns));
}

function row(rows: Matrix, index: number): readonly number[] {
  const found = rows[index];
  if (found === undefined) throw new Error(`no row ${index}`);
  return found;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, i) => total + value * (b[i] ?? Number.NaN), 0);
}

function sum(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value + (b[i] ?? Number.NaN));
}
