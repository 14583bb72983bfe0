/** @file What BLIP's models share while they are compiled: the names of the text towers' weights, the picture's features, and the text decoder. Compiler only. */
import { type BertNames, bertCrossKeyValues } from '../../layers/bertBlock.ts';
import { type BertDecoderNames, bertDecoderStep } from '../../layers/bertDecoder.ts';
import type { LayerContext } from '../../layers/linear.ts';
import { maskBias } from '../../layers/masks.ts';
import type { KeyValue } from '../../onnx/attention.ts';
import { gather } from '../../onnx/operators.ts';
import type { Value } from '../../onnx/value.ts';
import type { GraphDefinition } from '../architecture.ts';
import type { BlipConfig } from './blipConfig.ts';

export const textEncoderNames: BertNames = bertNames('text_encoder');

export const textDecoderNames: BertDecoderNames = {
  ...bertNames('text_decoder.bert'),
  headTransform: 'text_decoder.cls.predictions.transform.dense',
  headNorm: 'text_decoder.cls.predictions.transform.LayerNorm',
  outputLayer: 'text_decoder.cls.predictions.decoder',
  headBias: 'text_decoder.cls.predictions.bias',
};

/** The encoder and the decoder are the same BERT under two names. */
function bertNames(tower: string): BertNames {
  return {
    wordEmbeddings: `${tower}.embeddings.word_embeddings.weight`,
    positionEmbeddings: `${tower}.embeddings.position_embeddings.weight`,
    embeddingsNorm: `${tower}.embeddings.LayerNorm`,
    layer: (i) => ({
      selfAttention: {
        query: `${tower}.encoder.layer.${i}.attention.self.query`,
        key: `${tower}.encoder.layer.${i}.attention.self.key`,
        value: `${tower}.encoder.layer.${i}.attention.self.value`,
        output: `${tower}.encoder.layer.${i}.attention.output.dense`,
        norm: `${tower}.encoder.layer.${i}.attention.output.LayerNorm`,
      },
      crossAttention: {
        query: `${tower}.encoder.layer.${i}.crossattention.self.query`,
        key: `${tower}.encoder.layer.${i}.crossattention.self.key`,
        value: `${tower}.encoder.layer.${i}.crossattention.self.value`,
        output: `${tower}.encoder.layer.${i}.crossattention.output.dense`,
        norm: `${tower}.encoder.layer.${i}.crossattention.output.LayerNorm`,
      },
      feedForward: {
        up: `${tower}.encoder.layer.${i}.intermediate.dense`,
        down: `${tower}.encoder.layer.${i}.output.dense`,
        norm: `${tower}.encoder.layer.${i}.output.LayerNorm`,
      },
    }),
  };
}

/** The output layer has its bias under its own name too, and then takes it from there. */
export function mayIgnoreInBlip(tensor: string): boolean {
  return tensor === textDecoderNames.headBias;
}

/** What the decoder's cross-attention takes from its source [B, L, D']: outputs `cross_key.i`, `cross_value.i`, [B, N, L, H] */
export function crossOutputs(context: LayerContext, source: Value<'float'>, { text }: BlipConfig): void {
  bertCrossKeyValues(context, source, textDecoderNames, text).forEach(({ key, value }, i) => {
    context.graph.output(`cross_key.${i}`, key);
    context.graph.output(`cross_value.${i}`, value);
  });
}

/**
 * One graph for the prompt and for every token after it.
 * @param source whether the decoder's source (a question) is padded, which adds the input `source_mask` and limits every
 * step to one new token, or is a picture
 */
export function textDecoder(source: 'picture' | 'question'): GraphDefinition<BlipConfig> {
  return {
    name: 'decoder',
    part: 'decoder',
    build(context, { text }) {
      const { graph } = context;
      const created = source === 'question' ? 1 : 'created';
      const ids = graph.input('input_ids', 'int64', ['rows', created]);
      const positions = graph.input('position_ids', 'int64', ['rows', created]);
      const bias = graph.input('attention_bias', 'float', ['rows', 1, created, 'total']);
      const parents = graph.input('parents', 'int64', ['rows']);
      const sourceMask = source === 'question' ? graph.input('source_mask', 'int64', ['rows', 'source']) : undefined;
      const layers = Array.from({ length: text.layers }, (_, i) => i);
      const cache = (name: string, i: number, rows: string, length: string): KeyValue => {
        const shape = [rows, text.heads, length, text.hiddenSize / text.heads];
        return {
          key: graph.input(`${name}_key.${i}`, 'float', shape),
          value: graph.input(`${name}_value.${i}`, 'float', shape),
        };
      };
      // a row continues the row of the previous step that `parents` names: beams are reordered here, on the device
      const past = layers
        .map((i) => cache('past', i, 'past_rows', 'past'))
        .map(({ key, value }) => ({ key: gather(graph, key, parents), value: gather(graph, value, parents) }));
      const { logits, present } = bertDecoderStep(
        context,
        {
          ids,
          positions,
          bias,
          ...(sourceMask === undefined ? {} : { crossBias: maskBias(context, sourceMask) }),
          past,
          cross: layers.map((i) => cache('cross', i, 'rows', 'source')),
        },
        textDecoderNames,
        text,
      );
      graph.output('logits', logits); // [rows, V]
      present.forEach(({ key, value }, i) => {
        graph.output(`present_key.${i}`, key);
        graph.output(`present_value.${i}`, value);
      });
    },
  };
}
