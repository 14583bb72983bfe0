/** @file The search for layers that have to be stored wider: a model that says how much each of them harms. */
import { describe, expect, it } from 'vitest';
import { widenLayers } from '../../../native-models/compiler/measureQuality.ts';
import type { WideLayers } from '../../../native-models/compiler/quality.ts';

const layersOf = (graph: string, count: number): WideLayers => {
  return { graph, layers: Array.from({ length: count }, (_, i) => `${graph}.${i}`) };
};
const graphs = [layersOf('vision', 12), layersOf('decoder', 8)];

/** @param harm flips of 100 that each layer adds while it is not wide, @param most that are borne */
async function search(harm: Readonly<Record<string, number>>, most = 4) {
  const trials: string[][] = [];
  const widened = await widenLayers({
    graphs,
    isEnough: ({ predictions, equal }) => predictions - equal <= most,
    async measure(wide) {
      const layers = wide.flatMap((graph) => graph.layers);
      trials.push(layers);
      const flips = Object.entries(harm).reduce((sum, [layer, of]) => sum + (layers.includes(layer) ? 0 : of), 0);
      const equal = 100 - flips;
      const counts = { pictures: 8, predictions: 100, equal, confident: 100, confidentEqual: equal };
      return { ...counts, maxLogitDifference: flips, meanKlDivergence: flips };
    },
  });
  return { widened, trials };
}

describe('widening layers', () => {
  it('leaves those as they are that do no harm, and says what remains', async () => {
    const { widened, trials } = await search({ 'decoder.5': 20, 'vision.3': 2 });
    expect(widened.wideLayers).toEqual([{ graph: 'decoder', layers: ['decoder.4', 'decoder.5'] }]);
    expect(widened.agreement.equal).toBe(98);
    expect(trials.length).toBeLessThanOrEqual(1 + 2 * 5);
  });

  it('narrows no more than the sum of the harm allows', async () => {
    const { widened } = await search({ 'vision.0': 3, 'decoder.0': 3 });
    expect(widened.wideLayers).toEqual([{ graph: 'decoder', layers: ['decoder.0', 'decoder.1'] }]);
  });

  it('finds layers of several graphs', async () => {
    const { widened } = await search({ 'vision.11': 9, 'decoder.0': 9 });
    expect(widened.wideLayers).toEqual([
      { graph: 'vision', layers: ['vision.9', 'vision.10', 'vision.11'] },
      { graph: 'decoder', layers: ['decoder.0', 'decoder.1'] },
    ]);
  });

  it('leaves everything wide where even that is not enough', async () => {
    const { widened, trials } = await search({ elsewhere: 50 });
    expect(widened.wideLayers).toEqual(graphs);
    expect(trials).toHaveLength(1);
  });
});
