# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Network namespaces around a program: a host or more behind each of its ports."""

import contextlib
import json
import os
import subprocess

import check
from e2e import BUILD_ROOT, App


def program(name):
    return os.path.join(BUILD_ROOT, "app", name)


def sh(*words, ok=True, timeout=60):
    done = subprocess.run(words, capture_output=True, text=True, timeout=timeout)
    if ok and done.returncode != 0:
        check.fail(f"{' '.join(words)}: {(done.stderr or done.stdout).strip()[-200:]}")
    return done


class Host:
    """A namespace with one interface, on the segment of one port.

    Commands enter by nsenter: ip netns exec and ip -n change mounts, which a chroot refuses."""

    def __init__(self, name, bridge, veth, address):
        self.name, self.address = name, address.split("/")[0]
        sh("ip", "netns", "add", name)
        sh("ip", "link", "add", veth, "type", "veth", "peer", "name", "eth0", "netns", name)
        sh("ip", "link", "set", veth, "master", bridge, "up")
        self.inside = ("nsenter", f"--net=/run/netns/{name}")
        self.run("ip", "address", "add", address, "dev", "eth0")
        self.run("ip", "link", "set", "lo", "up")
        self.run("ip", "link", "set", "eth0", "up")
        # Checksums and segments are not left to whoever comes next.
        self.run("ethtool", "-K", "eth0", "tx", "off", "tso", "off", "gso", "off", "gro", "off")

    def run(self, *words, ok=True, timeout=60):
        return sh(*self.inside, *words, ok=ok, timeout=timeout)

    def start(self, *words, **kwargs):
        return subprocess.Popen([*self.inside, *words], text=True, **kwargs)

    def mac(self):
        return json.loads(self.run("ip", "-j", "link", "show", "eth0").stdout)[0]["address"]

    def pings(self, address, seconds=60):
        """Wait until a ping is answered, as ARP and learning may cost the first ones."""
        check.until(lambda: self.run("ping", "-c1", "-W1", address, ok=False).returncode == 0,
                    f"answer to ping of {address}", seconds)

    def cannot_ping(self, address, tries=3):
        done = self.run("ping", f"-c{tries}", "-i0.2", "-W1", address, ok=False)
        check.true(done.returncode != 0, f"{address} answers a ping that it must not get")


class Net:
    """Hosts by port: Net([["198.18.0.1/24"], ["198.18.0.2/24", "198.18.0.3/24"]])."""

    count = 0

    def __init__(self, addresses):
        if os.geteuid() != 0:
            check.skip("network namespaces need root")
        if not os.path.exists("/dev/net/tun"):
            check.skip("no /dev/net/tun")
        Net.count += 1
        self.tag = f"{os.getpid() % 100000}{Net.count}"
        self.addresses = addresses
        self.ports = []
        ports = range(len(addresses))
        self.bridges = [f"nfb{self.tag}p{p}" for p in ports]
        self.taps = [f"nft{self.tag}p{p}" for p in ports]
        self.wires = [f"net_tinynf{p},wire(net_tap{p},iface={self.taps[p]})" for p in ports]

    def __enter__(self):
        try:
            for p, addresses in enumerate(self.addresses):
                sh("ip", "link", "add", self.bridges[p], "type", "bridge", "mcast_snooping", "0")
                sh("ip", "link", "set", self.bridges[p], "up")
                self.ports.append([Host(f"nf{self.tag}p{p}h{h}", self.bridges[p],
                                        f"nfv{self.tag}p{p}h{h}", address)
                                   for h, address in enumerate(addresses)])
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for p, addresses in enumerate(self.addresses):
            for h in range(len(addresses)):
                sh("ip", "netns", "del", f"nf{self.tag}p{p}h{h}", ok=False)
            sh("ip", "link", "del", self.bridges[p], ok=False)

    def hosts(self):
        return [host for port in self.ports for host in port]

    def take(self, app):
        """Put the taps, made by the program, on the hosts' segments."""
        for tap, bridge in zip(self.taps, self.bridges):
            app.wait(lambda: os.path.exists(f"/sys/class/net/{tap}"), tap, 60)
            sh("ip", "link", "set", tap, "master", bridge, "up")

    @contextlib.contextmanager
    def function(self, name, *options):
        """The running function, with the taps on the hosts' segments; judged at the end."""
        native = name.endswith("-native")
        with App(program(name), self.wires, options, lcores="0@0", memory=512,
                 **({"plugin": None} if native else {})) as app:
            app.wait_log("runs on", 60)
            self.take(app)
            yield app
            check.equal(app.stop(60), 0, "exit status")
            for v in app.verdicts():
                check.equal(v["violations"], 0, "violations")


def counters(app):
    return app.telemetry("/nf/stats") or {}


def wait_counter(app, name, at_least, seconds=60):
    app.wait(lambda: counters(app).get(name, 0) >= at_least, f"{at_least} '{name}'", seconds,
             lambda: counters(app))


# A receiver that counts what comes until nothing did for a while; a sender at a steady rate.
UDP_RECEIVER = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 33, 1 << 26)  # SO_RCVBUFFORCE
s.bind(("", int(sys.argv[1])))
print("ready", flush=True)
packets = 0
s.settimeout(60)
while True:
    try:
        s.recv(2048)
    except TimeoutError:
        break
    packets += 1
    s.settimeout(float(sys.argv[2]))
print(packets)
"""
UDP_SENDER = """
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect((sys.argv[1], int(sys.argv[2])))
size, rate, seconds = int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5])
start = time.monotonic()
sent = 0
while (now := time.monotonic() - start) < seconds:
    while sent < now * rate:
        try:
            s.send(bytes(size))
        except OSError:
            pass
        sent += 1
    time.sleep(0.002)
print(sent)
"""

# Echo requests, and which of them are never answered: ping itself ends as soon as it has waited for
# twice the longest time that an answer took so far, which says nothing on a busy machine.
PINGER = """
import os, socket, struct, sys, time
address, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
s.connect((address, 0))
ident = os.getpid() & 0xffff

def request(seq):
    def message(total):
        return struct.pack("!BBHHH", 8, 0, total, ident, seq) + bytes(size)
    total = sum(struct.unpack(f"!{(size + 8) // 2}H", message(0)))
    total = (total & 0xffff) + (total >> 16)
    return message(~(total + (total >> 16)) & 0xffff)

def answers():
    try:
        while True:
            kind, _, _, to, seq = struct.unpack_from("!BBHHH", s.recv(65536), 20)
            if kind == 0 and to == ident:
                left.discard(seq)
    except (BlockingIOError, TimeoutError):
        pass

left = set(range(count))
for seq in range(count):
    s.settimeout(60)
    s.send(request(seq))
    s.settimeout(0)
    answers()
    time.sleep(0.005)
end = time.monotonic() + 60
while left and time.monotonic() < end:
    s.settimeout(0.1)
    answers()
print(*sorted(left))
"""

# A host that answers TCP and UDP with its name, echoes what TCP says, and beats if told where to.
SERVER = """
import socket, sys, threading, time
name, port = sys.argv[1].encode(), int(sys.argv[2])
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("", port))
tcp = socket.socket()
tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
tcp.bind(("", port))
tcp.listen(64)

def beat(to):
    while True:
        try:
            udp.sendto(b"beat", to)
        except OSError:
            pass
        time.sleep(0.2)

def answer():
    while True:
        data, peer = udp.recvfrom(2048)
        udp.sendto(name + b" " + peer[0].encode() + b" " + data, peer)

def serve(c, peer):
    c.sendall(name + b" " + peer[0].encode() + b"\\n")
    while data := c.recv(65536):
        c.sendall(data)
    c.close()

if len(sys.argv) > 3:
    threading.Thread(target=beat, args=((sys.argv[3], int(sys.argv[4])),), daemon=True).start()
threading.Thread(target=answer, daemon=True).start()
print("ready", flush=True)
while True:
    threading.Thread(target=serve, args=tcp.accept(), daemon=True).start()
"""

# A TCP client: who answers, whom it sees, and whether what it echoes is what was said.
TCP_CLIENT = """
import os, socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[4]))
s.settimeout(60)
said = s.makefile("rb")
print(said.readline().decode().strip(), flush=True)
data = os.urandom(int(sys.argv[3]))
for at in range(0, len(data), 16384):
    s.sendall(data[at:at + 16384])
    assert said.read(len(data[at:at + 16384])) == data[at:at + 16384]
s.close()
"""

# UDP flows from so many sockets: who answers each, as JSON; again for each line of input.
UDP_CLIENT = """
import json, socket, sys, time
address, port, flows, tries = sys.argv[1], *map(int, sys.argv[2:])
sockets = []
for _ in range(flows):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.connect((address, port))
    s.settimeout(0.5)
    sockets.append(s)
for line in sys.stdin:
    names = []
    for s in sockets:
        refused = False
        for attempt in range(tries):
            try:
                s.send(line.encode())
                while True:
                    name, peer, said = s.recv(2048).decode().split(" ", 2)
                    if said == line:
                        break
                names.append(name)
                break
            except ConnectionRefusedError:
                refused = True
                time.sleep(0.1)
            except OSError:
                pass
        else:
            names.append("refused" if refused else "silence")
    print(json.dumps(names), flush=True)
"""


@contextlib.contextmanager
def server(host, *args):
    """SERVER on a host while the block runs."""
    with host.start("python3", "-c", SERVER, *[str(arg) for arg in args],
                    stdout=subprocess.PIPE) as process:
        try:
            check.equal(process.stdout.readline(), "ready\n", "server")
            yield process
        finally:
            process.kill()


def tcp(host, address, port, size=300000):
    """@return who answered and whom it saw."""
    done = host.run("python3", "-c", TCP_CLIENT, address, str(port), str(size), "60",
                    timeout=120)
    return done.stdout.split()


def cannot_tcp(host, address, port):
    done = host.run("python3", "-c", TCP_CLIENT, address, str(port), "0", "2", ok=False)
    check.true(done.returncode != 0, f"{address} takes a connection that it must not get")
    check.true("TimeoutError" in done.stderr or "timed out" in done.stderr,
               f"not refused silently: {done.stderr[-200:]}")


class UdpFlows:
    """UDP_CLIENT on a host."""

    def __init__(self, host, address, port, flows, tries=40):
        self.process = host.start("python3", "-c", UDP_CLIENT, address, str(port), str(flows),
                                  str(tries), stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def ask(self, word):
        """@return the names of those who answer, by flow."""
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        check.true(line, "UDP client ended")
        return json.loads(line)
