/** @file The states of a run: what each event makes of them. */
import { describe, expect, it } from 'vitest';
import { initialRunState, nextRunState, type RunEvent, type RunState } from '../../../main/library/queue/runStates.ts';

const photo = { photoId: 1, file: '/photos/1.jpg' };
const problem = { code: 'GPU_LOST', message: 'The device is gone.' };
const started: RunEvent = { type: 'job-started', photo };
const stored: RunEvent = { type: 'job-ended', outcome: { type: 'stored' } };
const failed = (blamesPhoto: boolean): RunEvent => ({
  type: 'job-ended',
  outcome: { type: 'failed', problem, blamesPhoto },
});

function stateAfter(...events: RunEvent[]): RunState {
  return events.reduce(nextRunState, initialRunState);
}

describe('a run', () => {
  it('is working while jobs are in flight, and shows a photo as long', () => {
    expect(stateAfter(started, started, stored)).toMatchObject({ inFlight: 1, current: photo });
    expect(stateAfter(started, started, stored, stored)).toEqual(initialRunState);
  });

  it('is offline when all that is left waits for a drive, until a job is started', () => {
    const offline = stateAfter({ type: 'out-of-jobs', isOffline: true });
    expect(offline.condition.type).toBe('offline');
    expect(nextRunState(offline, started).condition.type).toBe('ready');
    expect(nextRunState(offline, { type: 'out-of-jobs', isOffline: false }).condition.type).toBe('ready');
    expect(nextRunState(offline, { type: 'unblocked' }).condition.type).toBe('ready');
  });

  it('stays blocked until somebody unblocks it', () => {
    const blocked = stateAfter(started, { type: 'blocked', problem }, started, stored, {
      type: 'out-of-jobs',
      isOffline: true,
    });
    expect(blocked.condition).toEqual({ type: 'blocked', problem });
    expect(nextRunState(blocked, { type: 'unblocked' }).condition).toEqual({ type: 'ready' });
  });

  it('is blocked by ten failures in a row that no photo is to blame for', () => {
    const nine = Array.from({ length: 9 }, () => [started, failed(false)]).flat();
    expect(stateAfter(...nine).condition.type).toBe('ready');
    const blocked = stateAfter(...nine, started, failed(true), started, failed(false));
    expect(blocked.condition).toMatchObject({ type: 'blocked', problem: { code: 'MODEL_KEEPS_FAILING' } });
    expect(stateAfter(...nine, started, stored, started, failed(false)).condition.type).toBe('ready');
    expect(nextRunState(blocked, { type: 'unblocked' }).failuresInARow).toBe(0);
  });

  it('is being filled until every caller has added its photos', () => {
    expect(
      stateAfter({ type: 'filling-started' }, { type: 'filling-started' }, { type: 'filling-ended' }).fillers,
    ).toBe(1);
  });
});
