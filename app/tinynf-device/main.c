/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* One thread serves all devices in turn and sleeps while there is nothing to do. */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

#define REPORT_NS  UINT64_C(1000000000)
/* Turns without work before the thread sleeps: a reply often brings the next command. */
#define IDLE_TURNS 200
/* Sleep while something can happen by time alone: links train, interrupts are moderated. */
#define NAP_MS     1
/* Since the last work this long, time alone brings little any more. */
#define QUIET_NS   UINT64_C(2000000000)
#define DOZE_MS    20
#define FDS_PER_DEVICE (5 + DEVICE_REFUSED)

static volatile sig_atomic_t stop, again, hold;

static void
on_signal(int sig)
{
	if (sig == SIGUSR1 || sig == SIGUSR2) {
		hold = sig == SIGUSR2;
		again = 1;
	} else {
		stop = 1;
	}
}

static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	dma_catch_faults();
}

static void
watch(struct pollfd *fds, unsigned int *n, int fd, short events)
{
	if (fd >= 0)
		fds[(*n)++] = (struct pollfd){ .fd = fd, .events = events };
}

/* Everything that can end the sleep early. */
static unsigned int
watch_all(const struct device_list *devices, struct pollfd *fds)
{
	const struct device *dev;
	unsigned int n = 0, i;

	TAILQ_FOREACH(dev, devices, next) {
		const bool full = dev->client.out_len != dev->client.out_sent;

		watch(fds, &n, dev->listen_fd, POLLIN);
		watch(fds, &n, dev->client.fd, full ? POLLOUT : POLLIN);
		watch(fds, &n, dev->irqs.intx_unmask_fd, POLLIN);
		watch(fds, &n, dev->twin.fd, POLLIN);
		/* Frames for a device that cannot take them must not keep us awake. */
		if (tinynf_model_rx_enabled(dev->model) && dev->client.fd >= 0 &&
				pci_bus_master(dev))
			watch(fds, &n, tap_fd(dev->wire), POLLIN);
		for (i = 0; i < DEVICE_REFUSED; i++)
			watch(fds, &n, dev->refused[i].fd, POLLIN);
	}
	return n;
}

static unsigned int
turn(struct device_list *devices, uint64_t now)
{
	struct device *dev;
	unsigned int work = 0;

	TAILQ_FOREACH(dev, devices, next)
		work += endpoint_serve(dev, now);
	return work;
}

static void
generators_again(struct device_list *devices)
{
	struct device *dev;

	again = 0;
	TAILQ_FOREACH(dev, devices, next)
		wires_again(dev, hold);
}

static void
run(const struct options *options, struct device_list *devices, struct pollfd *fds)
{
	uint64_t report = now_ns(), busy = report;
	unsigned int idle = 0;

	while (!stop) {
		const uint64_t now = now_ns();

		if (again) {
			generators_again(devices);
			report = now;  /* who asked for it can see it */
		}
		if (turn(devices, now) != 0) {
			idle = 0;
			busy = now;
		} else if (++idle >= IDLE_TURNS) {
			poll(fds, watch_all(devices, fds),
				now - busy > QUIET_NS ? DOZE_MS : NAP_MS);
		}
		if (options->json[0] != '\0' && strcmp(options->json, "-") != 0 && now >= report) {
			report = now + REPORT_NS;
			if (report_write(devices, options->json) != 0)
				say(NULL, "%s: %s", options->json, strerror(errno));
		}
	}
}

int
main(int argc, char **argv)
{
	struct options options;
	struct pollfd *fds = NULL;
	unsigned int n = 0;
	struct device *dev;
	int status = args_parse(argc, argv, &options);

	if (status >= 0)
		goto end;
	status = 1;
	if (trace_open(options.trace) != 0) {
		say(NULL, "--trace %s: %s", options.trace, strerror(errno));
		goto end;
	}
	catch_signals();
	TAILQ_FOREACH(dev, &options.devices, next) {
		if (endpoint_create(dev, &options.devices) != 0)
			goto end;
		n++;
	}
	fds = calloc(n, FDS_PER_DEVICE * sizeof(*fds));
	if (fds == NULL)
		goto end;
	say(NULL, "serving %u device%s", n, n == 1 ? "" : "s");
	run(&options, &options.devices, fds);
	if (options.json[0] != '\0' && report_write(&options.devices, options.json) != 0)
		say(NULL, "%s: %s", options.json, strerror(errno));
	status = 0;
	if (options.strict)
		TAILQ_FOREACH(dev, &options.devices, next)
			if (report_violations(dev) != 0)
				status = 3;

end:
	while ((dev = TAILQ_FIRST(&options.devices)) != NULL) {
		TAILQ_REMOVE(&options.devices, dev, next);
		endpoint_destroy(dev);
	}
	free(fds);
	trace_close();
	return status;
}
