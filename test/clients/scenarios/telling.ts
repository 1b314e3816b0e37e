/** What a scenario has seen, step by step, in a form that JSON keeps. */

export interface Where {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

export type Scenario = (where: Where) => Promise<readonly Step[]>
export type Step = readonly [step: string, seen: unknown]

export class Telling {
  readonly steps: Step[] = []

  /** Notes what a step gives, or the error that it fails with. */
  async tell(step: string, run: () => unknown): Promise<unknown> {
    try {
      const seen = await inTime(run())
      this.steps.push([step, plain(seen)])
      return seen
    } catch (error) {
      this.steps.push([step, failureOf(error)])
      return undefined
    }
  }
}

const STEP_MS = 60_000

/** A step that never ends fails, and not the whole scenario with it. */
async function inTime(running: unknown): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), STEP_MS)
  })
  return Promise.race([running, late]).finally(() => clearTimeout(timer))
}

/** What clients tell of an error: mappers have the driver's inside of their own. */
function failureOf(error: unknown): unknown {
  const outer = error as Record<string, unknown>
  const inner = (outer.original ?? outer.driverError ?? outer) as Record<string, unknown>
  const { code, message, constraint, table, column, constraint_name, table_name, column_name } = inner
  const names = {
    constraint: constraint ?? constraint_name,
    table: table ?? table_name,
    column: column ?? column_name,
  }
  // Builders put their statement in front; ports are others each time.
  const text = String(message)
    .replace(/^.* - /s, '')
    .replace(/(?<=127\.0\.0\.1:)\d+/, 'PORT')
  return plain({ code, message: text, ...names })
}

function plain(value: unknown): unknown {
  if (value === undefined) return null
  return JSON.parse(
    JSON.stringify(value, (_, one) => {
      if (typeof one === 'bigint') return `${one}n`
      if (one?.type === 'Buffer') return `bytes ${Buffer.from(one.data).toString('hex')}`
      return one
    }),
  )
}
