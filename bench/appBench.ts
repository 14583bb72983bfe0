/** @file The application as people feel it: how long it takes to start, to begin an answer, and whether it stays responsive. */
import { type Bench, runParts } from './benchParts.ts';
import { busyBench } from './busyBench.ts';
import { chatBench } from './chatBench.ts';
import { startBench } from './startBench.ts';

const parts = {
  start: startBench,
  chat: chatBench,
  busy: busyBench,
};

export const appBench: Bench = (flags) => runParts(parts, flags);
