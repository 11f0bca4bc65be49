/* A streaming forecaster: C interface of libedgepredictor. All functions may be called from any thread; one stream, from one at a time. A function that cannot do what
   it is asked for, as with NULL or a stream that was freed, returns -1 (edge_create: NULL), and edge_error says why. Other pointers must point to what they are said to. */
#ifndef EDGE_PREDICTOR_H
#define EDGE_PREDICTOR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One sequence on its way through the model. All streams of the same weights share them. */
typedef struct edge_stream edge_stream;

/* Version of the interface: "1". Owned by the library. */
const char *edge_version(void);

/* What went wrong in this thread's last call that failed; "" before. Valid until the thread's next failing call. */
const char *edge_error(void);

/* A stream before its first step, of the weights built in (path NULL) or of a safetensors file. NULL on failure. */
edge_stream *edge_create(const char *path);

/* Values of a step, and of an answer. -1 on failure. */
int32_t edge_input_width(const edge_stream *stream);
int32_t edge_output_width(const edge_stream *stream);

/* One step: reads edge_input_width values, writes edge_output_width. 0, or -1 on failure: then the stream is as before. */
int32_t edge_step(edge_stream *stream, const float *input, float *output);

/* Back to before the first step. 0, or -1 on failure. */
int32_t edge_reset(edge_stream *stream);

/* The state as a value: edge_state_size floats, copied out and in, with which any stream of the same weights goes on to the bit. The last is a
   count of steps from 0 to 15. Both give 0, or -1 on failure (a number that is not finite, no such count): then the stream, or the memory, is as before. */
int32_t edge_state_size(const edge_stream *stream);
int32_t edge_get_state(const edge_stream *stream, float *state);
int32_t edge_set_state(edge_stream *stream, const float *state);

/* Ends a stream. NULL, and a stream that was freed, are allowed. */
void edge_free(edge_stream *stream);

#ifdef __cplusplus
}
#endif

#endif
