// The lock holder in a worker thread, which does not inherit the loader that reads TypeScript.
import { register } from 'tsx/esm/api'

register()
await import('./lock-holder.ts')
