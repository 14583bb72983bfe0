/** @file The names of BLIP's text towers in published checkpoints: `text_encoder` and `text_decoder`. Compiler only. */
import type { BertNames } from '../../layers/bertBlock.ts';
import type { BertDecoderNames } from '../../layers/bertDecoder.ts';

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
