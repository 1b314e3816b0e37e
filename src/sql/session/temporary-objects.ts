/** When the temporary objects of a session go: at commits, at its end, and what earlier processes have left. */

import { isCoppiceError } from '../../base/errors.ts'
import { dropTemporarySchemas, settleTemporaryTables, temporarySchemasIn } from '../definition/temporary.ts'
import { Pause } from '../execute/pause.ts'
import { KeptRows } from '../spill/kept-rows.ts'
import { definitionEnvironment } from './definition-execution.ts'
import type { SessionEnvironment } from './environment.ts'
import type { WriteUnit } from './unit.ts'

function environmentIn(environment: SessionEnvironment, unit: WriteUnit) {
  const { engine } = environment
  engine.invalidate()
  const context = environment.contextFor(unit, engine.stateOf(unit), {}, undefined)
  const pause = new Pause()
  pause.begin(context)
  const parts = { unit, context, pause, text: '', grants: [] }
  return definitionEnvironment(environment, parts, (_, use) => use(new KeptRows(undefined)))
}

/** A transaction of the session is about to be committed. */
export function settleTemporaries(environment: SessionEnvironment, unit: WriteUnit): void {
  const { engine, settings } = environment
  if (settings.temporary === undefined) return
  settleTemporaryTables(settings.temporary, environmentIn(environment, unit))
  engine.invalidate()
}

/** The session ends, or forgets them, in this transaction. */
export function dropTemporaries(environment: SessionEnvironment, unit: WriteUnit): void {
  const { engine, settings } = environment
  if (settings.temporary === undefined) return
  dropTemporarySchemas([settings.temporary], environmentIn(environment, unit))
  engine.invalidate()
}

/**
 * The session ends, in a transaction of its own. Where none is to be had (another one is open, the disk is full), they stay
 * for the sweep.
 */
export function endTemporaries(environment: SessionEnvironment): void {
  const { host, settings } = environment
  if (settings.temporary === undefined) return
  try {
    inTransaction(environment, unit => dropTemporaries(environment, unit))
    settings.useTemporarySchema(undefined)
  } catch (error) {
    if (!isCoppiceError(error) || host.isReadOnly) throw error
  }
}

/** What other processes have left behind is dropped. Called before this one makes any. */
export function sweepTemporaries(environment: SessionEnvironment): void {
  const { engine, host } = environment
  if (host.isReadOnly) return
  const snapshot = host.snapshot()
  const left = temporarySchemasIn(engine.stateOf(snapshot))
  snapshot.close()
  if (left.length === 0) return
  try {
    inTransaction(environment, unit => dropTemporarySchemas(left, environmentIn(environment, unit)))
  } catch (error) {
    if (!isCoppiceError(error)) throw error
  }
}

function inTransaction(environment: SessionEnvironment, run: (unit: WriteUnit) => void): void {
  const unit = environment.host.begin()
  try {
    run(unit)
    unit.commit()
  } catch (error) {
    unit.rollback()
    throw error
  } finally {
    environment.engine.invalidate()
  }
}
