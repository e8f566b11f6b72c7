/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * A client that says anything to the server of app/tinynf-device: whole and broken messages
 * with and without descriptors, memory that it shares and takes back, a card that it brings up
 * through the protocol. The server must end in no fault, write no memory that it was not given,
 * keep no descriptor, and say nothing that is not the protocol's.
 */

#include "guarded_map.h"
#include "vfio_client.h"

#define MAX_OPS    256u
#define MAX_TURNS  64u
#define RING       8u                       /* descriptors; the smallest that there is */
#define RX_RING    0u
#define TX_RING    VFU_PAGE
#define BUFFERS    (2u * VFU_PAGE)

enum op {
	OP_VERSION, OP_MAP, OP_UNMAP, OP_INFO, OP_IRQS, OP_READ, OP_WRITE, OP_RESET, OP_RAW,
	OP_BRING_UP, OP_REGISTER, OP_MEMORY, OP_TRANSMIT, OP_TURNS, OP_VANISH, OP_CONNECT, OPS,
};

static unsigned int turns;

/* What the server has to say to its user, or to its trace, must at least be printable. */
static void
format(const char *text, va_list args)
{
	char line[512];

	FUZZ_MUST(vsnprintf(line, sizeof(line), text, args) >= 0);
}

void
say(const struct device *about, const char *text, ...)
{
	va_list args;

	(void)about;
	va_start(args, text);
	format(text, args);
	va_end(args);
}

void
trace_note(const struct device *about, const char *text, ...)
{
	va_list args;

	(void)about;
	va_start(args, text);
	format(text, args);
	va_end(args);
}

bool
trace_on(void)
{
	return false;
}

void
trace_access(const struct device *about, bool write, uint32_t offset, unsigned int size,
		uint64_t value)
{
	(void)about;
	(void)write;
	(void)offset;
	(void)size;
	(void)value;
}

static void
serve(void)
{
	clock_ns += 100000;
	endpoint_serve(dev, clock_ns);
	drain(&main_stream);
	drain(&twin_stream);
}

static void
connect_client(struct conn *conn, int *end)
{
	int pair[2];

	FUZZ_MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	conn_init(conn, pair[0], clock_ns);
	*end = pair[1];
}

/* A message, mostly as it should be. */
static void
message(uint16_t command, const void *payload, size_t size, int fd)
{
	static uint8_t data[sizeof(struct vfu_header) + 4096];
	struct vfu_header h = { .command = command, .size = (uint32_t)(sizeof(h) + size) };
	const unsigned int twist = (unsigned int)fuzz_take(1);
	unsigned int n_fds = fd >= 0, n;
	int fds[32] = { fd };

	h.id = (uint16_t)(twist & 3);
	if (twist & 0x80)
		for (n_fds = fuzz_below(20), n = 0; n < n_fds; n++)
			fds[n] = given[fuzz_below(FDS)];
	if (twist & 0x40)
		h.flags = (uint32_t)fuzz_take(1);
	if ((twist & 0x30) == 0x30) {
		h.size = (uint32_t)fuzz_take(3);
		loose = true;
	} else if (twist & 0x20) {
		size -= size == 0 ? 0 : fuzz_below((uint32_t)size);
		h.size = (uint32_t)(sizeof(h) + size);
		loose = true;
	}
	memcpy(data, &h, sizeof(h));
	if (size > 0)
		memcpy(data + sizeof(h), payload, size);
	send_all(main_stream.fd, data, sizeof(h) + size, fds, n_fds);
	if (!(twist & 0x08))
		serve();
}

static void
version(void)
{
	static const char *const texts[] = {
		"", "{}", "{\"capabilities\":{\"max_data_xfer_size\":64,\"max_msg_fds\":8}}",
		"{\"capabilities\":{\"twin_socket\":{\"supported\":true}}}",
	};
	uint8_t payload[4 + 256] = { 0 };
	struct vfu_version *v = (struct vfu_version *)payload;
	const unsigned int kind = (unsigned int)fuzz_take(1);
	size_t n;

	v->minor = kind >> 6;
	if (kind % 8 < 4) {
		n = strlen(texts[kind % 4]);
		memcpy(payload + 4, texts[kind % 4], n);
		n += n > 0;
	} else {
		v->major = kind % 8 == 7;
		for (n = 0; n < 255 && fuzz_left > 0 && (payload[4 + n] = (uint8_t)fuzz_take(1)) != 0; n++)
			;
		n++;
	}
	message(VFU_VERSION, payload, 4 + n, -1);
}

/* An address at or beside the start or the end of memory that the client has mapped. */
static uint64_t
edge(void)
{
	const uint64_t kind = fuzz_take(1);
	const struct dma_range *range;

	if (dev->dma.n == 0)
		return MEMORY_IOVA;
	range = &dev->dma.ranges[kind / 2 % dev->dma.n];
	return range->addr + (kind & 1 ? range->size : 0) + fuzz_take(1) % 8 - 4;
}

/* An address: a page of the client's memory, near the end of all, or anywhere. */
static uint64_t
address(void)
{
	const uint64_t kind = fuzz_take(1);

	if (kind >= 0xc0 && kind < 0xd0)
		return edge();
	if (kind < 0xe0)
		return MEMORY_IOVA + kind % 64 * VFU_PAGE;
	return kind < 0xf0 ? UINT64_MAX - (kind & 15) * VFU_PAGE + 1 : fuzz_take(8);
}

static void
map(bool away)
{
	const uint64_t addr = address();
	const uint64_t pages = fuzz_take(1);
	const uint64_t size = pages < 0xf0 ? pages % 48 * VFU_PAGE : fuzz_take(8);
	struct vfu_dma_unmap unmap = { .argsz = sizeof(unmap), .addr = addr, .size = size };
	struct vfu_dma_map ask = { .argsz = sizeof(ask), .addr = addr, .size = size };
	unsigned int kind;

	if (away) {
		unmap.flags = (uint32_t)fuzz_take(1) % 4;
		message(VFU_DMA_UNMAP, &unmap, sizeof(unmap), -1);
		return;
	}
	kind = (unsigned int)fuzz_take(1);
	ask.flags = kind % 8 < 4 ? 3 : kind % 8 == 7 ? 7 : kind % 4;
	ask.offset = kind & 8 ? fuzz_take(2) * (kind & 16 ? 1 : VFU_PAGE) : 0;
	if (ask.offset < MEMORY_SIZE && (ask.flags & VFU_DMA_WRITABLE))
		memory_touch(ask.offset, ask.size < MEMORY_SIZE ? ask.size : MEMORY_SIZE);
	message(VFU_DMA_MAP, &ask, sizeof(ask), kind & 32 ? -1 : given[FD_MEMORY + (kind >> 7)]);
}

static void
info(void)
{
	const uint32_t kind = (uint32_t)fuzz_take(1);
	const uint32_t ask[8] = { kind & 64 ? (uint32_t)fuzz_take(4) : 64, 0, kind % 16 };

	message((uint16_t)(VFU_DEVICE_GET_INFO + (kind >> 4) % 4), ask, sizeof(ask), -1);
}

static void
irqs(void)
{
	uint8_t payload[sizeof(struct vfu_set_irqs) + 64];
	struct vfu_set_irqs *ask = (struct vfu_set_irqs *)payload;
	const uint32_t kind = (uint32_t)fuzz_take(1);
	unsigned int i;

	*ask = (struct vfu_set_irqs){ .argsz = sizeof(payload), .index = kind % 8, .count = 1 };
	ask->flags = (uint32_t)fuzz_take(1);
	if (kind & 8)
		ask->start = (uint32_t)fuzz_take(1);
	if (kind & 16)
		ask->count = (uint32_t)fuzz_take(1);
	for (i = 0; i < 64; i++)
		payload[sizeof(*ask) + i] = kind & 32 ? (uint8_t)fuzz_take(1) : 1;
	message(VFU_DEVICE_SET_IRQS, payload, sizeof(payload),
		ask->flags & VFU_SET_EVENTFD ? given[kind & 64 ? FD_PIPE_IN : FD_EVENT] : -1);
}

static void
access_region(bool write)
{
	static uint8_t payload[sizeof(struct vfu_region_access) + 256];
	struct vfu_region_access ask = { .region = (uint32_t)fuzz_take(1) };
	uint32_t i;

	ask.offset = ask.region & 64 ? fuzz_take(8) : fuzz_take(3);
	ask.count = ask.region & 32 ? (uint32_t)fuzz_take(3) : 1u << ask.region / 8 % 4;
	ask.region %= ask.region & 128 ? 128 : 8;
	memcpy(payload, &ask, sizeof(ask));
	for (i = 0; write && i < ask.count && i < 256; i++)
		payload[sizeof(ask) + i] = (uint8_t)fuzz_take(1);
	message(write ? VFU_REGION_WRITE : VFU_REGION_READ, payload,
		sizeof(ask) + (write ? i : 0), -1);
}

/* A correct write, without reply, as QEMU does it. */
static void
write_region(uint32_t region, uint64_t offset, uint32_t value)
{
	struct {
		struct vfu_header h;
		struct vfu_region_access ask;
		uint32_t value;
	} __attribute__((packed)) m = {
		{ .command = VFU_REGION_WRITE, .size = sizeof(m), .flags = VFU_NO_REPLY },
		{ .offset = offset, .region = region, .count = sizeof(value) }, value,
	};

	send_all(main_stream.fd, &m, sizeof(m), NULL, 0);
}

/* Manual sections 4.6.7 and 4.6.8 in their shortest form; the ring's bases are the input's. */
static void
bring_up(void)
{
	const unsigned int kind = (unsigned int)fuzz_take(1);
	const uint32_t base = (uint32_t)(kind & 1 ? address() : MEMORY_IOVA);
	static const uint32_t rest[][2] = {
		{ 0x5080, 0x700 }, { 0x1014, 2 }, { 0x1028, 1u << 25 }, { 0x4a80, 0x81000005 },
		{ 0x6028, 1u << 25 }, { 0x3000, 1 },
	};
	uint64_t desc[2] = { 0, 0 };
	unsigned int i;

	for (i = 0; i < RING; i++) {
		desc[0] = MEMORY_IOVA + BUFFERS + 2048 * i;
		memory_write(RX_RING + 16 * i, desc, sizeof(desc));
	}
	write_region(VFU_REGION_CONFIG, 4, 0x0006);
	for (i = 0; i < 2; i++) {
		const uint32_t at = i == 0 ? 0x1000 : 0x6000;

		write_region(VFU_REGION_BAR0, at, base + (i == 0 ? RX_RING : TX_RING));
		write_region(VFU_REGION_BAR0, at + 4, 0);
		write_region(VFU_REGION_BAR0, at + 8, 16 * RING);
	}
	for (i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
		write_region(VFU_REGION_BAR0, rest[i][0], rest[i][1]);
	/* The link trains. */
	for (i = 0; i < 3; i++) {
		clock_ns += 1000000;
		serve();
	}
	write_region(VFU_REGION_BAR0, 0x1018, RING - 1 - kind / 2 % RING);
	serve();
}

static void
transmit(void)
{
	const uint64_t kind = fuzz_take(1);
	uint64_t desc[2] = { MEMORY_IOVA + BUFFERS + 2048 * (kind % RING), 60 };

	if (kind & 128)
		desc[1] = fuzz_take(2);
	if (kind & 64)
		desc[0] = kind & 32 ? edge() - (kind & 16 ? desc[1] : 0) : address();
	/* End of packet, checksum by the card, report its status. */
	desc[1] |= UINT64_C(0x0b) << 24;
	memory_write(TX_RING + 16 * (kind % RING), desc, sizeof(desc));
	write_region(VFU_REGION_BAR0, 0x6018, (uint32_t)(kind + 1) % RING);
	serve();
}

static void
raw(void)
{
	uint8_t bytes[256];
	const uint32_t n = fuzz_below(sizeof(bytes));
	uint32_t i;

	for (i = 0; i < n; i++)
		bytes[i] = (uint8_t)fuzz_take(1);
	loose = true;
	send_all(main_stream.fd, bytes, n, NULL, 0);
	serve();
}

static void
pass_time(void)
{
	const uint64_t kind = fuzz_take(1);
	unsigned int n = kind % 8 + 1;

	clock_ns += (kind >> 4) * (kind & 8 ? UINT64_C(1000000000) : 1000000);
	while (n-- > 0 && turns++ < MAX_TURNS)
		serve();
}

static void
connection(void)
{
	const uint64_t kind = fuzz_take(1);
	int end;

	if (kind % 4 == 0) {
		stream_close(&main_stream);
		serve();
	}
	if (dev->client.fd < 0) {
		stream_close(&main_stream);
		connect_client(&dev->client, &main_stream.fd);
	} else if (dev->refused[kind / 4 % DEVICE_REFUSED].fd < 0) {
		connect_client(&dev->refused[kind / 4 % DEVICE_REFUSED], &end);
		send_all(end, "0123456789abcdef", kind >> 4, NULL, 0);
		serve();
		close(end);
	}
}

static void
step(enum op op)
{
	uint64_t n, words[2];

	switch (op) {
	case OP_VERSION:
		version();
		break;
	case OP_MAP:
	case OP_UNMAP:
		map(op == OP_UNMAP);
		break;
	case OP_INFO:
		info();
		break;
	case OP_IRQS:
		irqs();
		break;
	case OP_READ:
	case OP_WRITE:
		access_region(op == OP_WRITE);
		break;
	case OP_RESET:
		message((uint16_t)fuzz_take(1) < 0x80 ? VFU_DEVICE_RESET : 200, NULL, 0, -1);
		break;
	case OP_RAW:
		raw();
		break;
	case OP_BRING_UP:
		bring_up();
		break;
	case OP_REGISTER:
		n = 4 * fuzz_take(2) % TINYNF_MODEL_BAR_SIZE;
		write_region(VFU_REGION_BAR0, n, (uint32_t)fuzz_take(4));
		serve();
		break;
	case OP_MEMORY:
		n = fuzz_take(2);
		words[0] = fuzz_take(8);
		words[1] = fuzz_take(8);
		memory_write(n, words, sizeof(words));
		break;
	case OP_TRANSMIT:
		transmit();
		break;
	case OP_TURNS:
		pass_time();
		break;
	case OP_VANISH:
		n = fuzz_below(MEMORY_PAGES) * VFU_PAGE;
		FUZZ_MUST(ftruncate(given[FD_MEMORY], (off_t)n) == 0);
		serve();
		break;
	default:
		connection();
	}
}

/* The same descriptors and the same memory for each input. */
static void
prepare(void)
{
	char path[64], rest[512];
	int pipe_ends[2];

	if (given[FD_NULL] == 0) {
		dma_catch_faults();
		given[FD_EVENT] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		given[FD_MEMORY] = memfd_create("fuzz", MFD_CLOEXEC);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", given[FD_MEMORY]);
		given[FD_MEMORY_READ] = open(path, O_RDONLY | O_CLOEXEC);
		FUZZ_MUST(pipe2(pipe_ends, O_NONBLOCK | O_CLOEXEC) == 0);
		given[FD_PIPE_OUT] = pipe_ends[0];
		given[FD_PIPE_IN] = pipe_ends[1];
		given[FD_NULL] = open("/dev/null", O_RDWR | O_CLOEXEC);
		FUZZ_MUST(given[FD_EVENT] > 0 && given[FD_MEMORY] > 0 &&
			given[FD_MEMORY_READ] > 0 && given[FD_NULL] > 0);
	}
	(void)!read(given[FD_EVENT], rest, 8);
	while (read(given[FD_PIPE_OUT], rest, sizeof(rest)) > 0)
		;
	FUZZ_MUST(ftruncate(given[FD_MEMORY], 0) == 0);
	FUZZ_MUST(ftruncate(given[FD_MEMORY], MEMORY_SIZE) == 0);
	memset(touched, 0, sizeof(touched));
	memset(&request, 0, sizeof(request));
	memset(&request_access, 0, sizeof(request_access));
	main_stream.fd = twin_stream.fd = -1;
	main_stream.have = twin_stream.have = 0;
	requests = turns = 0;
	loose = false;
	clock_ns = 1000000000;
	(void)dma_faulted();
}

static void
check_memory(void)
{
	static const uint8_t zero[VFU_PAGE];
	static uint8_t page[VFU_PAGE];
	unsigned int i;

	for (i = 0; !loose && i < MEMORY_PAGES; i++)
		if (!touched[i] && pread(given[FD_MEMORY], page, sizeof(page),
				(off_t)i * VFU_PAGE) == (ssize_t)sizeof(page))
			FUZZ_MUST(memcmp(page, zero, sizeof(page)) == 0);
}

static unsigned int
open_fds(void)
{
	unsigned int n = 0;
	int fd;

	for (fd = 0; fd < 128; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct device_list all = TAILQ_HEAD_INITIALIZER(all);
	static const uint32_t sizes[] = { 64, 594, 1518, TINYNF_GEN_IMIX };
	unsigned int n, open_before;

	fuzz_input(data, size);
	prepare();
	open_before = open_fds();
	dev = calloc(1, sizeof(*dev));
	if (dev == NULL)
		return 0;
	device_init(dev);
	memcpy(dev->args.mac, "\x02\x74\x6e\x66\x00\x00", 6);
	tinynf_gen_defaults(&dev->args.gen, 0);
	dev->args.gen.flows = 2;
	dev->args.gen.size = sizes[fuzz_below(4)];
	FUZZ_MUST(device_make(dev, &all) == 0);
	connect_client(&dev->client, &main_stream.fd);
	for (n = 0; n < MAX_OPS && fuzz_left > 0; n++)
		step((enum op)fuzz_below(OPS));
	serve();
	server_disconnect(dev, "the input ends");
	FUZZ_MUST(dev->dma.n == 0 && dev->twin.fd < 0 && TAILQ_EMPTY(&dev->dma.bounces));
	check_memory();
	endpoint_destroy(dev);
	stream_close(&main_stream);
	stream_close(&twin_stream);
	FUZZ_MUST(open_fds() == open_before);
	return 0;
}
