/// <reference types="node" preserve="true" />

/**
 * `coppice/worker`: what a worker thread needs to read a database that the main thread has open.
 *
 * What is not exported here is private. Definitions of tables come from `coppice`, as everywhere.
 */

export { AttachedDatabase, attach } from './database/attach.ts'
export type { ParallelPart } from './database/parallel-options.ts'
export type { DatabaseShare, SnapshotShare } from './database/share.ts'
export { Snapshot } from './database/snapshot.ts'
