/** Connections for which the planner may not use some of its ways. */

import type { Connection, Database } from '../../src/index.ts'

export interface SwitchedConnection {
  /** Which, for messages. */
  readonly off: string
  readonly connection: Connection
}

/** @param settings for each connection: what is switched off together */
export function connectionsWithout(
  db: Database,
  settings: readonly (readonly string[])[],
): readonly SwitchedConnection[] {
  return settings.map(off => {
    const connection = db.connect()
    for (const setting of off) connection.exec(`set ${setting} = off`)
    return { off: off.join(', '), connection }
  })
}
