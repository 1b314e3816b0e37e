/** An EvaluationContext for tests: a fixed time, a catalog of nothing, numbers that repeat. */

import { Gathering, GatheringSpace } from '../../../src/sql/functions/gathering.ts'
import type { EvaluationContext } from '../../../src/sql/functions/registry.ts'
import { builtinTypeByName } from '../../../src/sql/types/type.ts'

export function testContext(more: Partial<EvaluationContext> = {}): EvaluationContext {
  let seed = 0.5
  const settings = new Map<string, string>([['bytea_output', 'hex']])
  return {
    transactionTime: 800_000_000_000_000,
    statementTime: 800_000_000_000_000,
    clockTime: () => 800_000_000_000_000,
    timeZone: 'UTC',
    dateStyle: 'ISO, MDY',
    intervalStyle: 'postgres',
    randomBytes: count => Uint8Array.from({ length: count }, (_, at) => (at * 37 + 11) & 255),
    random: () => {
      seed = (seed * 9301 + 0.49297) % 1
      return seed
    },
    setSeed: value => {
      seed = Math.abs(value)
    },
    setting: name => settings.get(name),
    setSetting: (name, value) => void settings.set(name, value),
    sequences: {
      nextValue: () => 1,
      currentValue: () => 1,
      lastValue: () => 1,
      setValue: () => {},
    },
    advisoryLocks: {
      lock: () => undefined,
      tryLock: () => true,
      unlock: () => true,
      unlockAll: () => {},
      all: () => [],
    },
    actions: {
      notify: () => {},
      signal: () => false,
      resetStatementFigures: () => 0,
    },
    catalog: {
      statementFigures: () => ({ all: [], deallocations: 0, resetMs: 0 }),
      currentDatabase: 'test',
      currentUser: 'coppice',
      currentSchema: 'public',
      searchPath: ['public'],
      relationOid: () => undefined,
      relationName: () => undefined,
      typeByOid: () => undefined,
      typeByName: builtinTypeByName,
      namespaceOid: () => undefined,
      namespaceName: () => undefined,
      effectivePath: ['pg_catalog', 'public'],
      processId: 1,
      startTime: 0,
      transactionId: 1,
      roleOid: () => undefined,
      ownerName: 'coppice',
      privileges: undefined,
      attributeNumber: () => 0,
      roleName: () => undefined,
      functionOid: () => undefined,
      functionName: () => undefined,
      isVisible: () => undefined,
      definitions: {
        view: () => undefined,
        index: () => undefined,
        constraint: () => undefined,
        expression: () => undefined,
        serialSequence: () => undefined,
        function: () => undefined,
      },
      comment: () => undefined,
      sharedComment: () => undefined,
      rowCount: () => undefined,
      relationSizeBytes: () => undefined,
      databaseSizeBytes: () => undefined,
      sequence: () => undefined,
      settingsList: () => [],
      preparedStatements: () => [],
      server: () => undefined,
      activity: () => [],
    },
    checkCancelled: () => {},
    gathering: new Gathering(new GatheringSpace(2 ** 32)),
    endGathering: () => {},
    ...more,
  }
}
