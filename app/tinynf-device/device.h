/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_DEVICE_H
#define TINYNF_DEVICE_H

/**
 * @file
 * A software 82599 that is served to a virtual machine: what the server's rooms
 * share. One thread serves all devices, so nothing here needs a lock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/queue.h>

#include "model/tinynf_model.h"
#include "vfu.h"
#include "wire/tinynf_gen.h"
#include "wire/tinynf_host.h"
#include "wire/tinynf_wire.h"

#define DEVICE_NAME_LEN    32
#define DEVICE_REFUSED     4
#define PCI_CONFIG_SIZE    4096u
#define PCI_MSIX_BAR_SIZE  16384u
#define PCI_IO_BAR_SIZE    32u

enum wire_kind {
	WIRE_GEN,
	WIRE_TAP,
	WIRE_CABLE,
	WIRE_PCAP,
	WIRE_NONE,
};

/** What the command line says about one device. */
struct device_args {
	char name[DEVICE_NAME_LEN];
	char socket[108];            /* room of sockaddr_un */
	enum wire_kind wire;
	char peer[DEVICE_NAME_LEN];  /* of a cable */
	char tap[16];
	char pcap_rx[256], pcap_tx[256];
	uint8_t mac[6];
	enum tinynf_model_sfp sfp;
	struct tinynf_gen_config gen;
};

/** A message that has arrived in full, with its descriptors. */
struct message {
	STAILQ_ENTRY(message) next;
	struct vfu_header header;
	size_t size;                 /* of payload */
	unsigned int n_fds;
	int fds[VFU_MAX_FDS];        /* -1 once taken */
	bool too_many_fds;
	_Alignas(8) uint8_t payload[];  /* read as what it holds */
};
STAILQ_HEAD(message_queue, message);

/** A connection and what is on its way in and out. */
struct conn {
	int fd;                      /* -1: none */
	uint64_t since;              /* ns */
	uint64_t last_input;         /* ns; of an unfinished message */
	/* In: a header, then the rest into the message. */
	struct vfu_header header;
	size_t header_have;
	struct message *in;
	size_t in_have;
	int fds[VFU_MAX_FDS];        /* came with the header */
	unsigned int n_fds;
	bool too_many_fds;
	struct message_queue early;  /* commands that came while we waited for a reply */
	unsigned int n_early;
	/* Out: what the client does not take yet. */
	uint8_t *out;
	size_t out_len, out_sent;
	bool bad;                    /* to be closed once out is sent */
};

/** A range of the client's memory. */
struct dma_range {
	uint64_t addr, size;
	uint8_t *host;               /* NULL: by messages only */
	void *map;                   /* what to unmap */
	size_t map_size;
	uint32_t flags;
};

/** A piece of memory that is reached by messages, for the length of one turn. */
struct dma_bounce {
	TAILQ_ENTRY(dma_bounce) next;
	uint64_t addr;
	size_t len;
	bool dirty;
	uint8_t *data;               /* aligned as the memory is */
	uint8_t room[];
};

struct dma {
	struct dma_range *ranges;    /* sorted, disjoint */
	unsigned int n, room;
	TAILQ_HEAD(dma_bounces, dma_bounce) bounces;
	uint16_t next_id;
	uint64_t messages;           /* DMA_READ and DMA_WRITE sent */
};

/** One interrupt of one kind. */
struct irq_line {
	int fd;                      /* -1: none */
	bool masked, pending;
};

struct irqs {
	struct irq_line intx, msi, msix[TINYNF_MODEL_VECTORS];
	int err_fd, req_fd;
	int intx_unmask_fd;
	bool level;                  /* of INTx and MSI, as the model has it */
	uint64_t sent, lost;
};

struct pci {
	uint8_t config[PCI_CONFIG_SIZE];
	uint8_t msix[PCI_MSIX_BAR_SIZE];
	uint32_t io_addr;
};

struct device {
	TAILQ_ENTRY(device) next;
	struct device_args args;
	struct tinynf_model *model;
	struct tinynf_wire *wire;
	bool lit;
	bool held;                   /* its generator is told to wait */
	int listen_fd;
	bool bound;                  /* the socket file is ours */
	struct conn client;          /* fd -1: nobody */
	bool negotiated;
	uint32_t client_max_transfer;
	struct conn twin;
	struct conn refused[DEVICE_REFUSED];
	struct dma dma;
	struct irqs irqs;
	struct pci pci;
	struct tinynf_violations violations;
	uint64_t commands, errors, connections, refusals, resets, restarts;
};
TAILQ_HEAD(device_list, device);

/* args.c */
struct options {
	struct device_list devices;
	char json[256];
	char trace[256];
	bool strict, quiet;
};
/** Parse the command line. @return -1: go on, else the exit status. */
int args_parse(int argc, char **argv, struct options *options);

/* trace.c */
void say(const struct device *dev, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* clock.c */
uint64_t now_ns(void);
/** Wait until there is something to read. @return false if the time is over. */
bool wait_for_input(int fd, uint64_t until);

/* conn.c */
void conn_init(struct conn *conn, int fd, uint64_t now);
void conn_close(struct conn *conn);
/** Next whole message, NULL if there is none yet; conn->bad is set when there never will be. */
struct message *conn_receive(struct conn *conn, uint64_t now);
/** Queue a message, with one descriptor or -1. */
void conn_send(struct conn *conn, const struct vfu_header *header, const void *payload,
		size_t size, const void *more, size_t more_size, int fd);
/** Send what is queued as far as the client takes it. */
void conn_flush(struct conn *conn);
void message_free(struct message *msg);
/** Take one of a message's descriptors over. @return it, -1 if there is none. */
int message_take_fd(struct message *msg, unsigned int n);

/* server.c */
int server_listen(struct device *dev);
/** Serve the device's sockets. @return messages handled. */
unsigned int server_turn(struct device *dev, uint64_t now);
/** The client is gone or must go. */
void server_disconnect(struct device *dev, const char *why);
void server_close(struct device *dev);

/* command.c */
/** Handle one command and reply to it. */
void command_handle(struct device *dev, struct message *msg);

/* version.c */
struct version_capabilities {
	uint64_t max_transfer;
	bool twin_socket;
};
/** Read the client's capabilities. @return 0, -EINVAL if it is no JSON object. */
int version_parse(const char *text, size_t size, struct version_capabilities *caps);

/* dma.c */
void dma_init(struct dma *dma);
int dma_map(struct device *dev, const struct vfu_dma_map *map, int fd);
int dma_unmap(struct device *dev, uint64_t addr, uint64_t size);
void dma_unmap_all(struct device *dev);
/** The model's view of memory: see struct tinynf_model_ops. */
void *dma_reach(struct device *dev, uint64_t addr, size_t len, bool to_memory);
/** A turn of the model is over: write back what it wrote by message. */
void dma_settle(struct device *dev);
/** Survive clients that shrink the memory they have shared. */
void dma_catch_faults(void);
/** Has memory vanished under us since the last call? */
bool dma_faulted(void);

/* irq.c */
void irq_init(struct irqs *irqs);
void irq_info(unsigned int index, struct vfu_irq_info *info);
int irq_set(struct device *dev, const struct vfu_set_irqs *set, struct message *msg);
void irq_model(struct device *dev, uint32_t vector, bool level);
/** The client's unmask event has something to read. */
void irq_unmask_event(struct device *dev);
void irq_reset(struct device *dev);
void irq_release(struct device *dev);
/** Pending bits of MSI-X vectors. */
uint64_t irq_pending(const struct device *dev);

/* pci.c */
void pci_init(struct device *dev);
/** Size of a region, 0 if there is none. */
uint64_t pci_region_size(unsigned int region);
/** May the device read and write memory? */
bool pci_bus_master(const struct device *dev);
bool pci_msix_enabled(const struct device *dev);
void pci_config_read(const struct device *dev, uint32_t offset, uint8_t *data, uint32_t count);
/** @return whether the device is to be reset by what was written. */
bool pci_config_write(struct device *dev, uint32_t offset, const uint8_t *data, uint32_t count);

/* region.c */
/** Read or write by the client. @return 0, -EINVAL if it is not within a region. */
int region_access(struct device *dev, unsigned int region, uint64_t offset, uint8_t *data,
		uint32_t count, bool write);

/* device.c */
/** Make an empty device fit for device_destroy. */
void device_init(struct device *dev);
/** Its model and its wire, without a socket. */
int device_make(struct device *dev, struct device_list *all);
void device_destroy(struct device *dev);
/** Reset as the bus makes it. */
void device_reset(struct device *dev);
/** One turn of model and wire. @return work done. */
unsigned int device_turn(struct device *dev, uint64_t now);

/* endpoint.c */
/** A device and its socket. @return 0, or a negative errno with the reason told. */
int endpoint_create(struct device *dev, struct device_list *all);
void endpoint_destroy(struct device *dev);
/** One turn of everything: the client's commands, then model and wire. @return work done. */
unsigned int endpoint_serve(struct device *dev, uint64_t now);

/* wires.c, tap.c, pcap.c */
struct tinynf_wire *wires_create(struct device *dev, struct device_list *all);
/** A generator starts over, with counters of 0; held, it sends nothing until the next time. */
void wires_again(struct device *dev, bool held);
struct tinynf_wire *tap_create(const char *ifname, struct tinynf_model *model);
/** Descriptor to wait for frames on, -1 if this wire is no tap. */
int tap_fd(const struct tinynf_wire *wire);
struct tinynf_wire *pcap_create(const char *rx, const char *tx, struct tinynf_model *model);

/* report.c */
void report_violation(struct device *dev, const struct tinynf_model_violation *v);
/** Write all statistics to a file ("-": standard output). @return 0, -1 with errno set. */
int report_write(const struct device_list *devices, const char *path);
uint64_t report_violations(const struct device *dev);

/* trace.c */
int trace_open(const char *path);
void trace_close(void);
bool trace_on(void);
void trace_access(const struct device *dev, bool write, uint32_t offset, unsigned int size,
		uint64_t value);
void trace_note(const struct device *dev, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* TINYNF_DEVICE_H */
