/**
 * How hard the properties try, and which random cases.
 *
 * `npm test` runs each one as often as its author found quick enough for every change; `npm run props` sets PROPS_SCALE to run
 * them that many times as often.
 *
 * The cases are the same each time, so that what fails is due to the change and not to luck; those of `npm run props` are
 * others than those of `npm test`. PROPS_SEED=random goes hunting for new ones, and says which seed it took; PROPS_SEED=number
 * begins there, which is how a failure that names its seed is seen again.
 */

const QUICK_SEED = 1
const THOROUGH_SEED = 1_000_001
/** fast-check's seeds have 32 bits and a sign. */
const SEEDS = 0x7fff_ffff

const scale = Number(process.env.PROPS_SCALE ?? 1)
if (!(scale > 0)) throw new RangeError(`PROPS_SCALE is a positive number, not ${process.env.PROPS_SCALE}`)

/** Decided once, by the process that starts the others (vitest.config.ts). */
export function chooseSeed(): void {
  if (process.env.PROPS_SEED !== 'random') return
  process.env.PROPS_SEED = String(Math.floor(Math.random() * SEEDS))
  console.log(`PROPS_SEED=${process.env.PROPS_SEED}`)
}

const given = process.env.PROPS_SEED === undefined ? undefined : Number(process.env.PROPS_SEED)
if (given !== undefined && !Number.isInteger(given) && process.env.PROPS_SEED !== 'random') {
  throw new RangeError(`PROPS_SEED is an integer or random, not ${process.env.PROPS_SEED}`)
}

/** The number of runs for a property that needs `quickCount` of them in a quick round. */
export function runs(quickCount: number): number {
  return Math.max(1, Math.round(quickCount * scale))
}

/** Where the seeds of a property begin that goes through them one by one. `apart`: other ones than without it. */
export function firstSeed(apart = 0): number {
  return given ?? (scale === 1 ? QUICK_SEED : THOROUGH_SEED) + apart
}
