/** @file A request to a model host process that has not been answered, as its client holds it. */
import type { HostRequest } from './protocol.ts';

/** Devices that are passed over are added when it is sent. */
type Sent<T> = T extends unknown ? Omit<T, 'id' | 'passedOver'> : never;
export type LoadRequest = Sent<Extract<HostRequest, { type: 'load' }>>;

export interface Pending {
  readonly request: Sent<Exclude<HostRequest, { type: 'cancel' | 'keepFeatures' }>>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onText: ((delta: string) => void) | undefined;
  /** Characters delivered to `onText`: a retried answer is generated anew and must not be delivered twice. */
  delivered: number;
  /** Characters that the current attempt has generated. */
  generated: number;
  /** How often the process died while it had this request in hand. */
  crashes: number;
  /** Whether this process was sent it. */
  isSent: boolean;
}

/** What a request was about, for the error's details. */
export function picturesOf(request: Pending['request']): { image?: string; images?: readonly string[] } {
  switch (request.type) {
    case 'load':
    case 'verify':
    case 'devices':
    case 'embedTexts':
      return {};
    case 'embedImages':
      return { images: request.request.images };
    default:
      return { image: request.request.image };
  }
}
