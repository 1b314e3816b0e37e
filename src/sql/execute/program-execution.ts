/**
 * What the operators of a program share: the registers, and what the execution at hand is about. A class, for an object with an accessor
 * of its own would have another shape in each program, and what all operators read, hundreds of times a statement, would be looked up by
 * name after a few programs.
 */

import type { EvaluationContext } from '../functions/registry.ts'
import { ExecutionSpill } from '../spill/spill-space.ts'
import type { DataSource } from '../storage/data-source.ts'
import type { Execution } from './operator.ts'
import { Pause } from './pause.ts'
import type { RegisterFile } from './registers.ts'

/** Set before each run; nothing is evaluated before, nor after. */
const NO_CONTEXT = undefined as unknown as EvaluationContext
const NO_DATA = undefined as unknown as DataSource

export class ProgramExecution implements Execution {
  registers: RegisterFile = []
  context = NO_CONTEXT
  readonly pause = new Pause()
  /** What is read. */
  data = NO_DATA
  /** What is changed: another state of the same when the statement must not see its own changes. */
  changed = NO_DATA
  number = 0
  /** Made when something asks whether its rows fit into memory. */
  private ownSpill: ExecutionSpill | undefined
  /** Of an earlier execution: as long as there is one, full garbage collections leave the code that asks it. */
  lastSpill: ExecutionSpill | undefined

  get spill(): ExecutionSpill | undefined {
    if (this.ownSpill !== undefined) return this.ownSpill
    const { spill } = this.context
    if (spill !== undefined) this.ownSpill = new ExecutionSpill(spill)
    return this.ownSpill
  }

  begin(context: EvaluationContext, data: DataSource, changed: DataSource): void {
    this.context = context
    this.pause.begin(context)
    this.data = data
    this.changed = changed
    this.number++
  }

  /** Temporary files are closed. What was evaluated can still be read. */
  letGo(): void {
    if (this.ownSpill !== undefined) {
      this.ownSpill.close()
      this.lastSpill = this.ownSpill
      this.ownSpill = undefined
    }
    this.context?.endGathering()
    this.pause.end()
  }

  /**
   * It may be kept for another time: what this one was about is not. Values are large at times, and the rows of live catalogs are kept
   * for their statement's context.
   */
  forget(): void {
    const { registers } = this
    // Not `fill`, which is a call into the runtime: 60 ns for six registers, this 15.
    for (let i = 0; i < registers.length; i++) registers[i] = null
    this.context = NO_CONTEXT
    this.data = NO_DATA
    this.changed = NO_DATA
  }
}
