/*
 * What the two programs share: the data that the run hands over, its digest, the clock, the commands.
 *
 * A program is started with the path of its database and the sizes. On standard input come all keys, then the
 * bytes that values are windows of, then commands, a line each; a question's key numbers follow its line as
 * 32-bit integers. Each command is answered by a line: nanoseconds, digest. The keys of a question are copied
 * into the order in which they are asked for before the clock starts, as the run does for all contenders.
 */

#ifndef CHANNEL_H
#define CHANNEL_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define VALUE_POOL_BYTES (1u << 16)
#define RANGE_LENGTH 10

typedef struct {
  uint32_t total, count, key_bytes, value_bytes;
  uint8_t *keys, *pool;
} Data;

typedef struct {
  uint32_t length;
  uint32_t *order;
  uint8_t *keys;
} Questions;

static void fail(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}

static void *allocate(size_t bytes) {
  void *memory = malloc(bytes ? bytes : 1);
  if (memory == NULL) fail("memory", "none left");
  return memory;
}

static void read_fully(void *target, size_t bytes) {
  if (fread(target, 1, bytes, stdin) != bytes) fail("standard input", "ended early");
}

static Data read_data(char **sizes) {
  Data data = {.total = (uint32_t)atol(sizes[0]),
               .count = (uint32_t)atol(sizes[1]),
               .key_bytes = (uint32_t)atol(sizes[2]),
               .value_bytes = (uint32_t)atol(sizes[3])};
  size_t key_total = (size_t)data.total * data.key_bytes, pool_total = VALUE_POOL_BYTES + data.value_bytes;
  data.keys = allocate(key_total);
  data.pool = allocate(pool_total);
  read_fully(data.keys, key_total);
  read_fully(data.pool, pool_total);
  return data;
}

static inline uint8_t *key_of(const Data *data, uint32_t number) {
  return data->keys + (size_t)number * data->key_bytes;
}

static inline uint8_t *value_of(const Data *data, uint32_t number) {
  return data->pool + ((number * 40503u) & (VALUE_POOL_BYTES - 1));
}

static Questions read_questions(const Data *data, uint32_t length) {
  Questions questions = {.length = length,
                         .order = allocate((size_t)length * 4),
                         .keys = allocate((size_t)length * data->key_bytes)};
  read_fully(questions.order, (size_t)length * 4);
  for (uint32_t i = 0; i < length; i++)
    memcpy(questions.keys + (size_t)i * data->key_bytes, key_of(data, questions.order[i]), data->key_bytes);
  return questions;
}

static void free_questions(Questions questions) {
  free(questions.order);
  free(questions.keys);
}

static inline uint32_t fold(uint32_t digest, const void *bytes, size_t length) {
  const uint8_t *at = bytes;
  return digest * 31u + (uint32_t)length + at[0] + ((uint32_t)at[length - 1] << 8);
}

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void answer(uint64_t elapsed_ns, uint32_t digest) {
  printf("%llu %d\n", (unsigned long long)elapsed_ns, (int32_t)digest);
  fflush(stdout);
}

/* What each program implements. A method that reads returns the digest. */
static void load(const Data *data);
static uint32_t get(const Data *data, const Questions *questions);
static uint32_t scan(const Data *data);
static uint32_t ranges(const Data *data, const Questions *questions);
static void commit_batches(const Data *data, uint32_t from, uint32_t to, uint32_t size);
static void commit_unsynced(const Data *data, uint32_t from, uint32_t to);
static void remove_all(const Data *data, const Questions *questions);
static void settle(void);
static void compact(void);
static void close_database(void);

/* Carries out commands until `close` or the end of the input. */
static void serve(const Data *data) {
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    char name[16] = "";
    uint32_t a = 0, b = 0, c = 0, digest = 0;
    sscanf(line, "%15s %u %u %u", name, &a, &b, &c);
    int asks = !strcmp(name, "get") || !strcmp(name, "ranges") || !strcmp(name, "remove");
    Questions questions = {0};
    if (asks) questions = read_questions(data, a);
    uint64_t start = now_ns();
    if (!strcmp(name, "load")) load(data);
    else if (!strcmp(name, "get")) digest = get(data, &questions);
    else if (!strcmp(name, "scan")) digest = scan(data);
    else if (!strcmp(name, "ranges")) digest = ranges(data, &questions);
    else if (!strcmp(name, "remove")) remove_all(data, &questions);
    else if (!strcmp(name, "commit")) commit_batches(data, a, b, c);
    else if (!strcmp(name, "unsynced")) commit_unsynced(data, a, b);
    else if (!strcmp(name, "settle")) settle();
    else if (!strcmp(name, "compact")) compact();
    else if (!strcmp(name, "close")) close_database();
    else fail("unknown command", name);
    answer(now_ns() - start, digest);
    if (asks) free_questions(questions);
    if (!strcmp(name, "close")) return;
  }
}

#endif
