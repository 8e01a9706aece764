/* Between the two objects of one module: counts for its source version. */
#define EXPORTER_LENGTH 16

int exporter_part(int value); /* in exporter_more.c */
