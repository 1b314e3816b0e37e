/** A contender's process as the run sees it: start it, give it turns, end it. */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { ContenderName } from './contender.ts'
import type { Answer, Assignment, Turn } from './turn.ts'

const WORKER = new URL('./contender-worker.ts', import.meta.url)

export class ContenderProcess {
  readonly name: ContenderName
  /** Name and version. */
  readonly label: string
  private readonly child: ChildProcess

  private constructor(name: ContenderName, label: string, child: ChildProcess) {
    this.name = name
    this.label = label
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
    const child = fork(WORKER, [JSON.stringify(assignment)], {
      execArgv: [...process.execArgv, '--expose-gc', ...profiling],
    })
    const { label } = await nextAnswer(child, assignment.name)
    return new ContenderProcess(assignment.name, label!, child)
  }

  /** @throws Error with what went wrong in the process. */
  take(turn: Turn): Promise<Answer> {
    const answer = nextAnswer(this.child, this.label)
    this.child.send(turn)
    return answer
  }

  async end(): Promise<void> {
    const exit = once(this.child, 'exit')
    this.child.disconnect()
    await exit
  }
}

async function nextAnswer(child: ChildProcess, name: string): Promise<Answer> {
  const listening = new AbortController()
  const { signal } = listening
  try {
    const answer = await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as Answer),
      once(child, 'exit', { signal }).then(([code]) => ({ failure: `its process ended with code ${code}` })),
    ])
    if (answer.failure !== undefined) throw new Error(`${name}: ${answer.failure}`)
    return answer
  } finally {
    listening.abort()
  }
}
