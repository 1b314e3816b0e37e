/**
 * Schedules: the decisions of one execution, as text by which it can be run again.
 *
 * ```
 *  a3 b a      thread a makes three accesses, b one, a one (to start, and to wake or time out, count as one)
 *  b!          thread b dies
 *  ~1          the racing read just before returns the second of the values it may see
 *  ^b:7        it returns the 7 that thread b writes later
 * ```
 */

export const Kind = { step: 0, die: 1, older: 2, later: 3 } as const

/** One way to go on. `which` is a thread, or the place among the visible values. */
export interface Decision {
  readonly kind: number
  readonly which: number
  /** The value that thread `which` writes later. */
  readonly value: number
}

/** One way to let an execution go where one wants it to go. */
export interface Chooser {
  /**
   * One of `options`, the very object, or what was offered to this choice; there is at least one. They are the chooser's only until it returns. To an
   * open choice more options may be offered later.
   */
  choose(options: readonly Decision[], isOpen: boolean): Decision
  /** One more option for the open choice before which `ordinal` was this. */
  offer(ordinal: number, option: Decision): void
  readonly ordinal: number
}

const FIRST_LETTER = 'a'.charCodeAt(0)

/** What thread `index` is called in a schedule. */
export function letterOf(index: number): string {
  return String.fromCharCode(FIRST_LETTER + index)
}

export function formatSchedule(decisions: readonly Decision[]): string {
  const words: string[] = []
  for (let i = 0; i < decisions.length; ) {
    const { kind, which, value } = decisions[i]
    let count = 1
    if (kind === Kind.step) {
      while (decisions[i + count]?.kind === Kind.step && decisions[i + count].which === which) count++
      words.push(count === 1 ? letterOf(which) : `${letterOf(which)}${count}`)
    } else if (kind === Kind.die) {
      words.push(`${letterOf(which)}!`)
    } else if (kind === Kind.older) {
      words.push(`~${which}`)
    } else {
      words.push(`^${letterOf(which)}:${value}`)
    }
    i += count
  }
  return words.join(' ')
}

/** Follows a schedule; beyond its end, the first option that there is. */
export class ScheduleChooser implements Chooser {
  ordinal = 0
  private readonly decisions: readonly Decision[]

  constructor(schedule: string) {
    this.decisions = schedule.split(/\s+/).filter(Boolean).flatMap(parseWord)
  }

  choose(options: readonly Decision[]): Decision {
    const wanted = this.decisions[this.ordinal++]
    if (wanted === undefined) return options[0]
    // A later value is not among the options before its write was seen.
    if (wanted.kind === Kind.later) return wanted
    const found = options.find(({ kind, which }) => kind === wanted.kind && which === wanted.which)
    if (found === undefined) {
      throw new Error(
        `the schedule does not fit: ${formatSchedule([wanted])} is no way to go on at its place ${this.ordinal}`,
      )
    }
    return found
  }

  offer(): void {}
}

/** All schedules, one execution after the other, depth first. */
export class DepthFirstChooser implements Chooser {
  ordinal = 0
  private readonly path: { options: Decision[]; at: number }[] = []

  choose(options: readonly Decision[], isOpen: boolean): Decision {
    if (options.length === 1 && !isOpen) return options[0]
    const ordinal = this.ordinal++
    if (ordinal === this.path.length) this.path.push({ options: options.slice(), at: 0 })
    const { at, options: known } = this.path[ordinal]
    if (known.length < options.length)
      throw new Error('the model is not deterministic: there are other ways to go on than before')
    return options[at] ?? known[at]
  }

  offer(ordinal: number, option: Decision): void {
    const { options } = this.path[ordinal]
    const isKnown = options.some(
      ({ kind, which, value }) => kind === option.kind && which === option.which && value === option.value,
    )
    if (!isKnown) options.push(option)
  }

  /** Goes to the next schedule; false after the last. */
  next(): boolean {
    this.ordinal = 0
    while (this.path.length > 0) {
      const last = this.path[this.path.length - 1]
      if (++last.at < last.options.length) return true
      this.path.pop()
    }
    return false
  }
}

/** Goes on with the same thread three times out of four, else anywhere. */
export class RandomChooser implements Chooser {
  ordinal = 0
  private state: number

  constructor(seed: number) {
    this.state = seed | 0
  }

  choose(options: readonly Decision[]): Decision {
    this.ordinal++
    if (options.length === 1) return options[0]
    const isSwitch = (this.next() & 3) === 0
    return isSwitch ? options[this.next() % options.length] : options[0]
  }

  offer(): void {}

  /** The high bits of a mixed counter (splitmix32). */
  private next(): number {
    this.state = (this.state + 0x9e3779b9) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 3
  }
}

function parseWord(word: string): Decision[] {
  const match = /^(?:([a-z])(\d*)|([a-z])!|~(\d+)|\^([a-z]):(-?\d+))$/.exec(word)
  if (match === null) throw new Error(`no schedule: ${word}`)
  const [, step, count, dies, older, writer, value] = match
  if (step !== undefined) {
    return Array.from({ length: count === '' ? 1 : Number(count) }, () => decision(Kind.step, indexOf(step)))
  }
  if (dies !== undefined) return [decision(Kind.die, indexOf(dies))]
  if (older !== undefined) return [decision(Kind.older, Number(older))]
  return [decision(Kind.later, indexOf(writer), Number(value))]
}

function indexOf(letter: string): number {
  return letter.charCodeAt(0) - FIRST_LETTER
}

export function decision(kind: number, which: number, value = 0): Decision {
  return { kind, which, value }
}
