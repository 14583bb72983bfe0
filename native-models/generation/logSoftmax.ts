/** @file Logits to log-probabilities, rounded where the reference rounds. */

/**
 * x − max − log Σ exp(x − max), in place. The two subtractions are rounded to float32 one after the other, as PyTorch
 * does (pytorch/pytorch#11752); the sum is exact enough in double that its own order does not show.
 */
export function logSoftmaxInPlace(row: Float32Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of row) {
    if (value > largest) largest = value;
  }
  let sum = 0;
  for (const value of row) sum += Math.exp(value - largest);
  const logSum = Math.fround(Math.log(sum));
  for (let i = 0; i < row.length; i += 1) {
    row[i] = Math.fround((row[i] ?? Number.NaN) - largest) - logSum;
  }
}
