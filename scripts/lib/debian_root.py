# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Folders with packages of a Debian release, unpacked but not installed.

Nothing is mounted, no root is needed and nothing of the machine changes: apt resolves and
verifies in folders of its own, dpkg-deb unpacks. Programs run by the folder's own dynamic
loader (see loader()), or in a virtual machine.
"""

import hashlib
import os
import shutil
import subprocess

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
OWN_STATUS = "/var/lib/dpkg/status"
UNWANTED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info",
            "usr/share/doc-base", "usr/share/lintian")


class Unavailable(Exception):
    """The packages cannot be had here; the text says why."""


def codename():
    with open("/etc/os-release") as release:
        fields = dict(line.rstrip("\n").split("=", 1) for line in release if "=" in line)
    return fields.get("VERSION_CODENAME", "").strip('"')


def _targets():
    """(base URI, release) of each Debian index that this machine's apt is configured for."""
    try:
        listed = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)",
             "Created-By: Packages"], check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unavailable(f"apt cannot tell its configuration: {error}") from error
    return {tuple(line.split()) for line in listed.splitlines() if len(line.split()) == 2}


def archive():
    """Base URI of the Debian archive that this machine installs from."""
    uris = sorted(uri for uri, release in _targets() if release == codename())
    if os.environ.get("TINYNF_DEBIAN_ARCHIVE"):
        return os.environ["TINYNF_DEBIAN_ARCHIVE"]
    if not uris:
        raise Unavailable("apt of this machine knows no archive of its own release; "
                          "set TINYNF_DEBIAN_ARCHIVE to the base address of one")
    return uris[0]


def own_suites():
    """deb lines for what this machine itself installs from, updates included."""
    mine = codename()
    return sorted(f"{uri} {release}" for uri, release in _targets()
                  if release.split("-")[0] == mine and "backports" not in release)


class Root:
    """One folder of unpacked packages, made anew when what is asked for changes."""

    def __init__(self, folder, suites, packages, release=None, beside_own=False):
        """suites: 'URI suite' lines; release: suite that wins over the others;
        beside_own: of what packages depend on, leave out what this machine has installed."""
        self.folder = folder
        self.path = os.path.join(folder, "root")
        self.state = os.path.join(folder, "apt")
        self.suites = suites
        self.packages = packages
        self.release = release
        self.beside_own = beside_own

    def _stamp(self):
        text = "\n".join(self.suites + self.packages + [str(self.release)])
        return hashlib.sha256(text.encode()).hexdigest()

    def ready(self):
        try:
            with open(os.path.join(self.folder, "stamp")) as stamp:
                return stamp.read() == self._stamp()
        except OSError:
            return False

    def _apt(self, *args, folder=None):
        options = {
            "Dir::Etc::sourcelist": os.path.join(self.state, "sources.list"),
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State": self.state,
            "Dir::State::lists": os.path.join(self.state, "lists"),
            "Dir::State::status": os.path.join(self.state, "status"),
            "Dir::State::extended_states": os.path.join(self.state, "extended"),
            "Dir::Cache": os.path.join(self.state, "cache"),
            "APT::Sandbox::User": "",
            "APT::Install-Recommends": "false",
            "Acquire::Languages": "none",
            "Debug::NoLocking": "true",
            "Acquire::Retries": "1",
            "Acquire::http::Timeout": "60",
            # Hooks and post-processing of the machine's own apt are not meant for this.
            "APT::Keep-Downloaded-Packages": "true",
        }
        command = ["apt-get", "-q"]
        for name, value in options.items():
            command += ["-o", f"{name}={value}"]
        with open(os.path.join(self.folder, "apt.log"), "a") as log:
            done = subprocess.run(command + list(args), stdout=log, stderr=subprocess.STDOUT,
                                  stdin=subprocess.DEVNULL, cwd=folder)
        if done.returncode != 0:
            with open(os.path.join(self.folder, "apt.log"), errors="replace") as log:
                said = [line.strip() for line in log if line.startswith(("E: ", "W: "))]
            raise Unavailable(f"apt-get {args[0]} failed for {' '.join(self.suites)}: "
                              f"{' '.join(said[-2:])} See {self.folder}/apt.log")

    def _index(self, kind):
        """Read the index of what is of this kind: deb or deb-src."""
        if not os.path.exists(KEYRING):
            raise Unavailable(f"there is no {KEYRING}: install debian-archive-keyring")
        for part in ("lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(self.state, part), exist_ok=True)
        shutil.copyfile(OWN_STATUS if self.beside_own else os.devnull,
                        os.path.join(self.state, "status"))
        with open(os.path.join(self.state, "sources.list"), "w") as sources:
            for suite in self.suites:
                sources.write(f"{kind} [signed-by={KEYRING}] {suite} main\n")
        self._apt("update")

    def _download(self):
        self._index("deb")
        prefer = ["-t", self.release] if self.release else []
        if self.beside_own:
            prefer.append("--reinstall")  # the packages themselves, if they are installed, too
        self._apt("install", "-y", "--download-only", *prefer, *self.packages)
        archives = os.path.join(self.state, "cache", "archives")
        return sorted(os.path.join(archives, name) for name in os.listdir(archives)
                      if name.endswith(".deb"))

    def _unpack(self, archives):
        shutil.rmtree(self.path, ignore_errors=True)
        for directory in ("bin", "sbin", "lib", "lib64"):
            os.makedirs(os.path.join(self.path, "usr", directory))
            os.symlink(f"usr/{directory}", os.path.join(self.path, directory))
        excludes = [f"--exclude=./{path}" for path in UNWANTED]
        for archive_path in archives:
            with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive_path],
                                  stdout=subprocess.PIPE) as tarball:
                done = subprocess.run(["tar", "-x", "-C", self.path, "--no-same-owner",
                                       "--keep-directory-symlink"] + excludes,
                                      stdin=tarball.stdout)
            if done.returncode != 0 or tarball.returncode != 0:
                raise Unavailable(f"{archive_path} cannot be unpacked")

    def make(self):
        """Download and unpack if not done yet. Safe to interrupt: the stamp comes last."""
        if self.ready():
            return self
        os.makedirs(self.folder, exist_ok=True)
        stamp = os.path.join(self.folder, "stamp")
        if os.path.exists(stamp):
            os.unlink(stamp)
        self._unpack(self._download())
        shutil.rmtree(self.state, ignore_errors=True)
        with open(stamp + ".new", "w") as new:
            new.write(self._stamp())
        os.replace(stamp + ".new", stamp)
        return self

    def fetch_source(self, package):
        """Download a source package. @return the archive of what its authors released."""
        folder = os.path.join(self.folder, "apt-source")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self._index("deb-src")
        self._apt("source", "--download-only", package, folder=folder)
        found = [name for name in os.listdir(folder) if ".orig.tar." in name]
        if len(found) != 1:
            raise Unavailable(f"the source package {package} has {len(found)} archives")
        return os.path.join(folder, found[0])

    def drop_source(self):
        shutil.rmtree(os.path.join(self.folder, "apt-source"), ignore_errors=True)

    def loader(self, program):
        """Command that runs one of the folder's programs with the folder's libraries."""
        libraries = os.path.join(self.path, "usr/lib/x86_64-linux-gnu")
        return [os.path.join(self.path, "lib64/ld-linux-x86-64.so.2"),
                "--library-path", libraries, os.path.join(self.path, program)]
