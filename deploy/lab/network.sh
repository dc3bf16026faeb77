# shellcheck shell=bash
# Hosts and cables of the lab: a namespace each, veth pairs between them.
#
#   client 10.77.1.10 -- router -- switch -- a 10.77.2.11
#                          |          |----- b 10.77.2.12
#                          |          |----- near 10.77.2.50, a client on the servers' subnet
#                          |          `----- witness 10.77.2.60
#                       outside 10.77.3.10
#
# With --ipv6 each of them also has fd77:N::M for 10.77.N.M, and the service has fd77:2::100 instead.

LAB_SPACES=(client router switch a b outside near witness)
LAB_SERVICE_PORT=8080
LAB_LEDGER=10.77.3.10:9090
declare -A LAB_ADDRESS=([a]=10.77.2.11 [b]=10.77.2.12 [client]=10.77.1.10 [outside]=10.77.3.10
    [near]=10.77.2.50 [witness]=10.77.2.60)

# The version of IP of the service is that of the lab that is up.
LAB_FAMILY=4
[[ ! -e $LAB/family ]] || LAB_FAMILY=$(<"$LAB/family")

# ipv6_of ADDRESS: the other address of who has this one.
ipv6_of() {
    local part
    IFS=. read -ra part <<<"$1"
    echo "fd77:${part[2]}::${part[3]}"
}

# use_family 4|6
use_family() {
    LAB_FAMILY=$1
    LAB_SERVICE_ADDRESS=10.77.2.100
    LAB_SERVICE=$LAB_SERVICE_ADDRESS:$LAB_SERVICE_PORT
    if [[ $LAB_FAMILY == 6 ]]; then
        LAB_SERVICE_ADDRESS=$(ipv6_of "$LAB_SERVICE_ADDRESS")
        LAB_SERVICE="[$LAB_SERVICE_ADDRESS]:$LAB_SERVICE_PORT"
    fi
}
use_family "$LAB_FAMILY"

# in_space WHO COMMAND...: unlike "ip netns exec" this leaves /sys/fs/bpf visible.
in_space() {
    local who=$1
    shift
    nsenter --net="/run/netns/coral-$who" "$@"
}

spaces_present() {
    local who
    for who in "${LAB_SPACES[@]}"; do
        [[ ! -e /run/netns/coral-$who ]] || echo "coral-$who"
    done
}

# Every host, switch and router of the lab shares the kernel's network threads with the programs that
# keep the processors busy. A real host's network does not wait for the programs of another host.
network_threads() {
    local policy=$1 priority=$2 thread
    for thread in $(ps -eo pid=,comm= | awk '$2 ~ /^ksoftirqd/ { print $1 }'); do
        chrt "$policy" --pid "$priority" "$thread"
    done
}

network_up() {
    local who
    network_threads --fifo 1
    for who in "${LAB_SPACES[@]}"; do
        ip netns add "coral-$who"
        if [[ $LAB_FAMILY == 6 ]]; then
            # Every address here is known to be the only one: nothing has to wait for that.
            in_space "$who" sysctl -qw net.ipv6.conf.default.accept_dad=0 \
                net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0
        else
            in_space "$who" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
                net.ipv6.conf.default.disable_ipv6=1
        fi
        ip -n "coral-$who" link set dev lo up
    done
    switch_up
    cable client eth0 router client
    cable outside eth0 router outside
    cable router servers switch router
    for who in "${LAB_HOSTS[@]}"; do
        if is_vm "$who"; then vm_cable "$who"; else cable "$who" eth0 switch "$who"; fi
    done
    cable near eth0 switch near
    cable witness eth0 switch witness
    give_addresses
    true_checksums_at_client
}

switch_up() {
    ip -n coral-switch link add switch type bridge stp_state 0 forward_delay 0
    ip -n coral-switch link set dev switch up
}

# cable WHO INTERFACE WHO INTERFACE
cable() {
    ip -n "coral-$1" link add "$2" type veth peer name "$4" netns "coral-$3"
    if [[ $3 == switch ]]; then
        ip -n coral-switch link set dev "$4" master switch
    fi
    ip -n "coral-$1" link set dev "$2" up
    ip -n "coral-$3" link set dev "$4" up
}

give_addresses() {
    local who
    ip -n coral-router address add 10.77.1.1/24 dev client
    ip -n coral-router address add 10.77.2.1/24 dev servers
    ip -n coral-router address add 10.77.3.1/24 dev outside
    in_space router sysctl -qw net.ipv4.ip_forward=1
    for who in "${!LAB_ADDRESS[@]}"; do
        ! is_vm "$who" || continue
        ip -n "coral-$who" address add "${LAB_ADDRESS[$who]}/24" dev eth0
        ip -n "coral-$who" route add default via "${LAB_ADDRESS[$who]%.*}.1"
    done
    [[ $LAB_FAMILY != 6 ]] || give_ipv6_addresses
}

give_ipv6_addresses() {
    local who six
    ip -n coral-router address add fd77:1::1/64 dev client nodad
    ip -n coral-router address add fd77:2::1/64 dev servers nodad
    ip -n coral-router address add fd77:3::1/64 dev outside nodad
    in_space router sysctl -qw net.ipv6.conf.all.forwarding=1
    for who in "${!LAB_ADDRESS[@]}"; do
        six=$(ipv6_of "${LAB_ADDRESS[$who]}")
        ip -n "coral-$who" address add "$six/64" dev eth0 nodad
        ip -n "coral-$who" route add default via "${six%::*}::1"
    done
}

# A veth leaves checksums to hardware that is not there, so a capture would show wrong ones. On both
# ends of the client's cable they are computed; the servers keep the offload, as real ones do.
true_checksums_at_client() {
    in_space client ethtool -K eth0 tx off >/dev/null
    in_space router ethtool -K client tx off >/dev/null
    in_space near ethtool -K eth0 tx off >/dev/null
}

network_down() {
    local who pids
    network_threads --other 0
    for who in "${LAB_SPACES[@]}"; do
        [[ -e /run/netns/coral-$who ]] || continue
        # What was started through "lab exec" ends with its host.
        pids=$(ip netns pids "coral-$who" 2>/dev/null || true)
        # shellcheck disable=SC2086 # one word per process
        [[ -z $pids ]] || kill -KILL $pids 2>/dev/null || true
        ip netns delete "coral-$who" || say "cannot delete the namespace coral-$who"
    done
}

# Pulling the host's cable: its end in the switch goes down, and the host loses its carrier.
verb_lab_cut() {
    need_word "${1:-}" "${LAB_HOSTS[@]}" witness
    ip -n coral-switch link set dev "$1" down
    ! is_vm "$1" || vm_carrier "$1" false
}

verb_lab_heal() {
    need_word "${1:-}" "${LAB_HOSTS[@]}" witness
    ! is_vm "$1" || vm_carrier "$1" true
    ip -n coral-switch link set dev "$1" up
}

verb_lab_exec() {
    need_word "${1:-}" "${LAB_SPACES[@]}"
    local who=$1
    shift
    [[ ${1:-} != -- ]] || shift
    (($#)) || die "no command given: ./coral lab exec $who -- COMMAND..."
    if is_vm "$who"; then
        vm_exec "$who" "$@"
        return
    fi
    PATH=$LAB/$who/bin:$PATH exec nsenter --net="/run/netns/coral-$who" "$@"
}
