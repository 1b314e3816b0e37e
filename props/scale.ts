/**
 * How hard the properties try. `npm test` runs each one as often as its author found quick enough for every
 * change; `npm run props` sets PROPS_SCALE to run them that many times as often.
 */

const scale = Number(process.env.PROPS_SCALE ?? 1)
if (!(scale > 0)) throw new RangeError(`PROPS_SCALE is a positive number, not ${process.env.PROPS_SCALE}`)

/** The number of runs for a property that needs `quickCount` of them in a quick round. */
export function runs(quickCount: number): number {
  return Math.max(1, Math.round(quickCount * scale))
}
