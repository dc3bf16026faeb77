# shellcheck shell=bash
# Hosts of the lab that are virtual machines, each with a kernel of its own: Debian's stock one, emulated by
# qemu. A machine has the file system of this one, read-only; what it writes is gone when it ends.
#
# Its cable, eth0, is a tap in the switch. Its second interface is qemu's user network, and leads to two
# ports of the loopback interface of the switch's namespace: the daemon's control socket, and commands.

VM_KERNEL=$CORAL_HOME/target/vm-kernel
VM_CONTROL_PORT=7001
VM_COMMAND_PORT=7002
VM_MEGABYTES=1024
# Emulated, a processor with AVX is a slower one. Without rdrand both kernels would wait for entropy.
VM_PROCESSOR=qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# So far the clock of host b is ahead of that of host a.
VM_AHEAD_SECONDS=100
declare -A VM_NUMBER=([a]=1 [b]=2)
VM_MODULES=(drivers/virtio drivers/net/virtio_net.ko drivers/net/net_failover.ko drivers/net/veth.ko
    fs/9p fs/fscache fs/netfs fs/overlayfs net/9p net/core net/ipv4 net/sched)

# The hosts of the lab that comes up that are virtual machines: all or none.
LAB_VMS=()

# An emulated processor is 10 to 30 times as slow as a real one, and two of them share this machine's with
# the clients: what counts as silence is counted in seconds.
choose_vms() {
    LAB_VMS=("${LAB_HOSTS[@]}")
    LAB_DUPLEX_SECONDS=300
    LAB_ANSWER_SECONDS=30
    # Each look costs the daemon real time, and it goes before Jetty.
    WAIT_LOOK_SECONDS=2
    # Little is compiled where a processor is emulated: compiling costs more than it saves in a minute.
    LAB_JETTY_JVM=(-Xms256m -Xmx256m -Xmn64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1)
    LAB_PAIR+=(
        [heartbeat.period.ms]=500 [heartbeat.limit]=8
        [jetty.pulse.ms]=500 [jetty.pulse.limit.ms]=30000
        [log.ack.limit.ms]=30000
        [start.alone.ms]=180000
        [warm.limit.ms]=0 [warm.paths]=''
    )
}

is_vm() {
    [[ -e $LAB/$1/vm ]]
}

# Nothing if apt has no list of packages.
vm_kernel_package() {
    { apt-cache depends linux-image-amd64 2>/dev/null || true; } |
        sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p'
}

# Debian's stock kernel, taken out of its package and kept; nothing is installed. target/vm-kernel has
# vmlinuz and the modules that a machine needs.
fetch_vm_kernel() {
    [[ ! -e $VM_KERNEL/vmlinuz ]] || return 0
    local fresh=$VM_KERNEL.new package
    rm -rf "$fresh"
    mkdir -p "$fresh"
    package=$(vm_kernel_package)
    if [[ -z $package ]]; then
        apt-get -q update >"$fresh/log" 2>&1 || true
        package=$(vm_kernel_package)
    fi
    [[ -n $package ]] || die "apt knows no package linux-image-amd64: run apt-get update"
    say "fetching $package"
    (cd "$fresh" && { apt-get -q download "$package" || { apt-get -q update && apt-get -q download "$package"; }; }) \
        >"$fresh/log" 2>&1 || die "cannot download $package: $(tail -n 3 "$fresh/log")"
    dpkg-deb --fsys-tarfile "$fresh"/linux-image-*.deb |
        tar -x -C "$fresh" --wildcards './boot/vmlinuz-*' './lib/modules/*/modules.*' \
            "${VM_MODULES[@]/#/./lib/modules/*/kernel/}"
    rm "$fresh"/linux-image-*.deb
    mv "$fresh"/boot/vmlinuz-* "$fresh/vmlinuz"
    rm -rf "$VM_KERNEL"
    mv "$fresh" "$VM_KERNEL"
}

vm_can_start() {
    local command
    for command in qemu-system-x86_64 busybox bpftool; do
        command -v "$command" >/dev/null || die "$command is missing: run ./coral setup --vm"
    done
    [[ -e $VM_KERNEL/vmlinuz ]] || die "the kernel of the virtual machines is missing: run ./coral setup --vm"
    [[ -c /dev/net/tun ]] || die "/dev/net/tun is missing: load the kernel module tun"
}

# What both machines boot: the initramfs, and the script that their first program goes on with.
install_vms() {
    local root=$LAB/vm/root version
    version=$(basename "$VM_KERNEL"/lib/modules/*)
    mkdir -p "$root"/{bin,proc,sys,dev,below,written,root}
    cp "$(command -v busybox)" "$root/bin/busybox"
    cp "$CORAL_HOME/deploy/lab/vm/init" "$root/"
    cp -r "$VM_KERNEL/lib" "$root/"
    busybox depmod -b "$root" "$version"
    (cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$LAB/vm/initramfs"
    rm -rf "$root"
    # shellcheck disable=SC2016 # expanded there
    printf 'set -euo pipefail\nexport CORAL_HOME=%q JAVA_HOME=%q PATH=/usr/sbin:/usr/bin:/sbin:/bin\nsource %q "$coral_host"\n' \
        "$CORAL_HOME" "$JAVA_HOME" "$CORAL_HOME/deploy/lab/vm/guest.sh" >"$LAB/vm/start"
}

# The switch's end of the cable of a machine that is not there yet.
vm_cable() {
    ip -n coral-switch tuntap add dev "$1" mode tap vnet_hdr
    ip -n coral-switch link set dev "$1" master switch
    ip -n coral-switch link set dev "$1" up
}

start_vms() {
    local host
    install_vms
    for host in "${LAB_VMS[@]}"; do
        start_vm "$host"
    done
}

start_vm() {
    local host=$1 number=${VM_NUMBER[$1]} ahead=0
    [[ $host != b ]] || ahead=$VM_AHEAD_SECONDS
    # A real machine's processor does not wait for the programs of this one.
    spawn "$host.vm" coral-switch nice -n -15 qemu-system-x86_64 -name "coral-$host" \
        -accel tcg -machine q35 -cpu "$VM_PROCESSOR" -smp 1 -m "$VM_MEGABYTES" \
        -nodefaults -no-user-config -display none -no-reboot \
        -rtc "base=$(date -u -d "+$ahead seconds" +%Y-%m-%dT%H:%M:%S)" \
        -kernel "$VM_KERNEL/vmlinuz" -initrd "$LAB/vm/initramfs" \
        -append "console=ttyS0 quiet panic=-1 coral_host=$host" \
        -serial "file:$LAB/log/$host.console.log" -serial "file:$LAB/log/$host.heartbeat.log" \
        -serial "file:$LAB/log/$host.jetty.log" -qmp "unix:$LAB/$host/run/qmp.sock,server=on,wait=off" \
        -fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap \
        -device virtio-9p-pci,fsdev=root,mount_tag=root \
        -netdev "tap,id=lan,ifname=$host,script=no,downscript=no" \
        -device "virtio-net-pci,id=cable,netdev=lan,romfile=,mac=02:00:0a:4d:02:1$number" \
        -netdev "user,id=doors,restrict=on,$(vm_door "$number" "$VM_CONTROL_PORT"),$(vm_door "$number" "$VM_COMMAND_PORT")" \
        -device "virtio-net-pci,netdev=doors,romfile=,mac=02:00:0a:00:02:1$number"
    # What else asks the daemon finds its socket where that of a host in a namespace is.
    spawn "$host.control" coral-switch socat -t 100 \
        "UNIX-LISTEN:$LAB/$host/run/control.sock,fork,unlink-early,mode=600" \
        "TCP:127.0.0.1:$number$VM_CONTROL_PORT"
}

# vm_door NUMBER PORT: that port of the machine, at this port of the switch's loopback interface.
vm_door() {
    echo "hostfwd=tcp:127.0.0.1:$1$2-:$2"
}

# Gives the end of the cable in the machine its carrier, or takes it: vm_carrier HOST true|false
vm_carrier() {
    local answer= from to pid
    # Nobody's input ends before the answer is there, or socat would wait for more. What coproc sets is
    # gone when its process is.
    coproc qmp { exec socat - "UNIX-CONNECT:$LAB/$1/run/qmp.sock"; }
    # shellcheck disable=SC2154 # coproc sets it
    from=${qmp[0]:-} to=${qmp[1]:-} pid=${qmp_PID:-}
    [[ -n $to ]] || die "the virtual machine of host $1 does not run"
    printf '%s' '{"execute":"qmp_capabilities"}' \
        '{"execute":"set_link","id":"carrier","arguments":{"name":"cable","up":'"$2"'}}' >&"$to" || true
    while read -r -t 20 -u "$from" answer && [[ $answer != *'"carrier"'* ]]; do :; done
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    [[ $answer == *'"return"'* ]] || die "the virtual machine of host $1 does not take the order: ${answer:-no answer}"
}

# vm_exec HOST COMMAND...: runs it there; both of its outputs are one. Ends as the command did.
vm_exec() {
    local host=$1 number=${VM_NUMBER[$1]} answer status
    shift
    answer=$({
        printf 'export PATH=%q:$PATH\n{ ' "$LAB/$host/bin"
        printf '%q ' "$@"
        printf '; } 2>&1 </dev/null\nprintf "\\n%%s" "$?"\n'
    } | in_space switch socat -t 100 - "TCP:127.0.0.1:$number$VM_COMMAND_PORT") || true
    status=${answer##*$'\n'}
    [[ $status =~ ^[0-9]+$ ]] || die "the virtual machine of host $host does not answer: ./coral lab logs $host"
    printf '%s' "${answer%$'\n'*}"
    return "$status"
}

# Verbs that act on processes of this machine cannot act on those of a virtual one.
not_for_vms() {
    ! is_vm "$2" || die "host $2 is a virtual machine: './coral lab $1' is for hosts in namespaces"
}
