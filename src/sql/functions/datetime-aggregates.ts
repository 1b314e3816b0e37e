/** sum and avg of intervals. Infinities are counted apart, so that a moving window can take them away again. */

import {
  addIntervals,
  Interval,
  intervalOutOfRange,
  subtractIntervals,
  ZERO_INTERVAL,
} from '../types/interval.ts'
import { INTERVAL } from '../types/type.ts'
import { divideInterval } from './datetime-arithmetic.ts'
import type { AggregateFunction, AggregateImplementation } from './registry.ts'

interface State {
  count: number
  sum: Interval
  positive: number
  negative: number
}

function implementation(isAverage: boolean): AggregateImplementation {
  return {
    start: (): State => ({ count: 0, sum: ZERO_INTERVAL, positive: 0, negative: 0 }),
    step(state: State, value: Interval) {
      if (value.isFinite) {
        state.count += 1
        state.sum = addIntervals(state.sum, value)
      } else if (value.months > 0) state.positive += 1
      else state.negative += 1
      return state
    },
    unstep(state: State, value: Interval) {
      if (value.isFinite) {
        state.count -= 1
        state.sum = subtractIntervals(state.sum, value)
      } else if (value.months > 0) state.positive -= 1
      else state.negative -= 1
      return state
    },
    finish(state: State) {
      if (state.count + state.positive + state.negative === 0) return null
      if (state.positive > 0 && state.negative > 0) throw intervalOutOfRange()
      if (state.positive > 0) return Interval.INFINITY
      if (state.negative > 0) return Interval.NEGATIVE_INFINITY
      return isAverage ? divideInterval(state.sum, state.count) : state.sum
    },
  }
}

export const DATETIME_AGGREGATE_LIST: readonly AggregateFunction[] = [
  {
    kind: 'aggregate',
    name: 'sum',
    arguments: [INTERVAL],
    result: INTERVAL,
    implement: () => implementation(false),
  },
  {
    kind: 'aggregate',
    name: 'avg',
    arguments: [INTERVAL],
    result: INTERVAL,
    implement: () => implementation(true),
  },
]
