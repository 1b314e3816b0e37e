/*
 * SQLite in C with the settings of better-sqlite3's part: write-ahead log, `synchronous = FULL`, a cache that holds
 * everything, a table WITHOUT ROWID keyed by the blob, statements prepared once, lookups in one read transaction,
 * values read where SQLite has them.
 */

#include "channel.h"
#include <sqlite3.h>

static sqlite3 *db;
static sqlite3_stmt *insert_one, *select_one, *select_all, *select_range, *delete_one;

static void check(int code, const char *what) {
  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) fail(what, sqlite3_errmsg(db));
}

static void run(const char *sql) { check(sqlite3_exec(db, sql, NULL, NULL, NULL), sql); }

static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *statement;
  check(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), sql);
  return statement;
}

static void open_database(const char *path) {
  check(sqlite3_open(path, &db), "open");
  run("pragma journal_mode = WAL");
  run("pragma synchronous = FULL");
  run("pragma cache_size = -524288");
  run("create table if not exists entry (key blob primary key, value blob not null) strict, without rowid");
  insert_one = prepare("insert or replace into entry values (?, ?)");
  select_one = prepare("select value from entry where key = ?");
  select_all = prepare("select key, value from entry order by key");
  select_range = prepare("select key, value from entry where key >= ? order by key limit 10");
  delete_one = prepare("delete from entry where key = ?");
}

static void put_one(const Data *data, uint32_t i) {
  check(sqlite3_bind_blob(insert_one, 1, key_of(data, i), (int)data->key_bytes, SQLITE_STATIC), "key");
  check(sqlite3_bind_blob(insert_one, 2, value_of(data, i), (int)data->value_bytes, SQLITE_STATIC), "value");
  check(sqlite3_step(insert_one), "insert");
  check(sqlite3_reset(insert_one), "insert");
}

static void put_all(const Data *data, uint32_t from, uint32_t to) {
  run("begin immediate");
  for (uint32_t i = from; i < to; i++) put_one(data, i);
  run("commit");
}

static void load(const Data *data) { put_all(data, 0, data->count); }

static uint32_t fold_column(uint32_t digest, sqlite3_stmt *statement, int column) {
  const void *bytes = sqlite3_column_blob(statement, column);
  return fold(digest, bytes, (size_t)sqlite3_column_bytes(statement, column));
}

static uint32_t get(const Data *data, const Questions *questions) {
  uint32_t digest = 0;
  run("begin");
  for (uint32_t i = 0; i < questions->length; i++) {
    const uint8_t *key = questions->keys + (size_t)i * data->key_bytes;
    sqlite3_bind_blob(select_one, 1, key, (int)data->key_bytes, SQLITE_STATIC);
    if (sqlite3_step(select_one) != SQLITE_ROW) fail("get", "not found");
    digest = fold_column(digest, select_one, 0);
    sqlite3_reset(select_one);
  }
  run("commit");
  return digest;
}

static uint32_t fold_rows(uint32_t digest, sqlite3_stmt *statement) {
  while (sqlite3_step(statement) == SQLITE_ROW)
    digest = fold_column(fold_column(digest, statement, 0), statement, 1);
  check(sqlite3_reset(statement), "rows");
  return digest;
}

static uint32_t scan(const Data *data) {
  (void)data;
  return fold_rows(0, select_all);
}

static uint32_t ranges(const Data *data, const Questions *questions) {
  uint32_t digest = 0;
  run("begin");
  for (uint32_t i = 0; i < questions->length; i++) {
    const uint8_t *key = questions->keys + (size_t)i * data->key_bytes;
    sqlite3_bind_blob(select_range, 1, key, (int)data->key_bytes, SQLITE_STATIC);
    digest = fold_rows(digest, select_range);
  }
  run("commit");
  return digest;
}

static void commit_batches(const Data *data, uint32_t from, uint32_t to, uint32_t size) {
  if (size == 1) {
    for (uint32_t i = from; i < to; i++) put_one(data, i);
    return;
  }
  for (uint32_t first = from; first < to; first += size) put_all(data, first, first + size);
}

static void commit_unsynced(const Data *data, uint32_t from, uint32_t to) {
  run("pragma synchronous = OFF");
  commit_batches(data, from, to, 1);
  run("pragma synchronous = FULL");
}

static void remove_all(const Data *data, const Questions *questions) {
  run("begin immediate");
  for (uint32_t i = 0; i < questions->length; i++) {
    const uint8_t *key = questions->keys + (size_t)i * data->key_bytes;
    sqlite3_bind_blob(delete_one, 1, key, (int)data->key_bytes, SQLITE_STATIC);
    check(sqlite3_step(delete_one), "delete");
    sqlite3_reset(delete_one);
  }
  run("commit");
}

static void settle(void) { run("pragma wal_checkpoint(TRUNCATE)"); }

static void compact(void) {
  run("vacuum");
  settle();
}

static void close_database(void) {
  sqlite3_stmt *statements[] = {insert_one, select_one, select_all, select_range, delete_one};
  for (int i = 0; i < 5; i++) sqlite3_finalize(statements[i]);
  check(sqlite3_close(db), "close");
}

int main(int argc, char **argv) {
  if (argc == 2 && !strcmp(argv[1], "--version")) {
    printf("%s\n", sqlite3_libversion());
    return 0;
  }
  if (argc != 6) fail("usage", "sqlite PATH TOTAL COUNT KEY_BYTES VALUE_BYTES");
  Data data = read_data(argv + 2);
  open_database(argv[1]);
  answer(0, 0);
  serve(&data);
  return 0;
}
