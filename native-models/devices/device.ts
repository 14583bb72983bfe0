/** @file What models can be computed on, and how a person says which. Pure; every process. */
import * as z from 'zod';

/** The best first: what a machine has of these, `auto` tries in this order. */
export const deviceSchema = z.enum(['cuda', 'directml', 'webgpu', 'cpu']);
export type Device = z.output<typeof deviceSchema>;

export const deviceChoiceSchema = z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'directml']);
export type DeviceChoice = z.output<typeof deviceChoiceSchema>;

/** As people call them. */
export const deviceNames: Readonly<Record<Device, string>> = {
  cuda: 'CUDA',
  directml: 'DirectML',
  webgpu: 'WebGPU',
  cpu: 'the CPU',
};

/** onnxruntime's name of the execution provider. */
export function providerOf(device: Device): string {
  return device === 'directml' ? 'dml' : device;
}

/** Why a device is passed over that was there a moment ago. */
export const deviceFaultSchema = z.enum(['crashed', 'lost', 'out-of-memory', 'not-finite', 'failed']);
export type DeviceFault = z.output<typeof deviceFaultSchema>;

export const passedOverSchema = z.object({ device: deviceSchema, fault: deviceFaultSchema });
export type PassedOver = z.output<typeof passedOverSchema>;
