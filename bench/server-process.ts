/** The server of `server.ts`, in a process of its own: a table of 100,000 rows, and the port on its standard output. */

import { serve } from './dist/server/index.js'

const [path] = process.argv.slice(2)
const server = await serve({ database: path, port: 0, limits: { connections: 1000, unauthenticated: 1000 } })
process.stdout.write(`${server.port}\n`)
process.once('SIGTERM', () => void server.close())
