/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cable that misbehaves as told.  usage: wire NEAR FAR [SEED [RULE...]]
 *
 * Frames go from the interface NEAR (the host's side) to FAR and back. The first rule that matches a
 * frame decides about it; a frame without a rule goes on at once. Lines on standard input:
 *   rules SEED [RULE...]   other rules from now on; counters start at 0, frames that wait stay
 *   counters               print the counters
 * Each is answered by one line of JSON; SIGUSR1 asks for counters as well. At the end of standard
 * input, or on SIGTERM, the counters are printed and the wire ends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "fate.h"
#include "line.h"

#define RULES_LIMIT 32
#define COMMAND_BYTES 4096
#define WORDS_LIMIT (RULES_LIMIT + 2)

struct wire {
    struct line lines[SIDES];
    struct rule rules[RULES_LIMIT];
    uint32_t rule_count;
    uint64_t seed;
    struct queue queue;
    char command[COMMAND_BYTES];
    size_t command_bytes;
};

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static void print_line(struct line *line, const char *key)
{
    line_count_missed(line);
    printf("\"%s\":{\"interface\":\"%s\",\"received\":%lu,\"oversize\":%lu,\"unsent\":%lu,"
           "\"missed\":%lu},",
           key, line->name, line->received, line->oversize, line->unsent, line->missed);
}

static void print_counters(struct wire *w)
{
    printf("{");
    print_line(&w->lines[NEAR], "near");
    print_line(&w->lines[FAR], "far");
    printf("\"seed\":%lu,\"waiting\":%u,\"overflowed\":%lu,\"rules\":[", w->seed, w->queue.size,
           w->queue.overflowed);
    for (uint32_t i = 0; i < w->rule_count; i++) {
        struct rule *r = &w->rules[i];
        printf("%s{\"rule\":\"%s\",\"matched\":%lu,\"lost\":%lu,\"duplicated\":%lu,"
               "\"reordered\":%lu,\"corrupted\":%lu,\"dropped\":%lu}",
               i ? "," : "", r->text, r->matched, r->lost, r->duplicated, r->reordered,
               r->corrupted, r->dropped);
    }
    printf("]}\n");
    fflush(stdout);
}

/* Takes all rules or, if one is wrong, none of them. */
static int set_rules(struct wire *w, const char *seed, char **words, uint32_t count)
{
    struct rule rules[RULES_LIMIT];
    char *end;
    uint64_t number = strtoul(seed, &end, 10);
    if (*end || count > RULES_LIMIT) {
        printf("{\"error\":\"rules SEED [RULE...]: %s, at most %d rules\"}\n", seed, RULES_LIMIT);
        return -1;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (wire_parse_rule(words[i], &rules[i])) {
            printf("{\"error\":\"not a rule SIDE:CONDITIONS:ACTIONS: %s\"}\n", words[i]);
            return -1;
        }
    }
    memcpy(w->rules, rules, count * sizeof(rules[0]));
    w->rule_count = count;
    w->seed = number;
    return 0;
}

static void obey(struct wire *w, char *command)
{
    char *words[WORDS_LIMIT], *word;
    uint32_t count = 0;
    while (count < WORDS_LIMIT && (word = strsep(&command, " ")))
        if (*word)
            words[count++] = word;
    if (count == 1 && !strcmp(words[0], "counters"))
        print_counters(w);
    else if (count < 2 || strcmp(words[0], "rules"))
        printf("{\"error\":\"the commands are: rules SEED [RULE...], counters\"}\n");
    else if (!set_rules(w, words[1], words + 2, count - 2))
        print_counters(w);
    fflush(stdout);
}

/* 0 at the end of the input. */
static int read_commands(struct wire *w)
{
    ssize_t got = read(STDIN_FILENO, w->command + w->command_bytes,
                       sizeof(w->command) - 1 - w->command_bytes);
    if (got <= 0)
        return got < 0 && errno == EINTR;
    w->command_bytes += (size_t)got;
    w->command[w->command_bytes] = 0;
    char *line = w->command, *end;
    for (; (end = strchr(line, '\n')); line = end + 1) {
        *end = 0;
        obey(w, line);
    }
    w->command_bytes = strlen(line);
    memmove(w->command, line, w->command_bytes);
    return w->command_bytes < sizeof(w->command) - 1;
}

static void add(struct outgoing *out, const uint8_t *bytes, uint32_t length)
{
    out->bytes[out->size] = bytes;
    out->length[out->size++] = length;
}

/* Adds what goes on at once to the outgoing frames, and keeps what has to wait. */
static void judge(struct wire *w, enum side from, uint8_t *bytes, uint32_t length, uint64_t now,
                  struct outgoing *out)
{
    struct frame f = wire_read(bytes, length);
    struct fate fate = {.copies = 1};
    for (uint32_t i = 0; i < w->rule_count; i++) {
        if (wire_matches(&w->rules[i], from, &f)) {
            fate = wire_decide(&w->rules[i], w->seed, i, &f, now);
            break;
        }
    }
    if (fate.flip_at)
        bytes[fate.flip_at] ^= fate.flip_bit;
    for (; fate.copies; fate.copies--) {
        if (fate.delay_ns)
            wire_push(&w->queue, now + fate.delay_ns, from, bytes, length);
        else
            add(out, bytes, length);
    }
}

static void forward(struct wire *w, enum side from)
{
    static struct batch batch;
    struct outgoing out = {.size = 0};
    line_receive(&w->lines[from], &batch);
    uint64_t now = now_ns();
    for (uint32_t i = 0; i < batch.size; i++) {
        if (batch.length[i] > FRAME_LIMIT_BYTES)
            w->lines[from].oversize++;
        else if (batch.length[i] > ETHERNET_BYTES)
            judge(w, from, batch.bytes[i], batch.length[i], now, &out);
    }
    line_send(&w->lines[!from], &out);
}

static void release(struct wire *w)
{
    const struct waiting *first;
    uint64_t now = now_ns();
    while ((first = wire_first(&w->queue)) && first->due_ns <= now) {
        struct waiting *due = wire_pop(&w->queue);
        struct outgoing out = {.size = 0};
        add(&out, due->bytes, due->length);
        line_send(&w->lines[!due->from], &out);
        free(due);
    }
}

static int watch_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

/* 0 when the wire is to end. */
static int read_signal(struct wire *w, int signals)
{
    struct signalfd_siginfo info;
    if (read(signals, &info, sizeof(info)) != sizeof(info) || info.ssi_signo == SIGTERM)
        return 0;
    print_counters(w);
    return 1;
}

static void run(struct wire *w)
{
    struct pollfd fds[] = {{.fd = w->lines[NEAR].socket, .events = POLLIN},
                           {.fd = w->lines[FAR].socket, .events = POLLIN},
                           {.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = watch_signals(), .events = POLLIN}};
    int goes_on = 1;
    while (goes_on) {
        const struct waiting *first = wire_first(&w->queue);
        uint64_t now = now_ns(), left = first && first->due_ns > now ? first->due_ns - now : 0;
        struct timespec limit = {(time_t)(left / 1000000000ull), (long)(left % 1000000000ull)};
        if (ppoll(fds, 4, first ? &limit : NULL, NULL) < 0 && errno != EINTR)
            break;
        release(w);
        for (int side = NEAR; side < SIDES; side++)
            if (fds[side].revents)
                forward(w, (enum side)side);
        if (fds[2].revents)
            goes_on = read_commands(w);
        if (fds[3].revents)
            goes_on &= read_signal(w, fds[3].fd);
    }
}

int main(int argc, char **argv)
{
    static struct wire wire;
    if (argc < 3) {
        fprintf(stderr, "usage: wire NEAR FAR [SEED [RULE...]]\n");
        return 2;
    }
    if (argc > 3 && set_rules(&wire, argv[3], argv + 4, (uint32_t)argc - 4)) {
        fflush(stdout);
        return 2;
    }
    line_open(&wire.lines[NEAR], argv[1]);
    line_open(&wire.lines[FAR], argv[2]);
    print_counters(&wire);
    run(&wire);
    print_counters(&wire);
    return 0;
}
