/** @file `npm run check:gpu`: what counts as right, what the report says, and that a process which ends does not end the check. */
import { describe, expect } from 'vitest';
import type { ListedDevice } from '../../../native-models/devices/listedDevice.ts';
import type { ParityItem, ParityResult } from '../../../scripts/gpuCheck/parityItem.ts';
import { ParityRun } from '../../../scripts/gpuCheck/parityRun.ts';
import { allUsable, passes, reportMarkdown, summaryOf } from '../../../scripts/gpuCheck/report.ts';
import { it } from '../../support/fixtures.ts';

const checked = (item: Partial<ParityItem> = {}, result: Partial<ParityResult> = {}) => ({
  item: { device: 'webgpu', fixture: 'blip-vqa', precision: 'fp32', attention: 'fused', ...item } as const,
  result: { difference: 1e-4, tolerance: 5e-3, equalAnswers: 2, answers: 2, problem: null, ...result },
});
const cpu: ListedDevice = { device: 'cpu', problem: null, isSoftware: false, freeBytes: 8e9, hasFloat16: false };
const webgpu: ListedDevice = { device: 'webgpu', problem: null, isSoftware: false, freeBytes: null, hasFloat16: true };

const noCard: ListedDevice['problem'] = { code: 'noNvidia', params: { device: 'cuda' } };

describe('a model', () => {
  it('is right within the tolerance, with every answer of float32 and not of quantised weights', () => {
    expect(passes(checked())).toBe(true);
    expect(passes(checked({}, { difference: 0.1 }))).toBe(false);
    expect(passes(checked({}, { difference: null, problem: 'The process ended (SIGSEGV).' }))).toBe(false);
    expect(passes(checked({}, { equalAnswers: 1 }))).toBe(false);
    expect(passes(checked({ precision: 'int4' }, { equalAnswers: 1 }))).toBe(true);
  });

  it('can be used on a device that computes one of its forms', () => {
    const wrong = { difference: 0.3 };
    expect(allUsable([checked({}, wrong), checked({ attention: 'composed' })])).toBe(true);
    expect(allUsable([checked({}, wrong), checked({ attention: 'composed' }, wrong)])).toBe(false);
    expect(allUsable([checked({}, wrong), checked({ attention: 'composed', precision: 'int8' })])).toBe(false);
  });
});

describe('the report', () => {
  it('says plainly that there is no graphics card', () => {
    expect(summaryOf({ devices: [webgpu, cpu], parity: [] })).toBe('To be checked: WebGPU.');
    expect(summaryOf({ devices: [cpu], parity: [] })).toMatch('This machine has no graphics card that can be used');
    const emulated = summaryOf({ devices: [{ ...webgpu, isSoftware: true }, cpu], parity: [checked()] });
    expect(emulated).toMatch('This machine has no graphics card; what follows is correctness only');
    expect(emulated).toMatch('WebGPU (emulated by the CPU)');
  });

  it('names the machine, its devices, what is wrong and how fast each is', () => {
    const times = { loadMs: 100, visionMs: 12.345, prefillMs: 3, msPerToken: 0.5, answerMs: 25 };
    const text = reportMarkdown({
      machine: {
        cpu: 'A processor',
        cores: 2,
        memoryGB: 24,
        node: '24.0.0',
        platform: 'linux x64',
        onnxruntime: '1.30.0',
        vignette: '0.1.0',
      },
      drivers: ['NVRM version: 595'],
      devices: [webgpu, { ...cpu, device: 'cuda', problem: noCard }, cpu],
      parity: [checked(), checked({ attention: 'composed' }, { difference: 0.25 })],
      speed: [
        { model: 'demo', precision: 'fp32', device: 'webgpu', notices: [], ...times },
        { model: 'demo', device: 'cpu', problem: 'It | failed.' },
      ],
    });
    expect(text).toContain('Vignette 0.1.0, onnxruntime 1.30.0, Node 24.0.0, linux x64; A processor, 2 cores, 24 GB.');
    expect(text).toContain('NVRM version: 595');
    expect(text).toContain('| cuda | There is no NVIDIA graphics card with its driver. | 8.0 GB |');
    expect(text).toContain('| webgpu | blip-vqa | fp32 | fused | 1.0e-4 | 0.005 | 2 of 2 | ok |');
    expect(text).toContain('| webgpu | blip-vqa | fp32 | composed | 2.5e-1 | 0.005 | 2 of 2 | **wrong** |');
    expect(text).toContain('| demo | fp32 | webgpu | 100 | 12.3 | 3.00 | 0.500 | 25.0 |  |');
    expect(text).toContain('It \\| failed.');
  });
});

it('a process computes a model after the other, and a problem with one is no end', async ({ folder }) => {
  using run = new ParityRun(folder.path);
  const item = { device: 'cpu', fixture: 'blip-caption', precision: 'fp32', attention: 'composed' } as const;
  const missing = await run.check({ ...item, fixture: 'no-such-model' });
  expect(missing).toMatchObject({ difference: null, problem: expect.any(String) });
  const result = await run.check(item);
  expect(result).toMatchObject({ problem: null, equalAnswers: 2, answers: 2 });
  expect(result.difference).toBeLessThan(1e-4);
});
