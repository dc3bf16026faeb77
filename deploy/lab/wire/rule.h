/* SPDX-License-Identifier: Apache-2.0 */
/* A rule: which frames, and what happens to them. Parsed from one word. No system calls. */
#ifndef WIRE_RULE_H
#define WIRE_RULE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

#define RULE_TEXT_BYTES 160
#define ONE_MILLION 1000000u /* probabilities are parts of it */
#define MILLISECOND_NS 1000000ull
#define REORDER_DEFAULT_NS (3 * MILLISECOND_NS)

enum side { NEAR, FAR, SIDES }; /* a frame is known by the side that it came in on */
enum part { ANY, DATA, ACK };   /* of a TCP stream: what is retransmitted, or what is not */

struct rule {
    char text[RULE_TEXT_BYTES];
    enum side side;
    enum part part;
    uint32_t protocol;
    uint32_t source_port;
    uint32_t target_port;
    uint32_t lose, duplicate, reorder, corrupt; /* parts of a million */
    uint64_t reorder_ns;
    uint64_t delay_ns, jitter_ns;
    uint64_t bits_per_second; /* 0: as fast as it goes */
    uint64_t free_at_ns;      /* when the line has sent what it has */
    uint64_t matched, lost, duplicated, reordered, corrupted, dropped;
};

static inline int wire_matches(const struct rule *r, enum side side, const struct frame *f)
{
    int carries = f->payload || (f->flags & (FLAG_SYN | FLAG_FIN));
    if (r->side != side || (r->protocol && r->protocol != f->protocol))
        return 0;
    if ((r->source_port && r->source_port != f->source_port)
        || (r->target_port && r->target_port != f->target_port))
        return 0;
    if (r->part == DATA)
        return carries && f->protocol == PROTOCOL_TCP;
    if (r->part == ACK)
        return !carries && !(f->flags & FLAG_RST) && f->protocol == PROTOCOL_TCP;
    return 1;
}

/* A number from low to high; what follows it is left in *end. */
static inline int wire_number(const char *text, double low, double high, double *value, char **end)
{
    *value = strtod(text, end);
    return *end != text && *value >= low && *value <= high ? 0 : -1;
}

static inline int wire_percent(const char *text, uint32_t *millionths, char **end)
{
    double value;
    if (wire_number(text, 0, 100, &value, end))
        return -1;
    *millionths = (uint32_t)(value * (ONE_MILLION / 100) + 0.5);
    return 0;
}

static inline int wire_milliseconds(const char *text, uint64_t *ns, char **end)
{
    double value;
    if (wire_number(text, 0, 60000, &value, end))
        return -1;
    *ns = (uint64_t)(value * MILLISECOND_NS);
    return 0;
}

static inline int wire_port(const char *text, uint32_t *port)
{
    double value;
    char *end;
    if (wire_number(text, 1, 65535, &value, &end) || *end)
        return -1;
    *port = (uint32_t)value;
    return 0;
}

static inline int wire_condition(char *word, struct rule *r)
{
    if (!strcmp(word, "any"))
        return 0;
    if (!strcmp(word, "tcp") || !strcmp(word, "udp")) {
        r->protocol = *word == 't' ? PROTOCOL_TCP : PROTOCOL_UDP;
        return 0;
    }
    if (!strcmp(word, "data") || !strcmp(word, "ack")) {
        r->part = *word == 'd' ? DATA : ACK;
        return 0;
    }
    if (!strncmp(word, "sport=", 6))
        return wire_port(word + 6, &r->source_port);
    return strncmp(word, "dport=", 6) ? -1 : wire_port(word + 6, &r->target_port);
}

static inline int wire_action(char *word, struct rule *r)
{
    char *end = "?";
    int bad = -1;
    if (!strncmp(word, "lose=", 5)) {
        bad = wire_percent(word + 5, &r->lose, &end);
    } else if (!strncmp(word, "duplicate=", 10)) {
        bad = wire_percent(word + 10, &r->duplicate, &end);
    } else if (!strncmp(word, "corrupt=", 8)) {
        bad = wire_percent(word + 8, &r->corrupt, &end);
    } else if (!strncmp(word, "reorder=", 8)) {
        bad = wire_percent(word + 8, &r->reorder, &end);
        r->reorder_ns = REORDER_DEFAULT_NS;
        if (!bad && *end == '/')
            bad = wire_milliseconds(end + 1, &r->reorder_ns, &end);
    } else if (!strncmp(word, "delay=", 6)) {
        bad = wire_milliseconds(word + 6, &r->delay_ns, &end);
        if (!bad && *end == '~')
            bad = wire_milliseconds(end + 1, &r->jitter_ns, &end);
    } else if (!strncmp(word, "rate=", 5)) {
        double megabits;
        bad = wire_number(word + 5, 0.001, 100000, &megabits, &end);
        r->bits_per_second = bad ? 0 : (uint64_t)(megabits * 1e6);
    }
    return bad || *end ? -1 : 0;
}

/*
 * SIDE:CONDITION[,CONDITION]...:ACTION[,ACTION]...   0, or -1 for a word that says something else.
 * SIDE is "from" the host or "to" it.
 */
static inline int wire_parse_rule(const char *text, struct rule *r)
{
    char word[RULE_TEXT_BYTES];
    char *parts[3] = {0}, *rest = word, *more;
    memset(r, 0, sizeof(*r));
    if (strlen(text) >= sizeof(word))
        return -1;
    strcpy(word, text);
    strcpy(r->text, text);
    for (int i = 0; i < 3; i++)
        parts[i] = strsep(&rest, ":");
    if (rest || !parts[2] || (strcmp(parts[0], "from") && strcmp(parts[0], "to")))
        return -1;
    r->side = *parts[0] == 'f' ? NEAR : FAR;
    while ((more = strsep(&parts[1], ",")))
        if (wire_condition(more, r))
            return -1;
    while ((more = strsep(&parts[2], ",")))
        if (wire_action(more, r))
            return -1;
    return 0;
}

#endif
