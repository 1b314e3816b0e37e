/** What SET and SHOW know. Values are text, as SHOW prints them. */

import { LateMap } from '../../base/late-map.ts'
import { ownValue } from '../../base/own-value.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { PlanSwitches } from '../plan/switches.ts'
import type { TransactionModes } from '../syntax/tree.ts'
import { readAmount, shownAmount } from '../system/setting-units.ts'
import { findTimeZone, fixedByOffset } from '../types/timezone.ts'
import { dateStyleOf } from './date-style.ts'
import { ONLY, OTHERWISE, REALS, WORDS } from './known-by-name.ts'
import { BOOLEAN, DEFAULTS, FIXED, SHOWN } from './known-settings.ts'
import { type OftenAsked, readOften } from './often-asked.ts'

export type IsolationLevel = 'read committed' | 'repeatable read' | 'serializable'

const ISOLATION_LEVELS: readonly IsolationLevel[] = ['read committed', 'repeatable read', 'serializable']

/** READ UNCOMMITTED is READ COMMITTED, as in PostgreSQL. Undefined: no level is called so. */
export function isolationLevel(name: string): IsolationLevel | undefined {
  const lower = name.toLowerCase()
  return lower === 'read uncommitted' ? 'read committed' : ISOLATION_LEVELS.find(level => level === lower)
}

/** `SHOW transaction_isolation` and its like, outside of transactions. */
interface TransactionModeValues {
  readonly isolation: IsolationLevel
  readonly isReadOnly: boolean
}

/** 16.4 is 160004. What is no version has the usual one's number. */
function versionNumber(version: string): string {
  const [, major, minor] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? []
  return major === undefined ? DEFAULTS.server_version_num : `${Number(major) * 10_000 + Number(minor ?? 0)}`
}

/** Less is of no use to anybody: PostgreSQL's least. */
const WORK_MEMORY_LEAST_KB = 64

/** Settings that somebody else knows, and that may be others each time they are asked. */
export interface LiveSettings {
  /** Another number when a value may be another. */
  readonly version: number
  get(key: string): string | undefined
  /** Those that nobody else knows: a server's, which it was started with. */
  readonly names: readonly string[]
}

/** How many a session may have set, under names of its own and others. */
const SET_MAX = 1000
/** A transaction remembers what each was before. */
const CHANGED_MAX = 2 * SET_MAX
/** Of all that a session has set, and remembers to take back. */
const CHARACTERS_MAX = 1024 * 1024
/** Shorter ones are bounded by their number. */
const SHORT_CHARACTERS = 256

/**
 * What every statement asks for, where nobody has set anything: each transaction that TypeScript begins has a session of its
 * own, most of which run a statement or two.
 */
let usual: OftenAsked | undefined

/** What savepoints go back to. */
interface SettingsCopy {
  readonly ownChanges: number
  readonly values: readonly (readonly [string, string])[]
  readonly undo: readonly (readonly [string, string | undefined])[]
  readonly local: readonly (readonly [string, string | undefined])[]
}

export class Settings {
  private readonly live: LiveSettings | undefined
  private readonly dataDirectory: string
  private readonly values = new LateMap<string, string>()
  /** What holds where nobody has set anything else. */
  private readonly initial: Readonly<Record<string, string>>
  /** Of the open transaction. */
  private modes: TransactionModeValues | undefined
  /** What every statement asks for, as it was read since the last change. */
  private read: OftenAsked | undefined
  /** Whether changes can be taken back. */
  private isInTransaction = false
  /** What SET has put aside in a transaction, for when it is rolled back. */
  private undo: Map<string, string | undefined> | undefined
  /** What SET LOCAL has put aside, for when the transaction ends. */
  private local: Map<string, string | undefined> | undefined

  /** @param initial values that differ from the usual ones @param dataDirectory where the database's file is */
  constructor(initial?: Readonly<Record<string, string>>, live?: LiveSettings, dataDirectory = '') {
    this.live = live
    this.dataDirectory = dataDirectory
    this.initial = initial === undefined ? DEFAULTS : initialValues(initial)
  }

  get(name: string): string | undefined {
    const key = canonicalName(name)
    if (key === 'transaction_isolation') return this.modes?.isolation ?? this.defaultIsolation
    if (key === 'transaction_read_only') {
      return (this.modes?.isReadOnly ?? this.isReadOnlyByDefault) ? 'on' : 'off'
    }
    if (key === 'data_directory') return this.dataDirectory
    return this.live?.get(key) ?? this.values.get(key) ?? ownValue(this.initial, key)
  }

  /** As SHOW prints it: amounts of time and memory with their unit. */
  shown(name: string): string | undefined {
    const value = this.get(name)
    return value === undefined ? undefined : shownAmount(canonicalName(name), value)
  }

  /** What one operator may keep in memory. */
  get workMemoryBytes(): number {
    return Math.max(WORK_MEMORY_LEAST_KB, Number(this.get('work_mem'))) * 1024
  }

  get defaultIsolation(): IsolationLevel {
    return this.often.defaultIsolation
  }
  get isReadOnlyByDefault(): boolean {
    return this.often.isReadOnlyByDefault
  }

  /** SET SESSION CHARACTERISTICS. */
  setDefaultModes({ isolation, isReadOnly }: TransactionModes): void {
    if (isolation !== undefined) this.set('default_transaction_isolation', isolation)
    if (isReadOnly !== undefined) this.set('default_transaction_read_only', isReadOnly ? 'on' : 'off')
  }

  /** What SHOW says of the open transaction. */
  showTransaction({ isolation, isReadOnly }: TransactionModeValues): void {
    this.modes = { isolation, isReadOnly }
  }

  shownName(name: string): string {
    const key = canonicalName(name)
    return ownValue(SHOWN, key) ?? key
  }

  /** @throws SqlError 42704 unknown, 22023 not a value, 55P02 cannot be changed, 53400 too many or too long */
  set(name: string, value: string | undefined, isLocal = false): void {
    const key = canonicalName(name)
    if (this.live?.names.includes(key)) {
      throw new SqlError('55P02', `parameter "${name}" cannot be changed without restarting the server`)
    }
    refuseUnknown(this.initial, key, name)
    refuseFixed(key, name, value, this.get(key))
    const now =
      value === undefined || value.toLowerCase() === 'default'
        ? undefined
        : checked(key, name, value, this.get(key), ownValue(this.initial, key))
    if (isLocal) {
      // Outside of a transaction there is nothing that it could be local to.
      if (!this.isInTransaction) return
      this.local ??= new Map()
      if (!this.local.has(key)) remember(this.local, key, this.values.get(key))
    } else if (this.isInTransaction) {
      this.undo ??= new Map()
      if (!this.undo.has(key))
        remember(this.undo, key, this.local?.has(key) ? this.local.get(key) : this.values.get(key))
    }
    // After what is remembered, which counts, too.
    if (now !== undefined) this.refuseTooMuch(key, now)
    if (!isLocal) this.local?.delete(key)
    this.put(key, now)
  }

  private refuseTooMuch(key: string, value: string): void {
    if (this.values.size >= SET_MAX && !this.values.has(key)) {
      throw new SqlError('53400', `more than ${SET_MAX} settings in a session`, {
        hint: 'RESET those that are not needed any more, or keep such data in a table.',
      })
    }
    const own = key.length + value.length
    if (own <= SHORT_CHARACTERS) return
    let others = 0
    for (const map of [this.values, this.undo, this.local]) {
      for (const [name, kept] of map ?? []) {
        if (map !== this.values || name !== key) others += name.length + (kept?.length ?? 0)
      }
    }
    if (own + others > CHARACTERS_MAX) {
      throw new SqlError('53400', `settings of more than ${CHARACTERS_MAX} characters in a session`, {
        detail: `The value for "${key}" has ${value.length} characters, and ${others} are taken.`,
        hint: 'Keep such data in a table.',
      })
    }
  }

  /** Takes what was set in the session that this one goes on from. */
  takeFrom({ values }: Settings): void {
    for (const [key, value] of values) if (!FIXED.has(key)) this.put(key, value)
  }

  private ownChanges = 0
  /** Another number after every change of a value, and of where names are looked for. */
  get changes(): number {
    return this.ownChanges + (this.live?.version ?? 0)
  }

  private put(key: string, value: string | undefined): void {
    this.ownChanges++
    this.read = undefined
    if (value === undefined) this.values.delete(key)
    else this.values.set(key, value)
  }

  resetAll(): void {
    for (const name of [...this.values.keys()]) if (!FIXED.has(name)) this.set(name, undefined)
  }

  /** From here on changes can be taken back. */
  begin(): void {
    this.isInTransaction = true
  }
  end(keeps: boolean): void {
    for (const [key, value] of this.local ?? []) this.put(key, value)
    if (!keeps) for (const [key, value] of this.undo ?? []) this.put(key, value)
    this.isInTransaction = false
    this.undo = undefined
    this.local = undefined
    this.copied = undefined
    this.modes = undefined
  }

  /** @returns what takes back the changes since then, as often as it is asked */
  savepoint(): () => void {
    const { values, undo, local } = this.copy()
    return () => {
      this.values.clear()
      for (const [key, value] of values) this.values.set(key, value)
      if (this.isInTransaction) {
        this.undo = new Map(undo)
        this.local = new Map(local)
      }
      this.ownChanges++
      this.read = undefined
    }
  }

  /** How many values a savepoint would copy that is set now. */
  get savepointSize(): number {
    if (this.copied?.ownChanges === this.ownChanges) return 0
    return this.values.size + (this.undo?.size ?? 0) + (this.local?.size ?? 0)
  }

  /** One for all savepoints between two changes: there may be many of them. */
  private copied: SettingsCopy | undefined

  private copy(): SettingsCopy {
    if (this.copied?.ownChanges !== this.ownChanges) {
      this.copied = {
        ownChanges: this.ownChanges,
        values: [...this.values],
        undo: [...(this.undo ?? [])],
        local: [...(this.local ?? [])],
      }
    }
    return this.copied
  }

  /** All of them, for pg_settings. */
  all(): { name: string; value: string; reset: string; isFixed: boolean }[] {
    return this.names().map(key => {
      const ofServer = this.live?.names.includes(key) ? this.live.get(key) : undefined
      return {
        name: this.shownName(key),
        value: this.get(key) ?? '',
        reset:
          key === 'data_directory' ? this.dataDirectory : (ofServer ?? ownValue(this.initial, key) ?? ''),
        isFixed: FIXED.has(key) || ofServer !== undefined,
      }
    })
  }

  /** Names in order, for SHOW ALL and pg_settings. */
  names(): string[] {
    const all = [...Object.keys(this.initial), ...this.values.keys(), ...(this.live?.names ?? [])]
    return [...new Set(all)].sort()
  }

  /** What the planner may use. */
  get planSwitches(): PlanSwitches {
    return this.often.planSwitches
  }

  private temporarySchema: string | undefined

  /** The session's schema of temporary objects, once it has one. */
  get temporary(): string | undefined {
    return this.temporarySchema
  }

  useTemporarySchema(name: string | undefined): void {
    this.ownChanges++
    this.temporarySchema = name
    this.read = undefined
  }

  /** Schemas of search_path that may exist. */
  get searchPath(): readonly string[] {
    return this.often.searchPath
  }

  /** Milliseconds; 0: none. */
  get statementTimeoutMs(): number {
    return this.often.statementTimeoutMs
  }

  /** Milliseconds that a client may say nothing, outside of a transaction and in one; 0: as long as it likes. */
  get idleTimeoutMs(): number {
    return this.often.idleTimeoutMs
  }
  get idleInTransactionTimeoutMs(): number {
    return this.often.idleInTransactionTimeoutMs
  }

  /** Whether pg_stat_statements hears of its statements. */
  get countsStatements(): boolean {
    return this.often.countsStatements
  }

  private get often(): OftenAsked {
    if (this.read !== undefined) return this.read
    if (this.isUsual) {
      usual ??= readOften(name => this.get(name), undefined)
      this.read = usual
    } else this.read = readOften(name => this.get(name), this.temporarySchema)
    return this.read
  }

  private get isUsual(): boolean {
    return (
      this.initial === DEFAULTS &&
      this.live === undefined &&
      this.values.size === 0 &&
      this.temporarySchema === undefined
    )
  }
}

/** @throws SqlError 53400 */
function remember(before: Map<string, string | undefined>, key: string, value: string | undefined): void {
  if (before.size >= CHANGED_MAX) {
    throw new SqlError('53400', `more than ${CHANGED_MAX} settings changed in a transaction`)
  }
  before.set(key, value)
}

function initialValues(initial: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const values: Record<string, string> = Object.assign(Object.create(null), DEFAULTS)
  for (const [name, value] of Object.entries(initial)) {
    values[canonicalName(name)] = checkSetting(name, value)
  }
  values.server_version_num = versionNumber(values.server_version)
  return values
}

/** Settings that a session can begin with, by their names. */
export function settingNames(): readonly string[] {
  return Object.keys(DEFAULTS).filter(name => !FIXED.has(name) || GIVEN.has(name))
}

/** What cannot be set, but be said by who opens the session. */
const GIVEN = new Set(['server_version', 'server_version_num'])

/** A value as it is kept. @throws SqlError 42704, 22023 */
export function checkSetting(name: string, value: string): string {
  const key = canonicalName(name)
  refuseUnknown(DEFAULTS, key, name)
  return FIXED.has(key) ? value : checked(key, name, value)
}

/** Whether SET is refused for it. */
export function isFixedSetting(name: string): boolean {
  return FIXED.has(canonicalName(name))
}

/** What cannot be changed may be set to what it is. @throws SqlError 55P02, 0A000 */
function refuseFixed(key: string, name: string, value: string | undefined, now: string | undefined): void {
  const isSame = value === undefined || value === now || value.toLowerCase() === 'default'
  if (key === 'role' && !isSame) throw notSupported('SET ROLE', -1)
  if (!FIXED.has(key)) return
  if (key === 'session_authorization' && isSame) return
  if (key === 'session_authorization') throw notSupported('SET SESSION AUTHORIZATION', -1)
  throw new SqlError('55P02', `parameter "${name}" cannot be changed`)
}

/** Names with a dot are anybody's. */
function refuseUnknown(known: Readonly<Record<string, string>>, key: string, name: string): void {
  if (ownValue(known, key) === undefined && !key.includes('.')) {
    throw new SqlError('42704', `unrecognized configuration parameter "${name}"`)
  }
}

function canonicalName(name: string): string {
  const lower = name.toLowerCase()
  return lower === 'time zone' ? 'timezone' : lower
}

/** @param now what it is @param usual what it is where nobody has said anything */
function checked(
  key: string,
  name: string,
  value: string,
  now = ownValue(DEFAULTS, key),
  usual = ownValue(DEFAULTS, key),
): string {
  const refuse = (hint?: string): never => {
    throw new SqlError(
      '22023',
      `invalid value for parameter "${name}": "${value}"`,
      hint === undefined ? {} : { hint },
    )
  }
  refuseOtherAnswers(key, value)
  const standard = ownValue(DEFAULTS, key)
  const words = ownValue(WORDS, key)
  if (words !== undefined) return checkedWord(key, value, words, refuse)
  if (ownValue(REALS, key) !== undefined) return checkedReal(value, refuse)
  if (standard === 'on' || standard === 'off') {
    const isCommit = key === 'synchronous_commit'
    if (isCommit && ['local', 'remote_write', 'remote_apply'].includes(value)) return value
    const read = ownValue(BOOLEAN, value.toLowerCase())
    if (read === undefined && !isCommit) {
      throw new SqlError('22023', `parameter "${name}" requires a Boolean value`)
    }
    return onlyThis(key, read ?? refuse())
  }
  if (/^\d+$/.test(standard ?? '')) return onlyThis(key, readAmount(key, name, value, refuse))
  switch (key) {
    case 'datestyle':
      return dateStyleOf(value, now!, usual!) ?? refuse()
    case 'timezone':
      return checkedZone(value, refuse)
    case 'intervalstyle': {
      const style = value.toLowerCase()
      return ['postgres', 'postgres_verbose', 'sql_standard', 'iso_8601'].includes(style) ? style : refuse()
    }
    case 'pg_stat_statements.track': {
      const track = value.toLowerCase()
      return ['none', 'top', 'all'].includes(track) ? track : refuse()
    }
    case 'default_transaction_isolation':
      return isolationLevel(value) ?? refuse()
    case 'client_encoding':
      return /^utf-?8$/i.test(value) || /^unicode$/i.test(value) ? 'UTF8' : refuse()
    default:
      return value
  }
}

function checkedWord(key: string, value: string, words: readonly string[], refuse: () => never): string {
  const word = value.toLowerCase()
  // Where on and off are among the words, so are their like.
  const read = words.includes('on') ? (ownValue(BOOLEAN, word) ?? word) : word
  if (!words.includes(read)) refuse()
  if (ownValue(OTHERWISE, key)?.includes(read)) throw notSupported(`${key} = ${read}`, -1)
  return read
}

function checkedReal(value: string, refuse: () => never): string {
  const number = value.trim() === '' ? Number.NaN : Number(value)
  return number >= 0 && number < Number.POSITIVE_INFINITY ? String(number) : refuse()
}

function onlyThis(key: string, value: string): string {
  const only = ownValue(ONLY, key)
  if (only !== undefined && value !== only) throw notSupported(`${key} = ${value}`, -1)
  return value
}

/** Values under which PostgreSQL answers otherwise, and Coppice would not. @throws SqlError 0A000 */
function refuseOtherAnswers(key: string, value: string): void {
  if (key === 'extra_float_digits' && /^-?\d+$/.test(value) && Number(value) < 1) {
    throw notSupported(
      'extra_float_digits below 1: floats are written in the shortest form that reads back the same',
      -1,
    )
  }
  if (key === 'standard_conforming_strings' && ownValue(BOOLEAN, value.toLowerCase()) === 'off') {
    throw notSupported('standard_conforming_strings = off', -1)
  }
}

/** As SHOW prints it: hours by their POSIX specification. */
function checkedZone(value: string, refuse: () => never): string {
  if (/^(default|local|utc)$/i.test(value)) return 'UTC'
  const isHours = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*$/.test(value)
  const zone = isHours ? fixedByOffset(Math.trunc(Number(value) * 3600)).name : value
  if (findTimeZone(zone) === undefined) return refuse()
  if (/\d:\d+:\d*[1-9]\d*$/.test(zone)) {
    throw new SqlError('22023', `time zone "${value}" appears to use leap seconds`, {
      detail: 'PostgreSQL does not support leap seconds.',
    })
  }
  return zone
}
