/** A contender's process as the run sees it: start it, give it turns, end it. */

import { Child } from './child.ts'
import type { ContenderName } from './contender.ts'
import type { Answer, Assignment, Turn } from './turn.ts'

const WORKER = new URL('./contender-worker.ts', import.meta.url)

export class ContenderProcess {
  readonly name: ContenderName
  /** Name and version. */
  readonly label: string
  private readonly child: Child<Turn, Answer>

  private constructor(name: ContenderName, child: Child<Turn, Answer>) {
    this.name = name
    this.label = child.greeting.label!
    this.child = child
  }

  /**
   * @param profileDirectory where the process leaves a CPU profile of its whole life, if anywhere
   * @throws Error when the contender cannot take part, with the reason
   */
  static async start(
    assignment: Assignment,
    profileDirectory: string | undefined,
  ): Promise<ContenderProcess> {
    const profiling =
      profileDirectory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`]
    const child = await Child.start<Turn, Answer>(assignment.name, WORKER, assignment, profiling)
    return new ContenderProcess(assignment.name, child)
  }

  /** @throws Error with what went wrong in the process. */
  take(turn: Turn): Promise<Answer> {
    return this.child.take(turn)
  }

  end(): Promise<void> {
    return this.child.end()
  }
}
