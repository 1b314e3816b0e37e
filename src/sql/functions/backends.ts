/** Functions that concern sessions and what is counted of statements: pg_notify, pg_cancel_backend, pg_stat_statements_reset. */

import { SqlError } from '../errors.ts'
import { BOOL, INT4, INT8, OID, TEXT, TIMESTAMPTZ, VOID } from '../types/type.ts'
import { scalar } from './definitions.ts'
import type { EvaluationContext, ScalarFunction } from './registry.ts'

const VOLATILE = { volatility: 'volatile' } as const
const LENIENT = { volatility: 'volatile', isStrict: false } as const

function notify(channel: string | null, payload: string | null, { actions }: EvaluationContext): null {
  if (channel === null || channel === '') throw new SqlError('22023', 'channel name cannot be empty')
  actions.notify(channel, payload ?? '')
  return null
}

/** @param given numbers of a user, a database and a statement; 0: whichever */
function reset(
  given: { readonly user: number; readonly database: number; readonly query: number | bigint },
  onlyExtremes: boolean,
  { actions, catalog }: EvaluationContext,
): number {
  if (catalog.privileges?.isSuperuser(catalog.currentUser) === false) {
    throw new SqlError('42501', 'permission denied for function pg_stat_statements_reset')
  }
  const name = given.user === 0 ? undefined : (catalog.roleName(given.user) ?? '')
  return actions.resetStatementFigures({ ...given, userName: name }, onlyExtremes)
}

export const BACKEND_FUNCTIONS: readonly ScalarFunction[] = [
  scalar('pg_notify', [TEXT, TEXT], VOID, notify, LENIENT),
  scalar(
    'pg_cancel_backend',
    [INT4],
    BOOL,
    (processId: number, { actions }: EvaluationContext) => actions.signal(processId, 'cancel'),
    VOLATILE,
  ),
  scalar(
    'pg_terminate_backend',
    [INT4, INT8],
    BOOL,
    (processId: number, timeoutMs: number | bigint, { actions }: EvaluationContext) => {
      if (timeoutMs < 0) throw new SqlError('22023', '"timeout" must not be negative')
      return actions.signal(processId, 'terminate')
    },
    { ...VOLATILE, argumentNames: ['pid', 'timeout'], defaults: [0] },
  ),
  scalar(
    'pg_stat_statements_reset',
    [OID, OID, INT8, BOOL],
    TIMESTAMPTZ,
    (
      user: number,
      database: number,
      query: number | bigint,
      onlyExtremes: boolean,
      context: EvaluationContext,
    ) => reset({ user, database, query }, onlyExtremes, context),
    {
      ...VOLATILE,
      argumentNames: ['userid', 'dbid', 'queryid', 'minmax_only'],
      defaults: [0, 0, 0, false],
    },
  ),
]
