/** @file Whether the computer runs on its battery. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export interface PowerSource {
  onBattery(): Promise<boolean>;
}

/** For systems that Node cannot ask; the desktop application brings a source of its own. */
export const mainsPower: PowerSource = { onBattery: async () => false };

export function powerSourceOf(platform: NodeJS.Platform): PowerSource {
  return platform === 'linux' ? linuxPower('/sys/class/power_supply') : mainsPower;
}

/**
 * The kernel's own report. Batteries of mice and pens say that their scope is a device; they do not count.
 * https://docs.kernel.org/power/power_supply_class.html
 */
export function linuxPower(folder: string): PowerSource {
  return {
    async onBattery() {
      const names = await readdir(folder).catch(() => []);
      const supplies = await Promise.all(names.map((name) => supplyIn(path.join(folder, name))));
      const isFed = supplies.some(({ type, online }) => type !== 'Battery' && online === '1');
      const drains = supplies.some(
        ({ type, scope, status }) => type === 'Battery' && scope !== 'Device' && status === 'Discharging',
      );
      return drains && !isFed;
    },
  };
}

async function supplyIn(folder: string): Promise<Record<'type' | 'online' | 'scope' | 'status', string>> {
  const read = async (name: string) => (await readFile(path.join(folder, name), 'utf8').catch(() => '')).trim();
  const [type, online, scope, status] = await Promise.all([
    read('type'),
    read('online'),
    read('scope'),
    read('status'),
  ]);
  return { type, online, scope, status };
}
