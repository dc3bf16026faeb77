# shellcheck shell=bash
# A wire in a cable of the lab: a program that loses, doubles, reorders, corrupts and delays frames.
#
# The wire always runs in the switch's namespace, between the cable's end there and one end of a
# new veth pair WHO-wire. The pair's other end takes the place that the cable had: a port of the switch
# for a host, the router's interface for the client. Pulling a host's cable goes on to work as before.

LAB_WIRED=(a b client)
LAB_WIRE_SECONDS=10

# wire WHO [--seed N] RULE... | wire WHO counters | wire [WHO] off
verb_lab_wire() {
    local who
    if [[ $* == off ]]; then
        for who in "${LAB_WIRED[@]}"; do
            wire_out "$who"
        done
        return
    fi
    need_word "${1:-}" "${LAB_WIRED[@]}"
    not_for_vms wire "$1"
    who=$1
    shift
    case ${1:-} in
        off) wire_out "$who" ;;
        counters) wire_ask "$who" counters ;;
        '') die "what shall the wire do? ./coral lab wire $who RULE..., counters or off" ;;
        *) wire_rules "$who" "$@" ;;
    esac
}

# wire_rules WHO [--seed N] RULE...: puts a wire in, or gives the one that is in other rules.
wire_rules() {
    local who=$1 seed=1
    shift
    if [[ $1 == --seed ]]; then
        seed=${2:-}
        shift 2 || die "--seed needs a number"
    fi
    if process_gone "wire.$who"; then
        wire_in "$who"
    fi
    wire_ask "$who" rules "$seed" "$@"
}

# wire_ask WHO COMMAND...: prints the wire's answer.
wire_ask() {
    local who=$1 answers=$LAB/log/wire.$1.log before
    shift
    process_of "wire.$who" >/dev/null || die "there is no wire in the cable of $who"
    before=$(wc -l <"$answers")
    echo "$*" >"$LAB/wire/$who"
    wait_until "$LAB_WIRE_SECONDS" wire_answered "$answers" "$before" ||
        die "the wire of $who does not answer: see $answers"
    tail -n 1 "$answers" | jq -ce 'select(.error | not)' ||
        die "the wire of $who: $(tail -n 1 "$answers" | jq -r .error)"
}

wire_answered() {
    (($(wc -l <"$1") > $2))
}

wire_in() {
    local who=$1
    sh "$CORAL_HOME/deploy/lab/wire/build.sh" "$PARTS/wire" || die "the wire does not compile"
    wire_out "$who"
    if [[ $who == client ]]; then
        wire_pair_for_client
    else
        wire_pair_for_host "$who"
    fi
    mkdir -p "$LAB/wire"
    mkfifo "$LAB/wire/$who"
    : >"$LAB/log/wire.$who.log"
    # A cable does not wait for a processor, but the hosts' heartbeats go first.
    SPAWN_INPUT=$LAB/wire/$who spawn "wire.$who" coral-switch \
        chrt --rr 5 "$PARTS/wire" "$who" "$who-wire"
    wait_until "$LAB_WIRE_SECONDS" wire_answered "$LAB/log/wire.$who.log" 0 || {
        log_tail "wire.$who"
        die "the wire of $who does not start"
    }
    [[ $who == client ]] || switch_to_line "$who"
}

# Frames that pass the wire must be whole: no segmentation or checksum is left to a card.
wire_pair_for_host() {
    ip -n coral-switch link add "$1-wire" type veth peer name "$1-line"
    in_space switch ethtool -K "$1-line" tx off >/dev/null
    in_space "$1" ethtool -K eth0 tx off >/dev/null
    ip -n coral-switch link set dev "$1-wire" up
    ip -n coral-switch link set dev "$1-line" up
    ip -n coral-switch link set dev "$1-line" master switch
    ip -n coral-switch link set dev "$1-line" type bridge_slave state 0
}

# The router keeps its addresses on the cable, Ethernet's as well: the client notices nothing.
wire_pair_for_client() {
    local mac
    mac=$(ip -n coral-router -json link show dev client | jq -r '.[0].address')
    ip -n coral-router link set dev client netns coral-switch
    ip -n coral-router link add client address "$mac" type veth peer name client-wire netns coral-switch
    router_toward_client
    ip -n coral-switch link set dev client-wire up
    ip -n coral-switch link set dev client up
}

router_toward_client() {
    in_space router ethtool -K client tx off >/dev/null
    ip -n coral-router address replace 10.77.1.1/24 dev client
    ip -n coral-router link set dev client up
    [[ $LAB_FAMILY != 6 ]] || ip -n coral-router address replace fd77:1::1/64 dev client nodad
}

# Ports change places without a pause: to leave a bridge takes longer than a host may be silent. Never
# are both open, or the wire would close a loop.
switch_to_line() {
    printf 'link set dev %s type bridge_slave %s\n' "$1" 'state 0 fdb_flush' "$1-line" 'state 3' |
        ip -n coral-switch -batch -
    ip -n coral-switch link set dev "$1" nomaster
}

switch_from_line() {
    printf 'link set dev %s %s\n' "$1-line" 'type bridge_slave state 0 fdb_flush' "$1" 'master switch' |
        ip -n coral-switch -batch -
}

# Takes the wire out, from whatever half state.
wire_out() {
    local who=$1
    if ip -n coral-switch link show dev "$who-wire" >/dev/null 2>&1; then
        [[ $who == client ]] || switch_from_line "$who"
        end_process "wire.$who"
        ip -n coral-switch link delete dev "$who-wire"
        [[ $who == client ]] || in_space "$who" ethtool -K eth0 tx on >/dev/null
    fi
    end_process "wire.$who"
    if [[ $who == client ]] && ip -n coral-switch link show dev client >/dev/null 2>&1; then
        ip -n coral-switch link set dev client netns coral-router
        router_toward_client
    fi
    rm -f "$LAB/wire/$who"
}
