/* Reads values, one a line, and after each prints the forecasts: cc example.c libedgepredictor.so -o example */
#include <stdio.h>
#include <stdlib.h>

#include "edge_predictor.h"

int main(int argc, char **argv)
{
    edge_stream *stream = edge_create(argc > 1 ? argv[1] : NULL);
    if (stream == NULL) {
        fprintf(stderr, "%s\n", edge_error());
        return 2;
    }
    int outputs = edge_output_width(stream);
    float value, *forecast = malloc(outputs * sizeof *forecast);
    while (scanf("%f", &value) == 1) {
        if (edge_step(stream, &value, forecast) != 0) {
            fprintf(stderr, "%s\n", edge_error());
            return 2;
        }
        for (int i = 0; i < outputs; i++)
            printf("%s%.9g", i > 0 ? "\t" : "", forecast[i]);
        printf("\n");
    }
    free(forecast);
    edge_free(stream);
    return 0;
}
