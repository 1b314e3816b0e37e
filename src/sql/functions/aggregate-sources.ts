/**
 * Aggregates whose state is a few numbers, as JavaScript source: what the code generator keeps in variables and typed arrays
 * instead of an object a group. Each says exactly what the `step` of its implementation does.
 */

import { canonicalInteger } from '../types/numeric.ts'
import type { AggregateSource } from './registry.ts'

export const COUNT_SOURCE: AggregateSource = {
  fields: { count: 0 },
  step: ({ count }) => `${count}++`,
  masked: ({ count }, _, mask) => `${count} += ${mask}`,
  state: ({ count }) => count,
}

/** Sums up to here are exact whatever an int4 adds; what is beyond is counted in units of it. */
const UNIT = 2 ** 52

function settled(sum: string, units: string): string {
  return `if (${sum} > ${UNIT}) { ${sum} -= ${UNIT}; ${units}++ } else if (${sum} < -${UNIT}) { ${sum} += ${UNIT}; ${units}-- }`
}

/** Of int2 and int4: { count, sum }. */
export const SMALL_SUM_SOURCE: AggregateSource = {
  fields: { count: 0, sum: 0, units: 0 },
  step: ({ count, sum, units }, value) => `${count}++; ${sum} += ${value}; ${settled(sum, units)}`,
  masked: ({ count, sum, units }, value, mask) =>
    `${count} += ${mask}; ${sum} += ${value} * ${mask}; ${settled(sum, units)}`,
  state: ({ count, sum, units }) => ({
    count,
    sum: units === 0 ? sum : canonicalInteger(BigInt(sum) + BigInt(units) * BigInt(UNIT)),
  }),
}

/** Of floats, by the helper that adds and finds overflows. The first value stays what it is, also -0. */
export function floatSumSource(helper: '$addFloat4' | '$addFloat8'): AggregateSource {
  return {
    fields: { count: 0, sum: -0 },
    step: ({ count, sum }, value) => `${count}++; ${sum} = ${helper}(${sum}, ${value})`,
    // -0 is what leaves every number as it is, also -0. Choosing it by a place in memory takes no jump.
    masked: ({ count, sum }, value, mask) =>
      `${count} += ${mask}; $choice[1] = ${value}; ${sum} = ${helper}(${sum}, $choice[${mask}])`,
    state: ({ count, sum }) => ({ count, sum }),
  }
}

/** The first, or whichever is better: of numbers without NaN the value itself, of floats as PostgreSQL orders them. */
export function extremeSource(isMaximum: boolean, isFloat: boolean): AggregateSource {
  const isBetter = (value: string, best: string): string => {
    if (!isFloat) return isMaximum ? `${value} > ${best}` : `${value} < ${best}`
    // NaN is the largest. Of 0 and -0, which are equal, the last.
    return isMaximum
      ? `!(${value} < ${best}) && !(${best} !== ${best} && ${value} === ${value})`
      : `!(${value} > ${best}) && !(${value} !== ${value} && ${best} === ${best})`
  }
  return {
    fields: { count: 0, best: 0 },
    step: ({ count, best }, value) =>
      `if (${count} === 0) { ${count} = 1; ${best} = ${value} } else if (${isBetter(value, best)}) ${best} = ${value}`,
    state: ({ count, best }) => (count === 0 ? null : best),
  }
}
