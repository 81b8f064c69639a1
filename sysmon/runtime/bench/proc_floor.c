/* The floor of a process table: what a plain C program pays for the same figures.
 *
 *   proc_floor open SWEEPS PAUSE_MS   lists /proc, then opens, reads, closes and parses each /proc/PID/stat,
 *                                     as most monitors do
 *   proc_floor kept SWEEPS PAUSE_MS   lists /proc, then reads descriptors that stay open
 *   proc_floor rest THREADS SECONDS   a process of THREADS threads that does nothing
 *
 * The first two print "MEDIAN_MS PROCESSES" of SWEEPS sweeps that are PAUSE_MS apart, after one sweep that
 * does not count. Times are CPU time of the thread, so that a busy machine does not count.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PIDS = 1 << 22, LINE = 1024 };

struct row {
    char name[64];
    char state;
    long long fields[21]; /* ppid (field 4) to rss (field 24) */
};

static int kept[PIDS];           /* descriptor + 1 by PID, 0 where not open */
static volatile long long spent; /* keeps the parser from being optimised away */

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void rest_ms(long ms) {
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&t, NULL);
}

static int parse(const char *line, struct row *row) {
    const char *open = strchr(line, '('), *close = strrchr(line, ')');
    if (!open || !close || close[1] != ' ')
        return 0;
    size_t length = close - open - 1;
    if (length >= sizeof row->name)
        length = sizeof row->name - 1;
    memcpy(row->name, open + 1, length);
    row->name[length] = 0;
    row->state = close[2];
    char *field = (char *)close + 3;
    for (int i = 0; i < 21; i++)
        row->fields[i] = strtoll(field, &field, 10);
    return 1;
}

static int open_stat(int pid) {
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static ssize_t read_stat(int pid, int keep, char *line) {
    if (!keep) {
        int descriptor = open_stat(pid);
        if (descriptor < 0)
            return -1;
        ssize_t length = read(descriptor, line, LINE - 1);
        close(descriptor);
        return length;
    }
    if (!kept[pid])
        kept[pid] = open_stat(pid) + 1;
    if (!kept[pid])
        return -1;
    ssize_t length = pread(kept[pid] - 1, line, LINE - 1, 0);
    if (length < 0) {
        close(kept[pid] - 1);
        kept[pid] = 0;
    }
    return length;
}

static int sweep(int keep) {
    DIR *directory = opendir("/proc");
    struct dirent *entry;
    struct row row;
    char line[LINE];
    int count = 0;
    if (!directory)
        return 0;
    while ((entry = readdir(directory))) {
        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        int pid = atoi(entry->d_name);
        ssize_t length = pid < PIDS ? read_stat(pid, keep, line) : -1;
        if (length <= 0)
            continue;
        line[length] = 0;
        if (parse(line, &row)) {
            spent += row.fields[10] + row.fields[20];
            count++;
        }
    }
    closedir(directory);
    return count;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int measure(int keep, int sweeps, long pause) {
    double *times = calloc(sweeps, sizeof *times);
    int count = sweep(keep);
    if (!times)
        return 1;
    for (int i = 0; i < sweeps; i++) {
        rest_ms(pause);
        double start = now_ms();
        count = sweep(keep);
        times[i] = now_ms() - start;
    }
    qsort(times, sweeps, sizeof *times, ascending);
    printf("%.4f %d\n", times[sweeps / 2], count);
    free(times);
    return 0;
}

static void *rest(void *unused) {
    for (;;)
        pause();
    return unused;
}

int main(int count, char **words) {
    if (count != 4)
        return 2;
    int first = atoi(words[2]);
    if (!strcmp(words[1], "rest")) {
        pthread_t thread;
        for (int i = 1; i < first; i++)
            if (pthread_create(&thread, NULL, rest, NULL))
                return 1;
        sleep(atoi(words[3]));
        return 0;
    }
    if (first < 1)
        return 2;
    return measure(!strcmp(words[1], "kept"), first, atol(words[3]));
}
