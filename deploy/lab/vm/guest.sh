# shellcheck shell=bash
# What a virtual machine of the lab does when it has its root file system: it is host $1 of the pair. Its
# console is the first serial line; the logs of the daemon and of Jetty are the second and the third.

# shellcheck source=deploy/bin/common.sh
source "$CORAL_HOME/deploy/bin/common.sh"
# shellcheck source=deploy/lab/state.sh
source "$CORAL_HOME/deploy/lab/state.sh"
# shellcheck source=deploy/lab/network.sh
source "$CORAL_HOME/deploy/lab/network.sh"
# shellcheck source=deploy/lab/hosts.sh
source "$CORAL_HOME/deploy/lab/hosts.sh"
# shellcheck source=deploy/lab/vm.sh
source "$CORAL_HOME/deploy/lab/vm.sh"

# With one a daemon that starts keeps the only processor from everybody for half a minute.
LAB_DAEMON_PRIORITY=()
LAB_DAEMON_SECONDS=180

guest_file_systems() {
    mount -t tmpfs run /run
    mount -t tmpfs tmp /tmp
    mount -t bpf bpf /sys/fs/bpf
    rm -rf "$LAB/processes" "$LAB/log"
    mkdir -p "$LAB"/{processes,log} /run/lock
}

# eth0 is the cable to the switch, eth1 leads to nobody but the machine that runs this one.
guest_network() {
    sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    ip link set dev lo up
    ip link set dev eth0 up
    ip link set dev eth1 up
    ip address add "${LAB_ADDRESS[$1]}/24" dev eth0
    ip route add default via "${LAB_ADDRESS[$1]%.*}.1"
    ip address add 10.0.2.15/24 dev eth1
}

# What the lab asks of a host from outside: the daemon's control socket, and commands.
guest_doors() {
    setsid socat -t 100 "TCP-LISTEN:$VM_CONTROL_PORT,fork,reuseaddr" \
        "UNIX-CONNECT:$LAB/$1/run/control.sock" 2>/dev/null &
    setsid socat -t 100 "TCP-LISTEN:$VM_COMMAND_PORT,fork,reuseaddr" EXEC:/bin/bash &
}

# In place of the one in state.sh: here everything is in the only network that there is.
spawn() {
    local name=$1 line
    case $name in
        *.heartbeat) line=/dev/ttyS1 ;;
        *) line=/dev/ttyS2 ;;
    esac
    shift 2
    setsid "$@" >"$line" 2>&1 </dev/null &
    echo "$! $(process_start $!)" >"$LAB/processes/$name"
}

main() {
    local host=$1
    guest_file_systems
    hostname "coral-$host"
    # Nobody is there to ask for names.
    rm -f /etc/hosts /etc/resolv.conf
    printf '127.0.0.1 localhost coral-%s\n' "$host" >/etc/hosts
    echo "lab: host $host, Linux $(uname -r), up for $(cut -d ' ' -f 1 /proc/uptime) s"
    guest_network "$host"
    guest_doors "$host"
    use_java
    start_heartbeat "$host"
    echo "lab: the daemon answers after $(cut -d ' ' -f 1 /proc/uptime) s"
    start_jetty "$host"
    # The first process of a machine must not end, and waits for those that others have left.
    while sleep 3600; do :; done
}

main "$@"
