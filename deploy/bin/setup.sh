# shellcheck shell=bash
# ./coral setup: what a fresh Debian 12 lacks. Harmless to repeat.

# To build; to run the data plane; for the lab and its measurements; for the checks.
SETUP_PACKAGES=(
    openjdk-17-jdk-headless maven clang libbpf-dev linux-libc-dev libc6-dev unzip
    libbpf1 iproute2 util-linux procps
    curl wrk tcpdump ethtool socat iputils-ping jq nftables bpftool
    python3 shellcheck
)

# For virtual machines as hosts: the emulator, and the programs of their first seconds.
SETUP_VM_PACKAGES=(qemu-system-x86 busybox-static)

# setup [--vm]: with it also what ./coral test --vm needs.
verb_setup() {
    need_root setup
    case $* in
        '') ;;
        --vm) SETUP_PACKAGES+=("${SETUP_VM_PACKAGES[@]}") ;;
        *) die "unknown option '$*': ./coral setup [--vm]" ;;
    esac
    setup_packages
    [[ ${1:-} != --vm ]] || fetch_vm_kernel
    setup_user
    setup_bpffs
}

setup_packages() {
    local missing=()
    mapfile -t missing < <(setup_missing)
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null ||
        die "missing packages ${missing[*]}: install them by hand, this is no Debian"
    say "installing ${missing[*]}"
    local -x DEBIAN_FRONTEND=noninteractive
    apt-get -q update >/dev/null || die "apt-get update failed: check the package sources"
    apt-get -q install -y --no-install-recommends "${missing[@]}" >/dev/null ||
        die "apt-get could not install ${missing[*]}"
}

setup_missing() {
    local installed
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${SETUP_PACKAGES[@]}" 2>/dev/null |
        sed -n 's/ installed$//p') || true
    comm -23 <(printf '%s\n' "${SETUP_PACKAGES[@]}" | sort -u) <(sort -u <<<"$installed")
}

# The user that runs Jetty.
setup_user() {
    getent passwd coral >/dev/null && return
    say "creating the system user coral"
    groupadd --system --force coral
    useradd --system --gid coral --home-dir /nonexistent --no-create-home \
        --shell /usr/sbin/nologin coral
}

setup_bpffs() {
    mountpoint -q /sys/fs/bpf && return
    say "mounting the BPF file system on /sys/fs/bpf"
    mount -t bpf bpf /sys/fs/bpf ||
        die "cannot mount the BPF file system: the kernel needs CONFIG_BPF_SYSCALL"
}
