/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#define RECEIVE_BUFFER_BYTES (16 << 20)

static void die(const char *interface, const char *operation)
{
    fprintf(stderr, "wire: %s: %s: %s\n", interface, operation, strerror(errno));
    exit(1);
}

static void option(const struct line *line, int level, int name, int value)
{
    if (setsockopt(line->socket, level, name, &value, sizeof(value)))
        die(line->name, "setsockopt");
}

void line_open(struct line *line, const char *interface)
{
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
    *line = (struct line){.name = interface};
    address.sll_ifindex = (int)if_nametoindex(interface);
    if (!address.sll_ifindex)
        die(interface, "no such interface");
    /* Without a protocol nothing is received before the socket is bound. */
    line->socket = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (line->socket < 0)
        die(interface, "raw socket (needs root)");
    option(line, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES);
    option(line, SOL_SOCKET, SO_SNDBUFFORCE, RECEIVE_BUFFER_BYTES);
    option(line, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
    option(line, SOL_PACKET, PACKET_QDISC_BYPASS, 1);
    if (bind(line->socket, (struct sockaddr *)&address, sizeof(address)))
        die(interface, "bind");
}

void line_receive(struct line *line, struct batch *batch)
{
    struct mmsghdr messages[BATCH] = {0};
    struct iovec vectors[BATCH];
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){batch->bytes[i], sizeof(batch->bytes[i])};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    batch->size = 0;
    /* An interface that went down says so once; when it comes up again frames come again. */
    int count = recvmmsg(line->socket, messages, BATCH, MSG_TRUNC, NULL);
    for (int i = 0; i < count; i++)
        batch->length[i] = messages[i].msg_len;
    batch->size = count > 0 ? (uint32_t)count : 0;
    line->received += batch->size;
}

void line_send(struct line *line, struct outgoing *out)
{
    struct mmsghdr messages[2 * BATCH] = {0};
    struct iovec vectors[2 * BATCH];
    for (uint32_t i = 0; i < out->size; i++) {
        vectors[i] = (struct iovec){(void *)out->bytes[i], out->length[i]};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    uint32_t done = 0;
    while (done < out->size) {
        int count = sendmmsg(line->socket, messages + done, out->size - done, 0);
        if (count <= 0) {
            line->unsent++;
            count = 1;
        }
        done += (uint32_t)count;
    }
    out->size = 0;
}

void line_count_missed(struct line *line)
{
    struct tpacket_stats stats;
    socklen_t size = sizeof(stats);
    if (!getsockopt(line->socket, SOL_PACKET, PACKET_STATISTICS, &stats, &size))
        line->missed += stats.tp_drops;
}
