/** @file How well a quantized model agrees with float32, in words. Pure. */
import type { Quality } from '../../native-models/compiler/quality.ts';
import { counted, formatBytes } from './quantities.ts';

export function qualityText(quality: Quality): string {
  if (quality.type === 'unmeasured') {
    return `not compared with fp32, which needs ${formatBytes(quality.neededBytes)} of ${quality.lacks}`;
  }
  if (quality.type === 'notKept') return 'not compared with fp32: the checkpoint was not kept';
  const { equal, predictions, wideLayers, lacksRoom } = quality;
  const layers = wideLayers.reduce((sum, wide) => sum + wide.layers.length, 0);
  const wide = layers === 0 ? '' : `, ${counted(layers, 'layer')} kept at higher precision`;
  const room = lacksRoom ? ', no disk space to keep layers at higher precision' : '';
  return `${equal} of ${predictions} predictions match fp32${wide}${room}`;
}
