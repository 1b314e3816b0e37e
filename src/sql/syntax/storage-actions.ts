/** Actions of ALTER TABLE about the layout of what is stored, converted: statistics, storage, parameters, and what dumps set. */

import { type Fields, fieldsOf, itemsOf, kindOf, stringOf } from './fields.ts'
import { KNOWN_PARAMETERS, storageParametersOf } from './storage-parameters.ts'
import type { AlteredObject, StorageAction } from './tree.ts'

/** Of columns. */
const KNOWN_OF_COLUMNS = /^n_distinct(_inherited)?$/

function noBehavior(fields: Fields): void {
  fields.expect('behavior', 'DROP_RESTRICT', 'CASCADE')
}

const column = (fields: Fields): string => fields.text('name')

function parameters(fields: Fields, known: RegExp | undefined) {
  return storageParametersOf(fields, itemsOf(fields.source, fields.required('def'), fields.at), known)
}

const nothing = (fields: Fields): StorageAction => {
  noBehavior(fields)
  return { kind: 'nothing', at: fields.at }
}

function ofTrigger(fields: Fields, trigger: string | undefined): StorageAction {
  noBehavior(fields)
  return { kind: 'enable trigger', at: fields.at, trigger }
}

function method(fields: Fields, kind: 'set storage' | 'set compression'): StorageAction {
  noBehavior(fields)
  const name = stringOf(fields.source, fields.required('def'), fields.at)
  return { kind, at: fields.at, column: column(fields), method: name }
}

const IDENTITIES = { d: 'default', f: 'full', n: 'nothing', i: 'index' } as const

/** `SET (…)`. What a view takes is known where it is altered. */
export function setOptions(fields: Fields, object: AlteredObject): StorageAction {
  noBehavior(fields)
  const known = object === 'view' ? /^/ : KNOWN_PARAMETERS
  return { kind: 'set options', at: fields.at, options: parameters(fields, known) }
}

export const STORAGE_ACTIONS: Readonly<Record<string, (fields: Fields) => StorageAction>> = {
  AT_ResetRelOptions: fields => {
    noBehavior(fields)
    return { kind: 'reset options', at: fields.at, names: parameters(fields, undefined).map(one => one.name) }
  },
  AT_SetOptions: fields => {
    noBehavior(fields)
    const options = parameters(fields, KNOWN_OF_COLUMNS)
    return { kind: 'set column options', at: fields.at, column: column(fields), options }
  },
  AT_ResetOptions: fields => {
    noBehavior(fields)
    const names = parameters(fields, undefined).map(one => one.name)
    return { kind: 'reset column options', at: fields.at, column: column(fields), names }
  },
  AT_SetStatistics: fields => {
    noBehavior(fields)
    const node = fields.node('def')
    let target: number | undefined
    if (node !== undefined && kindOf(node) !== undefined) {
      const given = fieldsOf(fields.source, node, 'Integer', fields.at)
      target = given.integer('ival')
      given.done()
    }
    return { kind: 'set statistics', at: fields.at, column: column(fields), target }
  },
  AT_SetStorage: fields => method(fields, 'set storage'),
  AT_SetCompression: fields => method(fields, 'set compression'),
  AT_ReplicaIdentity: fields => {
    noBehavior(fields)
    const { at } = fields
    const identity = fieldsOf(fields.source, fields.required('def'), 'ReplicaIdentityStmt', at)
    const rows = identity.keyword('identity_type', IDENTITIES, 'REPLICA IDENTITY')
    const index = identity.string('name')
    identity.done()
    if (rows === 'index') return { kind: 'replica identity by index', at, index: index! }
    return { kind: 'replica identity', at, rows }
  },
  AT_ClusterOn: fields => {
    noBehavior(fields)
    return { kind: 'cluster on', at: fields.at, index: column(fields) }
  },
  AT_DropCluster: fields => {
    noBehavior(fields)
    return { kind: 'cluster on', at: fields.at, index: undefined }
  },
  AT_SetLogged: fields => {
    noBehavior(fields)
    return { kind: 'set logged', at: fields.at }
  },
  AT_EnableTrig: fields => ofTrigger(fields, column(fields)),
  AT_EnableAlwaysTrig: fields => ofTrigger(fields, column(fields)),
  AT_EnableReplicaTrig: fields => ofTrigger(fields, column(fields)),
  AT_DisableTrig: fields => ofTrigger(fields, column(fields)),
  AT_EnableTrigAll: fields => ofTrigger(fields, undefined),
  AT_EnableTrigUser: fields => ofTrigger(fields, undefined),
  // There are none of users.
  AT_DisableTrigUser: fields => ofTrigger(fields, undefined),
  AT_DropOids: nothing,
  AT_DisableRowSecurity: nothing,
  AT_NoForceRowSecurity: nothing,
}
