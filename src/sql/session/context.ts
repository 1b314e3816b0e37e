/** What functions may ask while a statement runs: time, settings, randomness, sequences, the catalog. */

import type { CatalogState } from '../catalog/catalog.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { SequenceSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import { Gathering } from '../functions/gathering.ts'
import type { AdvisoryLockAccess } from '../functions/lock-access.ts'
import type { CatalogAccess, EvaluationContext, SequenceAccess } from '../functions/registry.ts'
import type { SpillSpace } from '../spill/spill-space.ts'
import { canonicalInteger } from '../types/numeric.ts'
import type { CommitAction } from './after-commit.ts'
import { type CatalogQuestions, StateAccess } from './catalog-access.ts'
import { microseconds } from './microseconds.ts'
import { SequenceValues } from './sequence-values.ts'
import type { Settings } from './settings.ts'
import { StatementActions } from './statement-actions.ts'
import type { Authorization, SessionHost, Unit, WriteUnit } from './unit.ts'

/** How many questions about cancelling lie between two looks at the clock. */
const LOOK_EVERY = 16

const NOTHING: readonly CommitAction[] = []

/** What a session keeps between statements for its functions. */
export class FunctionState {
  readonly sequences = new SequenceValues()
  /** Of random(), when setseed was called: xorshift128+'s words. */
  seed: [number, number] | undefined
}

export interface StatementLimits {
  readonly signal: AbortSignal | undefined
  /** On the monotonic clock; Infinity: none. */
  readonly deadlineMs: number
}

export const NO_LIMITS: StatementLimits = { signal: undefined, deadlineMs: Number.POSITIVE_INFINITY }

/** In the place of a time: the clock was not read yet. */
const UNREAD = Number.NEGATIVE_INFINITY

export class StatementContext implements EvaluationContext {
  private readTransactionTime: number
  private readStatementTime: number
  private readonly host: SessionHost
  private readonly settings: Settings
  private readonly functions: FunctionState
  private limits: StatementLimits
  private unit: Unit
  private state: CatalogState
  private readonly questions: CatalogQuestions
  /** Undefined: the transaction begins with the statement. */
  private transactionMs: number | undefined
  // Most statements ask for none of these.
  private sequenceAccess: SequenceAccess | undefined
  private catalogAccess: CatalogAccess | undefined
  private statementActions: StatementActions | undefined
  private ownGathering: Gathering | undefined
  private looks = 0

  constructor(
    host: SessionHost,
    settings: Settings,
    functions: FunctionState,
    limits: StatementLimits,
    unit: Unit,
    state: CatalogState,
    transactionMs: number | undefined,
    questions: CatalogQuestions,
  ) {
    this.host = host
    this.settings = settings
    this.functions = functions
    this.limits = limits
    this.unit = unit
    this.state = state
    this.questions = questions
    this.transactionMs = transactionMs
    this.readStatementTime = microseconds(host.wallMs())
    this.readTransactionTime =
      transactionMs === undefined ? this.readStatementTime : microseconds(transactionMs)
  }

  /**
   * The same statement again: in the same state, or in the same transaction.
   * @param asksForTime it may: then it has begun now; else the clock is not read, which is a twentieth of a lookup
   */
  restart(limits: StatementLimits, asksForTime: boolean): void {
    this.limits = limits
    this.readStatementTime = UNREAD
    if (this.transactionMs === undefined) this.readTransactionTime = UNREAD
    this.looks = 0
    if (asksForTime) this.readClock()
  }

  /** The next run of the statement is in another transaction, of its own, with the same definitions. */
  goOnIn(unit: WriteUnit): void {
    this.unit = unit
    this.transactionMs = unit.state.startedAtMs
    this.readTransactionTime = microseconds(this.transactionMs)
    this.sequenceAccess = undefined
    this.catalogAccess = undefined
  }

  private readClock(): void {
    this.readStatementTime = microseconds(this.host.wallMs())
    if (this.transactionMs === undefined) this.readTransactionTime = this.readStatementTime
  }

  get transactionTime(): number {
    if (this.readTransactionTime === UNREAD) this.readClock()
    return this.readTransactionTime
  }
  get statementTime(): number {
    if (this.readStatementTime === UNREAD) this.readClock()
    return this.readStatementTime
  }

  /** From now on it may take as long as this says: it is gone on with for another statement. */
  limit(limits: StatementLimits): void {
    this.limits = limits
  }

  /** What a definition has made, like the sequence of a new column, its own expressions find. */
  useState(state: CatalogState): void {
    this.state = state
    this.sequenceAccess = undefined
    this.catalogAccess = undefined
  }

  get sequences(): SequenceAccess {
    const { authorization } = this.host
    this.sequenceAccess ??= new UnitSequences(this.unit, this.state, this.functions, authorization)
    return this.sequenceAccess
  }
  get catalog(): CatalogAccess {
    this.catalogAccess ??= new StateAccess(
      this.host,
      this.settings,
      this.state,
      this.unit,
      this.questions,
      this,
    )
    return this.catalogAccess
  }

  get advisoryLocks(): AdvisoryLockAccess {
    return this.questions.advisoryLocks
  }

  get actions(): StatementActions {
    const { host, questions } = this
    this.statementActions ??= new StatementActions(host, () => questions.engine.figuresOf(host))
    return this.statementActions
  }
  /** What the statement has asked to be done when its transaction is committed. */
  get afterCommit(): readonly CommitAction[] {
    return this.statementActions?.afterCommit?.actions ?? NOTHING
  }

  clockTime(): number {
    return microseconds(this.host.wallMs())
  }
  get timeZone(): string {
    return this.settings.get('timezone') ?? 'UTC'
  }
  get dateStyle(): string {
    return this.settings.get('datestyle') ?? 'ISO, MDY'
  }
  get intervalStyle(): string {
    return this.settings.get('intervalstyle') ?? 'postgres'
  }
  randomBytes(count: number): Uint8Array {
    return this.host.randomBytes(count)
  }

  random(): number {
    const { seed } = this.functions
    if (seed !== undefined) return nextRandom(seed)
    const bytes = this.host.randomBytes(7)
    // 53 bits.
    let value = bytes[0] & 0x1f
    for (let i = 1; i < 7; i++) value = value * 256 + bytes[i]
    return value / 2 ** 53
  }
  setSeed(seed: number): void {
    const bits = Math.floor(Math.abs(seed) * 0x7fff_ffff)
    this.functions.seed = [bits ^ 0x9e37_79b9, (seed < 0 ? 1 : 2) + bits]
    for (let i = 0; i < 20; i++) nextRandom(this.functions.seed)
  }

  setting(name: string): string | undefined {
    return this.settings.shown(name)
  }
  get settingsChanges(): number {
    return this.settings.changes
  }

  setSetting(name: string, value: string, isLocal: boolean): void {
    this.settings.set(name, value, isLocal)
  }

  get spill(): SpillSpace | undefined {
    const { host } = this
    if (host.temporaryFile === undefined) return undefined
    // What one operator keeps is to be a part of the heap, however small that is.
    const budgetBytes = Math.min(this.settings.workMemoryBytes, host.gathering.bytesMax / 2)
    return { budgetBytes, newFile: () => host.temporaryFile!() }
  }

  get gathering(): Gathering {
    this.ownGathering ??= new Gathering(this.host.gathering)
    return this.ownGathering
  }
  endGathering(): void {
    this.ownGathering?.end()
  }

  checkCancelled(): void {
    const { signal, deadlineMs } = this.limits
    if (signal?.aborted)
      throw new SqlError('57014', 'canceling statement due to user request', { cause: signal.reason })
    if (deadlineMs === Number.POSITIVE_INFINITY || ++this.looks % LOOK_EVERY !== 0) return
    if (this.host.monotonicMs() > deadlineMs) {
      throw new SqlError('57014', 'canceling statement due to statement timeout')
    }
  }
}

/** xorshift on two words of 32 bits; gives 53 bits as a fraction. Source: G. Marsaglia, Xorshift RNGs, 2003. */
function nextRandom(seed: [number, number]): number {
  const step = (): number => {
    let x = seed[0]
    const y = seed[1]
    seed[0] = y
    x ^= x << 23
    x ^= x >>> 17
    x ^= y ^ (y >>> 26)
    seed[1] = x | 0
    return (seed[1] + y) >>> 0
  }
  return ((step() >>> 5) * 67_108_864 + (step() >>> 6)) / 9_007_199_254_740_992
}

class UnitSequences implements SequenceAccess {
  private readonly unit: Unit
  private readonly state: CatalogState
  private readonly functions: FunctionState
  private readonly authorization: Authorization | undefined

  constructor(
    unit: Unit,
    state: CatalogState,
    functions: FunctionState,
    authorization: Authorization | undefined,
  ) {
    this.unit = unit
    this.state = state
    this.functions = functions
    this.authorization = authorization
  }

  private find(oid: number): SequenceSchema {
    const relation = this.state.relationByOid(oid)
    if (relation === undefined) throw new SqlError('42P01', `relation with OID ${oid} does not exist`)
    if (relation.kind !== 'sequence') throw new SqlError('42809', `"${relation.name}" is not a sequence`)
    return relation
  }

  private writable(what: string): WriteUnit {
    if (this.unit.kind === 'write') return this.unit
    throw new SqlError('25006', `cannot execute ${what}() in a read-only transaction`)
  }

  /** The sequence of an identity column is asked by inserting, which takes no privilege of its own. */
  private isOfIdentity({ ownedBy }: SequenceSchema): boolean {
    const table = ownedBy && this.state.tableByOid(ownedBy.tableOid)
    const column = table?.columns.find(one => one.attributeNumber === ownedBy?.attributeNumber)
    return column?.identity !== undefined
  }

  nextValue(oid: number): number | bigint {
    const sequence = this.find(oid)
    if (this.authorization !== undefined && !this.isOfIdentity(sequence)) {
      this.authorization.checkSequence(sequence, ['usage', 'update'])
    }
    const unit = this.writable('nextval')
    const editor = new CatalogEditor(unit.tables)
    const stored = unit.state.sequences.find(oid, editor)
    let value = BigInt(stored.last)
    if (stored.isCalled) {
      value += sequence.increment
      if (value > sequence.maximum || value < sequence.minimum) {
        const isUp = sequence.increment > 0n
        if (!sequence.isCycling) {
          const [word, limit] = isUp ? ['maximum', sequence.maximum] : ['minimum', sequence.minimum]
          throw new SqlError(
            '2200H',
            `nextval: reached ${word} value of sequence "${sequence.name}" (${limit})`,
          )
        }
        value = isUp ? sequence.minimum : sequence.maximum
      }
    }
    const limit = sequence.increment > 0n ? sequence.maximum : sequence.minimum
    const more = Number((limit - value) / sequence.increment)
    unit.state.sequences.give(oid, { ...stored, last: value.toString(), isCalled: true }, more, editor)
    const given = canonicalInteger(value)
    this.functions.sequences.give(oid, given, unit.state.sequences)
    return given
  }

  currentValue(oid: number): number | bigint {
    const sequence = this.find(oid)
    this.authorization?.checkSequence(sequence, ['usage', 'select'])
    const value = this.functions.sequences.valueOf(oid)
    if (value === undefined) {
      throw new SqlError('55000', `currval of sequence "${sequence.name}" is not yet defined in this session`)
    }
    return value
  }

  lastValue(): number | bigint {
    const { last } = this.functions.sequences
    // It may have been dropped since.
    const sequence = last === undefined ? undefined : this.state.relationByOid(last.oid)
    if (sequence?.kind !== 'sequence') {
      throw new SqlError('55000', 'lastval is not yet defined in this session')
    }
    this.authorization?.checkSequence(sequence, ['usage', 'select'])
    return last!.value
  }

  setValue(oid: number, value: number | bigint, isCalled: boolean): void {
    const sequence = this.find(oid)
    this.authorization?.checkSequence(sequence, ['update'])
    const { name, minimum, maximum } = sequence
    const unit = this.writable('setval')
    if (value < minimum || value > maximum) {
      throw new SqlError(
        '22003',
        `setval: value ${value} is out of bounds for sequence "${name}" (${minimum}..${maximum})`,
      )
    }
    const editor = new CatalogEditor(unit.tables)
    const stored = editor.get('sequence', oid)!
    unit.state.sequences.set(oid, { ...stored, last: value.toString(), isCalled }, editor)
    if (isCalled) this.functions.sequences.set(oid, value, unit.state.sequences)
  }
}
