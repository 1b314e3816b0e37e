/*
 * LMDB in C, as its documentation and its own benchmark use it: one environment with a generous map, a database
 * opened once, one read transaction that is reset and renewed, a cursor for ranges, values read where they lie in
 * the map. Default flags, so a commit is durable; MDB_NOSYNC for the unsynced ones; MDB_NOMEMINIT as lmdb-js has it
 * here. Sorted data goes in without MDB_APPEND, since the other contenders do not know either that it is sorted.
 */

#include "channel.h"
#include <lmdb.h>

#define MAP_BYTES (64ull << 30)

static MDB_env *env;
static MDB_dbi dbi;
static MDB_txn *reader;
static const char *path;

static void check(int code, const char *what) {
  if (code != MDB_SUCCESS) fail(what, mdb_strerror(code));
}

static void open_database(void) {
  MDB_txn *txn;
  check(mdb_env_create(&env), "create");
  check(mdb_env_set_mapsize(env, MAP_BYTES), "map size");
  check(mdb_env_open(env, path, MDB_NOSUBDIR | MDB_NOMEMINIT, 0644), "open");
  check(mdb_txn_begin(env, NULL, 0, &txn), "begin");
  check(mdb_dbi_open(txn, NULL, MDB_CREATE, &dbi), "database");
  check(mdb_txn_commit(txn), "commit");
  check(mdb_txn_begin(env, NULL, MDB_RDONLY, &reader), "begin to read");
  mdb_txn_reset(reader);
}

static void put_all(const Data *data, uint32_t from, uint32_t to) {
  MDB_txn *txn;
  check(mdb_txn_begin(env, NULL, 0, &txn), "begin");
  for (uint32_t i = from; i < to; i++) {
    MDB_val key = {data->key_bytes, key_of(data, i)}, value = {data->value_bytes, value_of(data, i)};
    check(mdb_put(txn, dbi, &key, &value, 0), "put");
  }
  check(mdb_txn_commit(txn), "commit");
}

static void load(const Data *data) { put_all(data, 0, data->count); }

static uint32_t get(const Data *data, const Questions *questions) {
  uint32_t digest = 0;
  check(mdb_txn_renew(reader), "renew");
  for (uint32_t i = 0; i < questions->length; i++) {
    MDB_val key = {data->key_bytes, questions->keys + (size_t)i * data->key_bytes}, value;
    check(mdb_get(reader, dbi, &key, &value), "get");
    digest = fold(digest, value.mv_data, value.mv_size);
  }
  mdb_txn_reset(reader);
  return digest;
}

static uint32_t scan(const Data *data) {
  (void)data;
  uint32_t digest = 0;
  MDB_cursor *cursor;
  MDB_val key, value;
  check(mdb_txn_renew(reader), "renew");
  check(mdb_cursor_open(reader, dbi, &cursor), "cursor");
  while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS)
    digest = fold(fold(digest, key.mv_data, key.mv_size), value.mv_data, value.mv_size);
  mdb_cursor_close(cursor);
  mdb_txn_reset(reader);
  return digest;
}

static uint32_t ranges(const Data *data, const Questions *questions) {
  uint32_t digest = 0;
  MDB_cursor *cursor;
  check(mdb_txn_renew(reader), "renew");
  check(mdb_cursor_open(reader, dbi, &cursor), "cursor");
  for (uint32_t i = 0; i < questions->length; i++) {
    MDB_val key = {data->key_bytes, questions->keys + (size_t)i * data->key_bytes}, value;
    int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    for (int n = 0; code == MDB_SUCCESS; code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
      digest = fold(fold(digest, key.mv_data, key.mv_size), value.mv_data, value.mv_size);
      if (++n == RANGE_LENGTH) break;
    }
  }
  mdb_cursor_close(cursor);
  mdb_txn_reset(reader);
  return digest;
}

static void commit_batches(const Data *data, uint32_t from, uint32_t to, uint32_t size) {
  for (uint32_t first = from; first < to; first += size) put_all(data, first, first + size);
}

static void commit_unsynced(const Data *data, uint32_t from, uint32_t to) {
  check(mdb_env_set_flags(env, MDB_NOSYNC, 1), "flags");
  commit_batches(data, from, to, 1);
  check(mdb_env_set_flags(env, MDB_NOSYNC, 0), "flags");
}

static void remove_all(const Data *data, const Questions *questions) {
  MDB_txn *txn;
  check(mdb_txn_begin(env, NULL, 0, &txn), "begin");
  for (uint32_t i = 0; i < questions->length; i++) {
    MDB_val key = {data->key_bytes, questions->keys + (size_t)i * data->key_bytes};
    check(mdb_del(txn, dbi, &key, NULL), "delete");
  }
  check(mdb_txn_commit(txn), "commit");
}

static void settle(void) { check(mdb_env_sync(env, 1), "sync"); }

/* LMDB compacts by copying; the copy takes the file's place. */
static void compact(void) {
  char copy[4096];
  if (snprintf(copy, sizeof copy, "%s-compact", path) >= (int)sizeof copy) fail("compact", "path too long");
  check(mdb_env_copy2(env, copy, MDB_CP_COMPACT), "copy");
  close_database();
  if (rename(copy, path) != 0) fail("compact", "rename");
  open_database();
}

static void close_database(void) {
  mdb_txn_abort(reader);
  mdb_env_close(env);
}

int main(int argc, char **argv) {
  if (argc == 2 && !strcmp(argv[1], "--version")) {
    printf("%d.%d.%d\n", MDB_VERSION_MAJOR, MDB_VERSION_MINOR, MDB_VERSION_PATCH);
    return 0;
  }
  if (argc != 6) fail("usage", "lmdb PATH TOTAL COUNT KEY_BYTES VALUE_BYTES");
  path = argv[1];
  Data data = read_data(argv + 2);
  open_database();
  answer(0, 0);
  serve(&data);
  return 0;
}
