/** @file Which backups are worth keeping: a spread over time, and whatever holds more than all that came after it. Pure. */
import type { Holdings } from './backupFile.ts';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;

/** The newest of so many hours, days and weeks in which there was one. */
const kept: readonly (readonly [everyMs: number, count: number])[] = [
  [hourMs, 8],
  [dayMs, 7],
  [weekMs, 8],
];

export interface DatedBackup {
  readonly takenAtMs: number;
}

/**
 * The backups that can go. An emptier one never pushes out a fuller one: what people wrote is never deleted from a
 * catalog, so a backup with more of it than all later ones was followed by a loss; of all else, half may go in the
 * course of things.
 *
 * @param backups the newest first
 * @param holdingsOf is asked only about what the spread leaves out, and what that is compared with
 */
export function superfluousBackups<Backup extends DatedBackup>(
  backups: readonly Backup[],
  holdingsOf: (backup: Backup) => Holdings | undefined,
): Backup[] {
  const spread = inSpread(backups);
  if (backups.every((backup) => spread.has(backup))) return [];
  const superfluous: Backup[] = [];
  let most: Holdings = { byPeople: 0, altogether: 0 };
  for (const backup of backups) {
    const holdings = holdingsOf(backup) ?? { byPeople: 0, altogether: 0 };
    const isFuller = holdings.byPeople > most.byPeople || holdings.altogether > 2 * most.altogether;
    if (!spread.has(backup) && !isFuller) {
      superfluous.push(backup);
      continue;
    }
    most = {
      byPeople: Math.max(most.byPeople, holdings.byPeople),
      altogether: Math.max(most.altogether, holdings.altogether),
    };
  }
  return superfluous;
}

function inSpread<Backup extends DatedBackup>(backups: readonly Backup[]): ReadonlySet<Backup> {
  return new Set(
    kept.flatMap(([everyMs, count]) => {
      const newest = new Map<number, Backup>();
      for (const backup of backups) {
        const period = Math.floor(backup.takenAtMs / everyMs);
        if (!newest.has(period)) newest.set(period, backup);
      }
      return [...newest.values()].slice(0, count);
    }),
  );
}
