/**
 * `coppice/migrate`: a folder of migrations, each applied once, in the order of their names, in a transaction of its own
 * together with the note that it was applied. So a migration has happened wholly or not at all, whatever fails.
 *
 * What was applied is in the table `coppice_migrations`: name, SHA-256 of the file, time. Files that were applied must not change
 * any more, nor go, nor get others before them: then the folder does not tell how the database came to be.
 */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { CoppiceError, type Database, type Transaction } from '../index.ts'
import { readTypeScript } from './typescript-files.ts'

/** One step from a state of the database to the next. */
export interface Migration {
  /** What it is known by, and sorted by: that of its file. */
  readonly name: string
  /** What must not change once it was applied; for migrations of a folder, the hash of the file. */
  readonly checksum?: string | undefined
  /** Does it. Not asynchronous, as all functions of a write transaction. */
  readonly run: (tx: Transaction) => void
}

/** A migration that was applied. */
export interface AppliedMigration {
  readonly name: string
  readonly checksum: string | null
  readonly appliedAt: Date
}

/** What `migrate` did. */
export interface MigrationReport {
  /** Names of those that were applied now, in order. */
  readonly applied: readonly string[]
  /** Names of those that had been applied before. */
  readonly before: readonly string[]
}

/** How far `migrate` is. */
export interface MigrationProgress {
  /** The one that comes now. */
  readonly name: string
  /** How many were applied now. */
  readonly done: number
  /** How many are to be applied now. */
  readonly total: number
}

/** Options of `migrate`. */
export interface MigrateOptions {
  /** Applies them up to this one. Default: all. */
  readonly to?: string | undefined
  /** Called before each that is applied. */
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined
  /** Called when one was applied. */
  readonly onApplied?: ((name: string) => void) | undefined
}

const EXTENSIONS = ['.sql', '.ts', '.mts', '.js', '.mjs']

/**
 * Applies what was not applied yet.
 * @param migrations a folder of `*.sql`, `*.ts` and `*.js` files, or the migrations themselves
 * @throws CoppiceError MIGRATION_FAILED: one has failed, and nothing of it happened, those before it stay applied; or the
 * migrations do not go with what was applied. INVALID_OPTION: a file exports no function. BUSY, READ_ONLY
 * @example await migrate(db, new URL('./migrations/', import.meta.url))
 */
export async function migrate(
  database: Database,
  migrations: string | URL | readonly Migration[],
  { to, onProgress, onApplied, ...unknown }: MigrateOptions = {},
): Promise<MigrationReport> {
  // A misspelt `to` would apply everything.
  for (const name of Object.keys(unknown)) {
    throw new CoppiceError(
      'INVALID_OPTION',
      `option ${name}: migrate does not have it (known: to, onProgress, onApplied)`,
    )
  }
  const all = await migrationsOf(migrations)
  const applied = checkedApplied(database, all)
  if (to !== undefined && !all.some(({ name }) => name === to)) {
    throw new CoppiceError('INVALID_OPTION', `option to: there is no migration '${to}'`)
  }
  const last = to === undefined ? all.length : all.findIndex(({ name }) => name === to) + 1
  const pending = all.slice(applied.length, last)
  for (const [done, migration] of pending.entries()) {
    onProgress?.({ name: migration.name, done, total: pending.length })
    apply(database, migration)
    onApplied?.(migration.name)
  }
  return { applied: pending.map(({ name }) => name), before: applied.map(({ name }) => name) }
}

/**
 * Names of those that `migrate` would apply, in order. Changes nothing.
 * @throws CoppiceError MIGRATION_FAILED: the migrations do not go with what was applied. INVALID_OPTION
 */
export async function pendingMigrations(
  database: Database,
  migrations: string | URL | readonly Migration[],
): Promise<string[]> {
  const all = await migrationsOf(migrations)
  return all.slice(checkedApplied(database, all).length).map(({ name }) => name)
}

async function migrationsOf(migrations: string | URL | readonly Migration[]): Promise<readonly Migration[]> {
  return typeof migrations === 'string' || migrations instanceof URL ? readMigrations(migrations) : migrations
}

function checkedApplied(database: Database, migrations: readonly Migration[]): AppliedMigration[] {
  checkNames(migrations)
  const applied = appliedMigrations(database)
  checkApplied(migrations, applied)
  return applied
}

/** What was applied, in the order of names. */
export function appliedMigrations(database: Database): AppliedMigration[] {
  return database.read(snap => {
    if (snap.definitionOf('coppice_migrations') === undefined) return []
    return snap.query<AppliedMigration>(
      `select name, checksum, applied_at as "appliedAt" from coppice_migrations order by name collate "C"`,
    )
  })
}

/**
 * The migrations of a folder. A file of SQL is a script; a module exports a function as its default or as `up`. TypeScript
 * files need a runtime that reads them (Node 22.18 and later, tsx, Bun, Deno), or the package
 * `esbuild`, by itself or as that of `tsx`.
 * @throws CoppiceError NOT_FOUND, INVALID_OPTION
 */
export async function readMigrations(folder: string | URL): Promise<Migration[]> {
  const path = folder instanceof URL ? fileURLToPath(folder) : resolve(folder)
  let names: string[]
  try {
    names = readdirSync(path)
  } catch (cause) {
    throw new CoppiceError('NOT_FOUND', `there is no folder of migrations at ${path}`, {
      path,
      cause,
    })
  }
  const files = names
    .filter(name => EXTENSIONS.some(extension => name.endsWith(extension)) && !name.endsWith('.d.ts'))
    .sort(byCodeUnits)
  return Promise.all(files.map(name => readMigration(path, name)))
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  const url = pathToFileURL(join(folder, name))
  const bytes = readFileSync(url)
  const checksum = createHash('sha256').update(bytes).digest('hex')
  if (name.endsWith('.sql')) {
    const script = bytes.toString('utf8')
    return { name, checksum, run: tx => void tx.exec(script) }
  }
  // A file that was imported before, and has changed since, would be as it was: it is noted by what it says now.
  url.search = checksum
  const module = await importMigration(name, url)
  const run = typeof module.default === 'function' ? module.default : module.up
  if (typeof run !== 'function') {
    throw new CoppiceError('INVALID_OPTION', `migration ${name}: exports no function, as default or as up`, {
      expected: 'export default (tx: Transaction) => { … }',
    })
  }
  return { name, checksum, run: run as Migration['run'] }
}

async function importMigration(name: string, url: URL): Promise<{ default?: unknown; up?: unknown }> {
  try {
    return await import(url.href)
  } catch (cause) {
    if ((cause as { code?: unknown } | null)?.code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw cause
    if (readTypeScript(dirname(fileURLToPath(url)))) {
      // What could not be imported is not tried again under the same address.
      url.search += '-typescript'
      return import(url.href)
    }
    throw new CoppiceError(
      'INVALID_OPTION',
      `migration ${name}: this runtime does not read TypeScript; npm install esbuild (or tsx), or use Node 22.18 or later, Bun or Deno`,
      { cause },
    )
  }
}

function apply(database: Database, { name, checksum, run }: Migration): void {
  try {
    database.write(tx => {
      const result: unknown = run(tx)
      // What a promise would do later is not in the transaction: `write` refuses it.
      if (isThenable(result)) return result as never
      tx.exec(
        'create table if not exists coppice_migrations (name text primary key, checksum text, applied_at timestamptz not null default now())',
      )
      tx.query('insert into coppice_migrations (name, checksum) values ($1, $2)', [name, checksum ?? null])
      return undefined
    })
  } catch (cause) {
    if (cause instanceof CoppiceError && (cause.code === 'BUSY' || cause.code === 'READ_ONLY')) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw failed(`migration ${name} failed, and nothing of it happened: ${reason}`, cause)
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function checkNames(migrations: readonly Migration[]): void {
  for (let i = 1; i < migrations.length; i++) {
    if (byCodeUnits(migrations[i - 1].name, migrations[i].name) < 0) continue
    throw new CoppiceError(
      'INVALID_OPTION',
      `migrations: '${migrations[i].name}' comes after '${migrations[i - 1].name}', but its name does not`,
      { expected: 'different names, in order' },
    )
  }
}

/** What was applied must be the beginning of what there is, and the same. */
function checkApplied(migrations: readonly Migration[], applied: readonly AppliedMigration[]): void {
  for (const [i, { name, checksum }] of applied.entries()) {
    const migration = migrations[i]
    if (migration?.name !== name) {
      const isGone = !migrations.some(other => other.name === name)
      throw failed(
        isGone
          ? `migration ${name} was applied to this database, but is gone`
          : `migration ${migration.name} was not applied, but ${name}, which comes after it, was: give it a name that comes last`,
      )
    }
    const isSame = checksum === null || migration.checksum === undefined || checksum === migration.checksum
    if (isSame) continue
    throw failed(`migration ${name} has changed since it was applied: put it back, and write another one`)
  }
}

function failed(message: string, cause?: unknown): CoppiceError {
  return new CoppiceError('MIGRATION_FAILED', message, cause === undefined ? {} : { cause })
}

/** The order of names that no setting of the machine changes. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
