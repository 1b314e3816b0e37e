/**
 * Turns: whose access comes next.
 *
 * A thread goes on, or is stopped although it could (a preemption, of which there are only so many), or it
 * cannot go on, and then all others that can are tried. A timed wait may end early, by its time, only so
 * often; when nobody can go on, time passes. One that spins cannot go on until something changes, or until
 * nobody else can.
 *
 * A thread may die when it is its turn. That is enough: whoever dies while it is stopped might as well have
 * died when it was stopped, because nobody learns of it but by what comes after.
 */

import type { Limits } from './model.ts'
import { type Chooser, type Decision, Kind } from './schedule.ts'
import { type LogicalThread, Status } from './threads.ts'

export class Turns {
  /** Grows whenever a thread could learn something new. */
  changeCount = 0
  private readonly threads: readonly LogicalThread[]
  private readonly limits: Limits
  private readonly chooser: Chooser
  private readonly decisions: Decision[]
  private readonly options: Decision[] = []
  private preemptions = 0
  private earlyTimeouts = 0

  /** What is chosen is added to `decisions`. */
  constructor(threads: readonly LogicalThread[], limits: Limits, chooser: Chooser, decisions: Decision[]) {
    this.threads = threads
    this.limits = limits
    this.chooser = chooser
    this.decisions = decisions
  }

  /** What comes next, `current` having made the last access; undefined when nothing can. */
  next(current: LogicalThread | undefined): Decision | undefined {
    const goesOn = current !== undefined && this.canGoOn(current)
    const canSwitch = !goesOn || this.preemptions < this.limits.preemptionsMax
    if (goesOn && !canSwitch && !current.mayDie) {
      this.decisions.push(current.goesOn)
      return current.goesOn
    }
    const { options } = this
    options.length = 0
    if (goesOn) options.push(current.goesOn)
    if (canSwitch) {
      for (const thread of this.threads) {
        if (!(goesOn && thread === current) && this.canStep(thread)) options.push(thread.goesOn)
      }
    }
    if (options.length === 0) this.addLastResorts(current)
    if (current?.mayDie === true && !current.isOver) options.push(current.dies)
    if (options.length === 0) return undefined
    const chosen = this.chooser.choose(options, false)
    this.decisions.push(chosen)
    if (chosen.kind === Kind.step) this.count(this.threads[chosen.which], goesOn && chosen !== current.goesOn)
    return chosen
  }

  /** Whether a thread that has made its last access dies before it has ended. */
  diesAtEnd(thread: LogicalThread): boolean {
    if (!thread.mayDie) return false
    const chosen = this.chooser.choose([thread.goesOn, thread.dies], false)
    this.decisions.push(chosen)
    return chosen === thread.dies
  }

  /** Who waits for whom when nothing comes next; undefined when all have ended. */
  describeDeadlock(): string | undefined {
    const stuck = this.threads.filter(thread => !thread.isOver && thread.status !== Status.unborn)
    if (stuck.length === 0) return undefined
    const waits = stuck.map(({ name, waitPlace, awaited }) => {
      return `${name} waits for ${(waitPlace ?? awaited?.endPlace)?.name}`
    })
    return `deadlock: ${waits.join(', ')}`
  }

  private count(thread: LogicalThread, isPreemption: boolean): void {
    if (isPreemption) this.preemptions++
    if (thread.status === Status.waiting && !thread.isWoken && this.canAnyGoOn()) this.earlyTimeouts++
  }

  private canStep(thread: LogicalThread): boolean {
    if (this.canGoOn(thread)) return true
    if (thread.status !== Status.waiting || !thread.waitIsTimed) return false
    if (this.earlyTimeouts >= this.limits.earlyTimeoutsMax) return false
    return !this.limits.mustBeWoken || this.canAnyGoOn()
  }

  /** Without time passing. */
  private canGoOn(thread: LogicalThread): boolean {
    if (thread.status === Status.ready) return !thread.spins(this.changeCount)
    if (thread.status === Status.joining) return thread.awaited!.isOver
    return thread.status === Status.waiting && thread.isWoken
  }

  private canAnyGoOn(): boolean {
    return this.threads.some(thread => this.canGoOn(thread))
  }

  /** When nobody can go on, time passes; and when that helps nobody, one that spins spins on. */
  private addLastResorts(current: LogicalThread | undefined): void {
    const { options, threads } = this
    if (!this.limits.mustBeWoken) {
      for (const thread of threads) {
        if (thread.status === Status.waiting && thread.waitIsTimed) options.push(thread.goesOn)
      }
    }
    if (options.length > 0) return
    const isReady = (thread: LogicalThread) => thread.status === Status.ready
    const spinning = current !== undefined && isReady(current) ? current : threads.find(isReady)
    if (spinning !== undefined) options.push(spinning.goesOn)
  }
}
