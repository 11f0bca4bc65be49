/* States taken out and put back, streams side by side, and failures that change nothing. Prints "ok", or which line did not hold. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge_predictor.h"

#define CHECK(condition) \
    do { if (!(condition)) { fprintf(stderr, "line %d: %s (%s)\n", __LINE__, #condition, edge_error()); return 2; } } while (0)

static int run(edge_stream *stream, int first, int count, float *answers)
{
    int outputs = edge_output_width(stream);
    for (int t = 0; t < count; t++) {
        float value = (float)((first + t) * 37 % 100);
        if (edge_step(stream, &value, answers + t * outputs) != 0)
            return -1;
    }
    return 0;
}

int main(void)
{
    CHECK(strcmp(edge_version(), "1") == 0);
    CHECK(strcmp(edge_error(), "") == 0);
    edge_stream *a = edge_create(NULL), *b = edge_create(NULL);
    CHECK(a != NULL && b != NULL);
    CHECK(edge_input_width(a) == 1);
    int outputs = edge_output_width(a), size = edge_state_size(a);
    CHECK(outputs > 0 && size > 0);
    size_t state_bytes = size * sizeof(float), answer_bytes = 20 * outputs * sizeof(float);
    float *start = malloc(state_bytes), *state = malloc(state_bytes), *now = malloc(state_bytes);
    float *expected = malloc(answer_bytes), *answers = malloc(answer_bytes);

    /* From the same state, in this stream or another, come the same answers. */
    edge_get_state(a, start);
    CHECK(run(a, 0, 20, answers) == 0);
    edge_get_state(a, state);
    CHECK(memcmp(start, state, state_bytes) != 0);
    CHECK(run(a, 20, 20, expected) == 0);
    CHECK(edge_set_state(a, state) == 0);
    CHECK(run(a, 20, 20, answers) == 0 && memcmp(expected, answers, answer_bytes) == 0);
    CHECK(edge_set_state(b, state) == 0);
    CHECK(run(b, 20, 20, answers) == 0 && memcmp(expected, answers, answer_bytes) == 0);

    /* Back at the beginning. */
    edge_reset(a);
    edge_get_state(a, now);
    CHECK(memcmp(start, now, state_bytes) == 0);
    CHECK(run(a, 20, 20, answers) == 0 && memcmp(expected, answers, answer_bytes) != 0);

    /* What fails says why and leaves the stream as it was. */
    float missing = NAN;
    edge_get_state(b, state);
    CHECK(edge_step(b, &missing, answers) == -1 && strstr(edge_error(), "NaN") != NULL);
    memcpy(now, state, state_bytes);
    now[size - 2] = NAN;
    CHECK(edge_set_state(b, now) == -1 && strstr(edge_error(), "The state is NaN") != NULL);
    memcpy(now, state, state_bytes);
    now[size - 1] = 16;
    CHECK(edge_set_state(b, now) == -1 && strstr(edge_error(), "count of steps") != NULL);
    edge_get_state(b, now);
    CHECK(memcmp(state, now, state_bytes) == 0);
    CHECK(edge_create("nowhere.safetensors") == NULL && strstr(edge_error(), "nowhere.safetensors") != NULL);

    /* Streams come and go. */
    for (int i = 0; i < 10000; i++) {
        edge_stream *one = edge_create(NULL);
        CHECK(one != NULL && run(one, i, 1, answers) == 0);
        edge_free(one);
    }
    edge_free(NULL);
    edge_free(a);
    edge_free(b);
    free(start);
    free(state);
    free(now);
    free(expected);
    free(answers);
    printf("ok\n");
    return 0;
}
