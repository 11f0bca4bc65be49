/* Every function with everything that is no stream, and with NULL for memory. Prints "ok", or which line did not hold. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge_predictor.h"

#define CHECK(condition) \
    do { if (!(condition)) { fprintf(stderr, "line %d: %s (%s)\n", __LINE__, #condition, edge_error()); return 2; } } while (0)

static int fails_with(int result, const char *part)
{
    return result == -1 && strstr(edge_error(), part) != NULL;
}

static int no_stream(edge_stream *stream, const char *part, float *memory)
{
    CHECK(fails_with(edge_input_width(stream), part));
    CHECK(fails_with(edge_output_width(stream), part));
    CHECK(fails_with(edge_state_size(stream), part));
    CHECK(fails_with(edge_step(stream, memory, memory), part));
    CHECK(fails_with(edge_step(stream, NULL, NULL), part));
    CHECK(fails_with(edge_reset(stream), part));
    CHECK(fails_with(edge_get_state(stream, memory), part));
    CHECK(fails_with(edge_get_state(stream, NULL), part));
    CHECK(fails_with(edge_set_state(stream, memory), part));
    CHECK(fails_with(edge_set_state(stream, NULL), part));
    edge_free(stream);
    return 0;
}

int main(void)
{
    float memory[4096] = { 0 }, before[4096], value = 1;
    edge_stream *live = edge_create(NULL), *freed = edge_create(NULL);
    CHECK(live != NULL && freed != NULL);
    CHECK(strcmp(edge_version(), "1") == 0 && strcmp(edge_error(), "") == 0);
    int size = edge_state_size(live);
    CHECK(size > 0 && size <= 4096);
    edge_free(freed);

    if (no_stream(NULL, "NULL", memory) != 0)
        return 2;
    uintptr_t strange[] = { (uintptr_t)freed, 3, 8, 4096, (uintptr_t)memory, (uintptr_t)main, UINTPTR_MAX, UINTPTR_MAX / 2, (uintptr_t)1 << 47 };
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
        if (no_stream((edge_stream *)strange[i], "no such stream", memory) != 0)
            return 2;
    uint64_t seed = 1;
    for (int i = 0; i < 1000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        if (seed >> 32 != 0 && no_stream((edge_stream *)(uintptr_t)(seed | (uintptr_t)1 << 40), "no such stream", memory) != 0)
            return 2;
    }

    /* A stream that lives, and no memory: it is as before. */
    CHECK(edge_step(live, &value, memory) == 0 && edge_get_state(live, before) == 0);
    CHECK(fails_with(edge_step(live, NULL, memory), "input is NULL"));
    CHECK(fails_with(edge_step(live, &value, NULL), "output is NULL"));
    CHECK(fails_with(edge_get_state(live, NULL), "state is NULL"));
    CHECK(fails_with(edge_set_state(live, NULL), "state is NULL"));
    CHECK(edge_get_state(live, memory) == 0 && memcmp(before, memory, size * sizeof(float)) == 0);

    /* Files that are none. */
    const char *paths[] = { "", "/", ".", "nowhere.safetensors", "\xff\xfe", "/dev/null", "a/b/c" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        CHECK(edge_create(paths[i]) == NULL && strlen(edge_error()) > 0);
    char *longest = malloc(100001);
    memset(longest, 'x', 100000);
    longest[100000] = 0;
    CHECK(edge_create(longest) == NULL && strlen(edge_error()) > 0);
    free(longest);

    CHECK(edge_reset(live) == 0 && edge_step(live, &value, memory) == 0);
    edge_free(live);
    edge_free(live);
    edge_free(NULL);
    printf("ok\n");
    return 0;
}
