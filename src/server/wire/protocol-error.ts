/** What ends a connection: the client has broken the protocol, is not let in, or has used up its time. */

export class ProtocolError extends Error {
  readonly sqlstate: string

  constructor(sqlstate: string, message: string) {
    super(message)
    this.name = 'ProtocolError'
    this.sqlstate = sqlstate
  }
}

/** The client is gone, or was sent away without a word. */
export class ConnectionClosed extends Error {
  constructor() {
    super('the connection is closed')
    this.name = 'ConnectionClosed'
  }
}
