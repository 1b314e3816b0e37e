/**
 * A conversation with a process of its own: it greets, then answers one turn after the other, never two at once.
 * Both ends of it.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

export interface AnyAnswer {
  /** Why it did not work; nothing else is set then. */
  readonly failure?: string
}

/** The end that asks. */
export class Child<Turn, Answer extends AnyAnswer> {
  /** What it said first. */
  readonly greeting: Answer
  private readonly name: string
  private readonly process: ChildProcess

  private constructor(name: string, process: ChildProcess, greeting: Answer) {
    this.name = name
    this.process = process
    this.greeting = greeting
  }

  /**
   * @param assignment reaches the script as JSON in its first argument
   * @throws Error with the reason when the process fails instead of greeting
   */
  static async start<Turn, Answer extends AnyAnswer>(
    name: string,
    script: URL,
    assignment: unknown,
  ): Promise<Child<Turn, Answer>> {
    const process_ = fork(script, [JSON.stringify(assignment)], {
      execArgv: [...process.execArgv, '--expose-gc'],
    })
    const greeting = await nextAnswer<Answer>(process_, name)
    return new Child<Turn, Answer>(name, process_, greeting)
  }

  /** @throws Error with what went wrong in the process. */
  take(turn: Turn): Promise<Answer> {
    const answer = nextAnswer<Answer>(this.process, this.name)
    this.process.send(turn as object)
    return answer
  }

  async end(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const exit = once(this.process, 'exit')
    if (this.process.connected) this.process.disconnect()
    await exit
  }
}

/**
 * The end that answers, in the script of the process.
 * @param begin is given the assignment, and what it returns greets and takes the turns
 */
export async function serve<Assignment, Turn, Answer extends AnyAnswer>(
  begin: (assignment: Assignment) => Promise<{ greeting: Answer; take(turn: Turn): Promise<Answer> }>,
): Promise<void> {
  const answer = (message: AnyAnswer): void => void process.send!(message)
  const failed = (error: unknown): void =>
    answer({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  try {
    const server = await begin(JSON.parse(process.argv[2]!) as Assignment)
    process.on('message', (turn: Turn) => {
      server.take(turn).then(answer, failed)
    })
    answer(server.greeting)
  } catch (error) {
    failed(error)
    process.disconnect()
  }
}

async function nextAnswer<Answer extends AnyAnswer>(child: ChildProcess, name: string): Promise<Answer> {
  const listening = new AbortController()
  const { signal } = listening
  try {
    const answer = await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as Answer),
      once(child, 'exit', { signal }).then(([code]) => ({ failure: `its process ended with code ${code}` })),
    ])
    if (answer.failure !== undefined) throw new Error(`${name}: ${answer.failure}`)
    return answer as Answer
  } finally {
    listening.abort()
  }
}
