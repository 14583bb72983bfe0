/** @file Entry of the process that measures this machine once and ends. */
import os from 'node:os';
import { serializeError } from '../errors.ts';
import { serveParent } from '../runtime/parentProcess.ts';
import type { FloorMessage } from './machineFloor.ts';
import { measureFloor } from './measureFloor.ts';

serveParent((send) => {
  const say = (message: FloorMessage) => send(message);
  return () => {
    const before = processorTimes();
    measureFloor().then(
      (floor) => say({ type: 'measured', floor, othersShare: othersShare(before, processorTimes()) }),
      (error: unknown) => say({ type: 'failed', error: serializeError(error) }),
    );
  };
});

/** Milliseconds of all processors since the system started, and this process's part of them. */
function processorTimes() {
  const times = os.cpus().map(({ times: { user, nice, sys, irq, idle } }) => {
    const busyMs = user + nice + sys + irq;
    return { busyMs, allMs: busyMs + idle };
  });
  const { user, system } = process.cpuUsage();
  return {
    busyMs: times.reduce((sum, { busyMs }) => sum + busyMs, 0),
    allMs: times.reduce((sum, { allMs }) => sum + allMs, 0),
    ownMs: (user + system) / 1e3,
  };
}

type ProcessorTimes = ReturnType<typeof processorTimes>;

function othersShare(before: ProcessorTimes, after: ProcessorTimes): number {
  const othersMs = after.busyMs - before.busyMs - (after.ownMs - before.ownMs);
  return Math.min(1, Math.max(0, othersMs / Math.max(1, after.allMs - before.allMs)));
}
