/** A contender's process as the run sees it: start it, give it turns, end or kill it. */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { BUILD_VARIABLE, type ParticipantName } from './contender.ts'
import type { Answer, Assignment, Turn } from './turn.ts'
import type { Sample } from './workload.ts'

const WORKER = new URL('./contender-worker.ts', import.meta.url)

export class ContenderProcess {
  readonly name: ParticipantName
  /** Name and version. */
  readonly label: string
  private readonly child: ChildProcess

  private constructor(name: ParticipantName, label: string, child: ChildProcess) {
    this.name = name
    this.label = label
    this.child = child
  }

  /**
   * Undefined when the contender is not made for the workload.
   * @param profileDirectory where the process leaves a CPU profile of its whole life, if anywhere
   * @param nodePath the Node that it runs under, when not the run's
   * @param build of Coppice, when not the engine as it is; a URL
   * @throws Error when the contender cannot take part, with the reason
   */
  static async start(
    assignment: Assignment,
    profileDirectory: string | undefined,
    nodePath: string,
    build: string | undefined,
  ): Promise<ContenderProcess | undefined> {
    const profiling =
      profileDirectory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`]
    const child = fork(WORKER, [JSON.stringify(assignment)], {
      execArgv: [...process.execArgv, '--expose-gc', '--no-warnings', ...profiling],
      execPath: nodePath,
      env: build === undefined ? process.env : { ...process.env, [BUILD_VARIABLE]: build },
    })
    const { label, isOut } = await nextAnswer(child, assignment.name)
    return isOut ? undefined : new ContenderProcess(assignment.name, label!, child)
  }

  /** @throws Error with what went wrong in the process. */
  async take(turn: Turn): Promise<readonly Sample[]> {
    const answer = nextAnswer(this.child, this.label)
    this.child.send(turn)
    return (await answer).samples!
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const exit = once(this.child, 'exit')
    this.child.disconnect()
    await exit
  }

  /** As a crash of the process would. */
  async kill(): Promise<void> {
    const exit = once(this.child, 'exit')
    this.child.kill('SIGKILL')
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
