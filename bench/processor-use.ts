/**
 * How many of the machine's processors were busy while something ran, whoever used them: the measure of whether a run had
 * the machine for itself. (The load average remembers for minutes what was there before.)
 */

import { cpus } from 'node:os'

interface Times {
  readonly idleMs: number
  readonly allMs: number
}

export class ProcessorUse {
  private before = timesNow()

  /** Busy ones on the average since the last call, or since the beginning. */
  take(): number {
    const { before } = this
    const now = timesNow()
    this.before = now
    const allMs = now.allMs - before.allMs
    return allMs === 0 ? 0 : cpus().length * (1 - (now.idleMs - before.idleMs) / allMs)
  }
}

function timesNow(): Times {
  let idleMs = 0
  let allMs = 0
  for (const { times } of cpus()) {
    idleMs += times.idle
    allMs += times.user + times.nice + times.sys + times.idle + times.irq
  }
  return { idleMs, allMs }
}
