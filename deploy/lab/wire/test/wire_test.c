/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the wire that make no system calls, run on this machine. */
#include "../fate.h"
#include "../queue.h"

static int failures;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("line %d: %s\n", __LINE__, #condition);                                         \
            failures++;                                                                            \
        }                                                                                          \
    } while (0)

#define FRAMES 100000

/* An IPv4 TCP frame of 54 bytes of headers. */
static size_t tcp(uint8_t *bytes, uint32_t sport, uint32_t dport, uint32_t flags, uint32_t payload)
{
    uint32_t total = IPV4_MIN_BYTES + TCP_MIN_BYTES + payload;
    memset(bytes, 0, 200);
    bytes[12] = 8;
    bytes[14] = 0x45;
    bytes[16] = (uint8_t)(total >> 8);
    bytes[17] = (uint8_t)total;
    bytes[23] = PROTOCOL_TCP;
    bytes[34] = (uint8_t)(sport >> 8);
    bytes[35] = (uint8_t)sport;
    bytes[36] = (uint8_t)(dport >> 8);
    bytes[37] = (uint8_t)dport;
    bytes[46] = 0x50;
    bytes[47] = (uint8_t)flags;
    return ETHERNET_BYTES + total;
}

/* The same in IPv6, of 74 bytes of headers. */
static size_t tcp6(uint8_t *bytes, uint32_t sport, uint32_t dport, uint32_t flags, uint32_t payload)
{
    uint8_t four[200];
    size_t l4 = ETHERNET_BYTES + IPV4_MIN_BYTES;
    size_t behind = tcp(four, sport, dport, flags, payload) - l4;
    memset(bytes, 0, 200);
    bytes[12] = 0x86;
    bytes[13] = 0xdd;
    bytes[14] = 0x60;
    bytes[19] = (uint8_t)behind;
    bytes[20] = PROTOCOL_TCP;
    memcpy(bytes + ETHERNET_BYTES + IPV6_BYTES, four + l4, behind);
    return ETHERNET_BYTES + IPV6_BYTES + behind;
}

static void frames_of_ipv6_are_read(void)
{
    uint8_t bytes[200];
    size_t length = tcp6(bytes, 40000, 8080, FLAG_SYN, 7);
    struct frame f = wire_read(bytes, length + 20); /* padded */
    CHECK(f.protocol == PROTOCOL_TCP && f.source_port == 40000 && f.target_port == 8080);
    CHECK(f.flags == FLAG_SYN && f.payload == 7 && f.end == length);
    for (size_t cut = ETHERNET_BYTES + 1; cut < length; cut++)
        CHECK(wire_read(bytes, cut).end <= cut);
    bytes[18] = 0xff; /* a packet longer than its frame */
    CHECK(wire_read(bytes, length).end == length);
    bytes[18] = bytes[19] = 0; /* and one without a port */
    CHECK(wire_read(bytes, length).source_port == 0);
    tcp6(bytes, 1, 2, 0, 0);
    bytes[20] = 0; /* hop-by-hop options first */
    CHECK(wire_read(bytes, length).target_port == 0);
}

static void frames_are_read(void)
{
    uint8_t bytes[200];
    size_t length = tcp(bytes, 40000, 8080, FLAG_SYN, 7);
    struct frame f = wire_read(bytes, length + 20); /* padded */
    CHECK(f.protocol == PROTOCOL_TCP && f.source_port == 40000 && f.target_port == 8080);
    CHECK(f.flags == FLAG_SYN && f.payload == 7 && f.end == length);
    for (size_t cut = ETHERNET_BYTES + 1; cut < length; cut++)
        CHECK(wire_read(bytes, cut).end <= cut);
    bytes[12] = 0x88;
    CHECK(wire_read(bytes, length).protocol == 0 && wire_read(bytes, length).end == length);
    tcp(bytes, 1, 2, 0, 0);
    bytes[46] = 0xf0; /* a header longer than the packet */
    CHECK(wire_read(bytes, 54).payload == 0);
    bytes[14] = 0x4f; /* so is the IP header */
    CHECK(wire_read(bytes, 54).source_port == 0);
}

static void rules_are_parsed(void)
{
    struct rule r;
    CHECK(!wire_parse_rule("to:dport=8080,data:lose=5,reorder=1.5/7,delay=39.5~2,rate=10", &r));
    CHECK(r.side == FAR && r.target_port == 8080 && r.source_port == 0 && r.part == DATA);
    CHECK(r.lose == 50000 && r.reorder == 15000 && r.reorder_ns == 7000000);
    CHECK(r.delay_ns == 39500000 && r.jitter_ns == 2000000 && r.bits_per_second == 10000000);
    CHECK(!wire_parse_rule("from:any:duplicate=100,corrupt=0,reorder=1", &r));
    CHECK(r.side == NEAR && r.duplicate == ONE_MILLION && r.reorder_ns == REORDER_DEFAULT_NS);
    const char *wrong[] = {"to:any", "to:any:lose=101", "to:any:lose=", "to:any:lose=5x", "on:any:",
                           "to:sport=0:lose=1", "to:sport=70000:lose=1", "to:what:lose=1",
                           "to:any:win=1", "to:any:lose=1:more", "to:any:delay=-1",
                           "to:any:reorder=1/x", "to:any:rate=0", "", "to::lose=1"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        CHECK(wire_parse_rule(wrong[i], &r));
    char lengthy[400];
    memset(lengthy, 'x', sizeof(lengthy));
    lengthy[sizeof(lengthy) - 1] = 0;
    CHECK(wire_parse_rule(lengthy, &r));
}

/* Whether the rule takes a TCP frame from port 40000 to port 8080, of either version of IP. */
static int takes(const char *rule, enum side side, uint32_t flags, uint32_t payload)
{
    uint8_t bytes[200];
    struct rule r;
    struct frame four = wire_read(bytes, tcp(bytes, 40000, 8080, flags, payload));
    struct frame six = wire_read(bytes, tcp6(bytes, 40000, 8080, flags, payload));
    CHECK(!wire_parse_rule(rule, &r));
    CHECK(wire_matches(&r, side, &four) == wire_matches(&r, side, &six));
    return wire_matches(&r, side, &four);
}

static void rules_match(void)
{
    CHECK(takes("from:any:lose=1", NEAR, 0, 0) && !takes("from:any:lose=1", FAR, 0, 0));
    CHECK(takes("to:any:lose=1", FAR, 0, 0) && !takes("to:udp:lose=1", FAR, 0, 0));
    CHECK(takes("to:data:lose=1", FAR, 0, 1) && !takes("to:data:lose=1", FAR, 0, 0));
    CHECK(takes("to:data:lose=1", FAR, FLAG_SYN, 0) && takes("to:data:lose=1", FAR, FLAG_FIN, 0));
    CHECK(takes("to:ack:lose=1", FAR, 0, 0) && !takes("to:ack:lose=1", FAR, 0, 1));
    CHECK(!takes("to:ack:lose=1", FAR, FLAG_RST, 0) && !takes("to:ack:lose=1", FAR, FLAG_FIN, 0));
    CHECK(takes("to:dport=8080:lose=1", FAR, 0, 0) && !takes("to:sport=8080:lose=1", FAR, 0, 0));
    CHECK(takes("to:sport=40000,tcp:lose=1", FAR, 0, 0));
}

/* As often as told, to a tenth. */
static int about(uint64_t count, uint64_t percent)
{
    return count * 100 > FRAMES * percent * 9 / 10 && count * 100 < FRAMES * percent * 11 / 10;
}

static void fates_are_as_frequent_as_told(void)
{
    struct rule r;
    struct frame f = {.end = 100};
    uint64_t flips[100] = {0}, copies = 0;
    CHECK(!wire_parse_rule("to:any:lose=20,duplicate=5,reorder=10,corrupt=50", &r));
    for (int i = 0; i < FRAMES; i++) {
        struct fate fate = wire_decide(&r, 7, 0, &f, 0);
        copies += fate.copies;
        flips[fate.flip_at]++;
        CHECK(!fate.flip_at || (fate.flip_at >= ETHERNET_BYTES && fate.flip_at < f.end));
        CHECK(fate.flip_bit && !(fate.flip_bit & (fate.flip_bit - 1)));
    }
    CHECK(r.matched == FRAMES && about(r.lost, 20) && about(r.duplicated, 4));
    CHECK(about(r.reordered, 8) && about(r.corrupted, 40) && r.dropped == 0);
    CHECK(copies == FRAMES - r.lost + r.duplicated && flips[0] == FRAMES - r.corrupted);
    for (int i = ETHERNET_BYTES; i < 100; i++)
        CHECK(flips[i] > 0);
}

static void one_seed_fixes_all_decisions(void)
{
    struct rule a, b, c;
    struct frame f = {.end = 1500};
    int differ = 0;
    wire_parse_rule("to:any:lose=50,corrupt=50", &a);
    b = c = a;
    for (int i = 0; i < 1000; i++) {
        struct fate one = wire_decide(&a, 1, 0, &f, 0), same = wire_decide(&b, 1, 0, &f, 99);
        struct fate other = wire_decide(&c, 2, 0, &f, 0);
        CHECK(one.copies == same.copies && one.flip_at == same.flip_at);
        differ += one.copies != other.copies || one.flip_at != other.flip_at;
    }
    CHECK(differ > 500);
}

static void delay_jitter_and_rate(void)
{
    struct rule r;
    struct frame f = {.end = 1250};
    uint64_t least = ~0ull, most = 0;
    wire_parse_rule("to:any:delay=40~2", &r);
    for (int i = 0; i < 1000; i++) {
        uint64_t delay = wire_decide(&r, 3, 0, &f, 0).delay_ns;
        least = delay < least ? delay : least;
        most = delay > most ? delay : most;
    }
    CHECK(least >= 38000000 && least < 38100000 && most > 41900000 && most <= 42000000);
    wire_parse_rule("to:any:rate=10", &r); /* a millisecond for each frame */
    CHECK(wire_decide(&r, 3, 0, &f, 5000000).delay_ns == MILLISECOND_NS);
    CHECK(wire_decide(&r, 3, 0, &f, 5000000).delay_ns == 2 * MILLISECOND_NS);
    CHECK(wire_decide(&r, 3, 0, &f, 50000000).delay_ns == MILLISECOND_NS);
    for (int i = 0; i < 1000; i++)
        wire_decide(&r, 3, 0, &f, 50000000);
    CHECK(r.dropped > 700 && r.dropped < 900); /* what is behind by 200 ms */
}

static void the_queue_keeps_order_and_its_limit(void)
{
    static struct queue q;
    struct waiting *w;
    uint64_t due_ns = 0, number = 0;
    uint8_t byte = 1;
    for (uint32_t i = 0; i < QUEUE_LIMIT + 10; i++)
        wire_push(&q, wire_mix(i) % 100, NEAR, &byte, 1);
    CHECK(q.size == QUEUE_LIMIT && q.overflowed == 10);
    for (uint32_t left = QUEUE_LIMIT; (w = wire_pop(&q)); left--) {
        CHECK(w->due_ns > due_ns || (w->due_ns == due_ns && (w->number >= number)));
        CHECK(q.size == left - 1 && w->bytes[0] == 1 && w->length == 1);
        due_ns = w->due_ns;
        number = w->number;
        free(w);
    }
    CHECK(!wire_first(&q) && q.size == 0);
}

int main(void)
{
    frames_are_read();
    frames_of_ipv6_are_read();
    rules_are_parsed();
    rules_match();
    fates_are_as_frequent_as_told();
    one_seed_fixes_all_decisions();
    delay_jitter_and_rate();
    the_queue_keeps_order_and_its_limit();
    return failures != 0;
}
