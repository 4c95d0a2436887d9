// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * delay.c - a link with a delay, between this network namespace and another.
 *
 * usage: delay ONE_WAY_US NETNS_FILE
 *
 * Makes the TUN device "link0" on both sides, says "ready", and carries
 * packets, each ONE_WAY_US later, until it is killed.  No root needed but in
 * the user namespace; here because not every kernel has netem.
 */

#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define SLOTS	4096		/* packets on their way; more are lost */
#define MTU	1500

/* One direction.  The delay is the same for all: first in, first out. */
struct pipe {
	int	in, out;
	size_t	head, count;
	struct packet {
		int64_t	due_us;
		size_t	len;
		char	data[MTU];
	} slot[SLOTS];
};

static struct pipe there, back;

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static int
tun_open(void)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);

	strcpy(ifr.ifr_name, "link0");
	if (fd == -1 || ioctl(fd, TUNSETIFF, &ifr) == -1)
		err(1, "TUN device");
	return fd;
}

static void
take(struct pipe *p, int64_t delay_us)
{
	char dropped[MTU];

	for (;;) {
		struct packet *k = &p->slot[(p->head + p->count) % SLOTS];
		char *to = p->count < SLOTS ? k->data : dropped;
		ssize_t n = read(p->in, to, MTU);

		if (n <= 0)
			return;
		if (to == dropped)
			continue;
		k->len = (size_t)n;
		k->due_us = now_us() + delay_us;
		p->count++;
	}
}

/* Send what is due; how long until the next, or -1. */
static int64_t
give(struct pipe *p)
{
	while (p->count > 0) {
		struct packet *k = &p->slot[p->head];
		int64_t left_us = k->due_us - now_us();

		if (left_us > 0)
			return left_us;
		if (write(p->out, k->data, k->len) == -1)
			warn("packet lost");
		p->head = (p->head + 1) % SLOTS;
		p->count--;
	}
	return -1;
}

static void
carry(int64_t delay_us)
{
	struct pollfd fds[] = {
		{ .fd = there.in, .events = POLLIN },
		{ .fd = back.in, .events = POLLIN },
	};

	for (;;) {
		int64_t a = give(&there), b = give(&back);
		int64_t wait_us = a < 0 || (b >= 0 && b < a) ? b : a;
		struct timespec t = { wait_us / 1000000, wait_us % 1000000 * 1000 };

		if (ppoll(fds, 2, wait_us < 0 ? NULL : &t, NULL) == -1)
			err(1, "poll");
		take(&there, delay_us);
		take(&back, delay_us);
	}
}

int
main(int argc, char **argv)
{
	int ns;

	if (argc != 3)
		errx(64, "usage: delay ONE_WAY_US NETNS_FILE");
	there.in = back.out = tun_open();
	if ((ns = open(argv[2], O_RDONLY)) == -1 || setns(ns, CLONE_NEWNET) == -1)
		err(1, "%s", argv[2]);
	there.out = back.in = tun_open();
	puts("ready");
	fflush(stdout);
	carry(strtoll(argv[1], NULL, 10));
}
