/** @file The known models as a person sees them here: installed or not, how each would run on this machine, which is recommended. Main process and CLI. */
import { totalmem } from 'node:os';
import type { GraphicsCard } from '../../../native-models/devices/listedDevice.ts';
import type { MachineFloor } from '../../../native-models/devices/machineFloor.ts';
import type { Precision } from '../../../native-models/quantization/precision.ts';
import { suitablePrecision } from '../../../native-models/quantization/suitablePrecision.ts';
import type { ListedModel } from './installedModels.ts';
import { isMadeFrom, type KnownModel, knownModels, preferredRepos } from './knownModels.ts';
import { type Fit, fitOf } from './modelEstimate.ts';

export interface KnownModelHere {
  readonly model: KnownModel;
  /** Of the models that were made from it. */
  readonly installedIds: readonly string[];
  /** What `auto` comes to here. */
  readonly precision: Precision;
  readonly fits: Readonly<Record<Precision, Fit>>;
  readonly isRecommended: boolean;
}

export interface Machine {
  /** Undefined where it was not measured: nothing is recommended then. */
  readonly floor: MachineFloor | undefined;
  readonly card: GraphicsCard | undefined;
  /** All of its memory. */
  readonly memoryBytes: number;
}

/** The machine's memory, or what a container leaves to its processes. */
export function machineMemoryBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** The recommended model first. */
export function knownModelsHere(machine: Machine, installed: readonly ListedModel[]): KnownModelHere[] {
  const here = knownModels.map((model) => hereOf(model, machine, installed));
  const best = machine.floor === undefined ? undefined : recommendedOf(here);
  const marked = here.map((known) => ({ ...known, isRecommended: known === best }));
  return marked.sort((a, b) => Number(b.isRecommended) - Number(a.isRecommended));
}

function hereOf(
  model: KnownModel,
  machine: Machine,
  installed: readonly ListedModel[],
): Omit<KnownModelHere, 'isRecommended'> {
  const { floor, card, memoryBytes } = machine;
  const fitIn = (precision: Precision) => fitOf(model.work, precision, floor, memoryBytes);
  return {
    model,
    installedIds: installed.flatMap(({ id, facts }) => {
      return facts !== undefined && isMadeFrom(model.repo, facts.sourceName) ? [id] : [];
    }),
    precision: suitablePrecision((precision) => model.work.sizes[precision], memoryBytes, card).precision,
    fits: { fp32: fitIn('fp32'), fp16: fitIn('fp16'), int8: fitIn('int8'), int4: fitIn('int4') },
  };
}

/** The most able that runs well; where none does, the lightest that fits. */
function recommendedOf<Known extends Pick<KnownModelHere, 'model' | 'precision' | 'fits'>>(here: readonly Known[]) {
  const preferred = preferredRepos.flatMap((repo) => here.filter(({ model }) => model.repo === repo));
  const fitHere = ({ fits, precision }: Known) => fits[precision].type;
  return (
    preferred.find((known) => fitHere(known) === 'runsWell') ??
    preferred.findLast((known) => fitHere(known) === 'slow') ??
    preferred.at(-1)
  );
}
