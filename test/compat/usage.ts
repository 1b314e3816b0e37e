/** What `npm run compat -- --help` prints. */
export const USAGE = `npm run compat: the package as it is packed, in every runtime that it is meant for, and a table of what works where.

  -- --only node@22,bun     these runtimes
  -- --tests wal,table      the tests of these folders
  -- --quick                of no folder
  -- --no-checks            only tests
  -- --sql                  all tests of test/sql/session, and not without the long ones
  -- --all                  random stories of threads at full length, and not at a fifth; the tests of this Node, too
  -- --at-once 2            so many folders at a time
  -- --silence 300          how many seconds a process may say nothing
  -- --file-minutes 15      how many minutes a file may take
  -- --record FILE          keeps what was found in FILE, and goes on where an earlier run was when it ended
  -- --again                what has failed according to the record is run again
  -- --cache DIRECTORY      where the runtimes are: node_modules/.cache/compat
  -- --help                 this`
