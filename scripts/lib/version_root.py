# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""A folder with another Debian release's compiler and DPDK, to build and run things in.

Programs run with the folder as their root, in namespaces of their own: what is mounted there is
seen by nobody else and gone when the last of them ends, so that a folder never has mounts in it
when it is removed.
"""

import contextlib
import fcntl
import glob
import os
import re
import shutil
import subprocess
import tarfile

from debian_root import Root, Unavailable, archive

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.path.join(TOP, ".cache", "versions")
RELEASES = {"24.11": "trixie", "25.11": "testing"}
PACKAGES = ["base-files", "dash", "bash", "coreutils", "sed", "grep", "mawk", "findutils",
            "diffutils", "util-linux", "procps", "libc-bin", "iproute2", "gcc", "g++",
            "libc6-dev", "meson", "ninja-build", "pkgconf", "python3", "python3-pyelftools",
            "libdpdk-dev", "dpdk", "dpdk-dev", "libsystemd-dev"]
# As scripts/setup takes them from the source of this machine's DPDK.
HEADERS = ("lib/ethdev/ethdev_driver.h", "lib/ethdev/ethdev_pci.h", "lib/ethdev/ethdev_vdev.h",
           "lib/eal/include/bus_driver.h", "lib/eal/include/dev_driver.h",
           "drivers/bus/pci/bus_pci_driver.h", "drivers/bus/vdev/bus_vdev_driver.h")
CONFIGURE = ["meson", "setup", "build", "-Ddriver_sdk=/sdk"]
# The first process of the namespaces makes the mounts; $1 is the root, the rest the command.
ENTER = r"""
set -e
root=$1; top=$2; build=$3; sdk=$4; shift 4
mkdir -p "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/run" "$root/src" "$root/sdk" \
    "$root/root"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/run"
mount --bind -o ro "$top" "$root/src"
mount --bind "$build" "$root/src/build"
mount --bind -o ro "$sdk" "$root/sdk"
cd /
exec chroot "$root" /usr/bin/env -i PATH=/usr/bin:/usr/sbin LC_ALL=C HOME=/root TMPDIR=/tmp \
    PYTHONDONTWRITEBYTECODE=1 ${TINYNF_QUICK:+TINYNF_QUICK=1} "$@"
"""


class PluginFailed(Exception):
    """The driver does not compile with that version."""


def source_version(tree):
    """DPDK's version of a source tree."""
    try:
        with open(os.path.join(tree, "VERSION")) as version:
            return version.read().strip()
    except OSError as error:
        raise Unavailable(f"{tree} is no DPDK source tree: {error}") from error


@contextlib.contextmanager
def alone():
    """Nobody else uses the folders meanwhile."""
    os.makedirs(CACHE, exist_ok=True)
    with open(os.path.join(CACHE, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def for_guest(version, fetch):
    """DPDK of a version and a plugin for it. fetch: download what is not there.

    @return the folder of packages and the plugin's path; Unavailable tells why there is none.
    """
    if os.geteuid() != 0:
        raise Unavailable("only root can run programs with another root")
    root = VersionRoot(version)
    with alone():
        if not root.ready():
            if not fetch:
                raise Unavailable(f"DPDK {version} is not there; --versions downloads it")
            root.make()
        return root.root, root.plugin()


class VersionRoot:
    """The folder of one DPDK version."""

    def __init__(self, version, source=None, fresh=False):
        self.version = version
        self.folder = os.path.join(CACHE, version)
        self.build = os.path.join(self.folder, "build")
        self.sdk = os.path.join(self.folder, "sdk")
        if fresh:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.root = Root(self.folder, [f"{archive()} {RELEASES[version]}"], PACKAGES)
        self.given = source
        self.source = source
        self.dpdk = None

    def make(self, need_source=False):
        """The source first: without it, nothing else needs to be fetched."""
        if self.given is None and not need_source and self._complete():
            self.dpdk = self._installed()
            return
        if self.given is None:
            self.source = self._fetched_source()
        self.root.make()
        self.dpdk = self._installed()
        if self.given is None and source_version(self.source) != self.dpdk:
            # The release got a newer DPDK since the folder was made.
            shutil.rmtree(self.folder, ignore_errors=True)
            self.source = self._fetched_source()
            self.root.make()
            self.dpdk = self._installed()
        self._take_headers()

    def ready(self):
        """It needs no download."""
        return self.root.ready() and os.path.exists(os.path.join(self.sdk, "version"))

    def _complete(self):
        """Nothing of it comes from a source that isn't there any more, or is another's."""
        if not self.ready():
            return False
        with open(os.path.join(self.sdk, "version")) as version:
            return version.read() == self._stamp(self._installed())

    @staticmethod
    def _stamp(dpdk):
        return f"{dpdk}-0\n"

    def plugin(self):
        """Compile the plugin. @return its path."""
        log = os.path.join(self.folder, "log-plugin")
        steps = [["meson", "compile", "-C", "build", "rte_net_tinynf:shared_library"]]
        if not os.path.exists(os.path.join(self.build, "build.ninja")):
            steps.insert(0, CONFIGURE)
        for step in steps:
            if self.run(step, 1800, log) != 0:
                raise PluginFailed(f"{' '.join(step)} failed; see {log}")
        return os.path.realpath(os.path.join(self.build, "librte_net_tinynf.so"))

    def _installed(self):
        found = glob.glob(os.path.join(self.root.path, "usr/lib/*/pkgconfig/libdpdk.pc"))
        for path in found:
            with open(path) as text:
                version = re.search(r"^Version: *(\S+)", text.read(), re.M)
            if version and version.group(1).startswith(self.version + "."):
                return version.group(1)
            if version:
                raise Unavailable(f"{RELEASES[self.version]} has DPDK {version.group(1)}, "
                                  f"not {self.version}")
        raise Unavailable(f"there is no libdpdk.pc in {self.root.path}")

    def _fetched_source(self):
        """The release's own source package, without what is not needed."""
        tree = os.path.join(self.folder, "source")
        if os.path.exists(os.path.join(tree, "VERSION")):
            return tree
        tarball = self.root.fetch_source("dpdk")
        part = tree + ".part"
        shutil.rmtree(part, ignore_errors=True)
        unwanted = re.compile(r"[^/]*/(doc|app/test|\.github|dts)(/|$)")
        with tarfile.open(tarball) as packed:
            members = [m for m in packed.getmembers() if not unwanted.match(m.name)]
            packed.extractall(part, members)
        os.replace(glob.glob(os.path.join(part, "*"))[0], tree)
        shutil.rmtree(part, ignore_errors=True)
        self.root.drop_source()
        return tree

    def _take_headers(self):
        include = os.path.join(self.sdk, "include")
        shutil.rmtree(self.sdk, ignore_errors=True)
        os.makedirs(include)
        for header in HEADERS:
            try:
                shutil.copy2(os.path.join(self.source, header), include)
            except OSError as error:
                raise Unavailable(f"{self.source} has no {header}: {error}") from error
        with open(os.path.join(self.sdk, "version"), "w") as version:
            version.write(self._stamp(self.dpdk))

    def run(self, command, timeout, output):
        """Run a command below the root, in /src. @return its exit status, None if too late."""
        os.makedirs(self.build, exist_ok=True)
        os.makedirs(os.path.join(TOP, "build"), exist_ok=True)
        words = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork",
                 "--kill-child", "sh", "-c", ENTER, "enter", self.root.path, TOP, self.build,
                 self.sdk, "sh", "-c", 'cd /src && exec "$@"', "sh"] + command
        with open(output, "wb") as log:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=subprocess.STDOUT)
            try:
                return process.wait(timeout)
            except subprocess.TimeoutExpired:
                return None
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
