/**
 * The server of `server.ts`, in a process of its own: it serves the file that it is given, writes its port to its standard output,
 * and answers each message with the processor time that it has used, in microseconds.
 */

import { serve } from './dist/server/index.js'

const [path] = process.argv.slice(2)
const server = await serve({ database: path, port: 0, limits: { connections: 1000, unauthenticated: 1000 } })
process.stdout.write(`${server.port}\n`)
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send!(user + system)
})
process.once('SIGTERM', () => {
  process.disconnect()
  void server.close()
})
