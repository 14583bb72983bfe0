/** @file What a stand-in for a model says about itself, whatever it is for. */
export const modelFacts = {
  precision: 'fp32',
  doubtfulBelow: undefined,
  sizeBytes: 1,
  sourceName: 'test',
  revision: undefined,
  compilerVersion: '3',
  sourceSha256: 'ab',
  featuresKey: 'cd',
};
