/** @file Works off the items that its parent sends, one after the other. Started by parityRun.ts. */
import * as z from 'zod';
import { DeviceError } from '../../native-models/devices/deviceError.ts';
import { serializeError } from '../../native-models/errors.ts';
import { checkParity, type ParityResult, parityItemSchema } from './parityItem.ts';

const orderSchema = z.object({ item: parityItemSchema, modelsFolder: z.string() });

process.on('message', async (message) => {
  const { item, modelsFolder } = orderSchema.parse(message);
  process.send?.(await checkParity(item, modelsFolder).catch(problemOf));
});

function problemOf(error: unknown): ParityResult {
  const { message, details } = serializeError(error);
  const problem = error instanceof DeviceError ? `${message} ${String(details.reason)}` : message;
  return { difference: null, tolerance: 0, equalAnswers: 0, answers: 0, problem };
}
