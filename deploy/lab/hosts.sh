# shellcheck shell=bash
# Processes of the lab: the ledger outside, the heartbeat daemon and Jetty on each host.

LAB_DAEMON_SECONDS=20

start_ledger() {
    spawn outside.ledger coral-outside "$JAVA_HOME/bin/java" -Xmx64m -XX:+UseSerialGC \
        -cp "$LAB/ledger.jar" org.coralha.demo.LedgerServer "${LAB_LEDGER%:*}" "${LAB_LEDGER#*:}" \
        "$LAB/ledger.txt"
}

LAB_DAEMON_PRIORITY=(chrt --rr 10)

# The daemon runs as root with real-time priority, as its systemd unit has it.
start_heartbeat() {
    local host=$1
    mkdir -p "$LAB_BPFFS/$host"
    rm -f "$LAB/$host/run/control.sock"
    spawn "$host.heartbeat" "coral-$host" "${LAB_DAEMON_PRIORITY[@]}" "$LAB/host/bin/coral-heartbeatd" \
        --pair "$LAB/pair.properties" --state-dir "$LAB/$host/state" \
        --run-dir "$LAB/$host/run" --bpffs "$LAB_BPFFS/$host"
    wait_until "$LAB_DAEMON_SECONDS" heartbeat_decided "$host" || true
    if ! heartbeat_answers "$host"; then
        log_tail "$host.heartbeat"
        die "the heartbeat daemon of host $host does not answer: see its log above"
    fi
}

heartbeat_answers() {
    process_of "$1.heartbeat" >/dev/null && [[ -S $LAB/$1/run/control.sock ]]
}

heartbeat_decided() {
    process_gone "$1.heartbeat" || heartbeat_answers "$1"
}

# As docs/operations.md advises: a heap that need not grow is collected less often. And little that is
# young: where this machine is a virtual one, memory that nobody has touched yet stops a processor.
LAB_JETTY_JVM=(-Xms512m -Xmx512m -Xmn64m -XX:MetaspaceSize=128m -XX:+UseTransparentHugePages)

# Jetty runs as the user coral, without any capability and without the means to get one.
start_jetty() {
    local host=$1 base=$LAB/base/$1 jvm
    mapfile -t jvm <"$LAB/jvm.options"
    spawn "$host.jetty" "coral-$host" \
        setpriv --reuid=coral --regid=coral --init-groups --no-new-privs --inh-caps=-all \
        --bounding-set=-all env --chdir="$base" "$JAVA_HOME/bin/java" "${jvm[@]}" \
        -Djava.io.tmpdir="$base/work" -Dcoral.host="$host" -Dcoral.ledger="http://$LAB_LEDGER" \
        -jar "$LAB/jetty-home/start.jar"
}

coralctl_of() {
    local host=$1
    shift
    timeout 100 "$LAB/$host/bin/coralctl" "$@"
}

# Starts whatever does not run on the host, heartbeat first; it then joins its peer.
verb_lab_start() {
    need_word "${1:-}" "${LAB_HOSTS[@]}" witness
    use_java
    if [[ $1 == witness ]]; then
        ! process_gone witness.witness || start_witness
        return
    fi
    local host=$1
    not_for_vms start "$host"
    if process_gone "$host.heartbeat"; then
        start_heartbeat "$host"
        # A Jetty that knew an earlier daemon is ended by the new one.
        wait_until 5 process_gone "$host.jetty" || true
    fi
    # So is the Jetty of a host that was cut off, if the peer has served meanwhile.
    wait_until 5 jetty_fate_is_known "$host" || true
    if process_gone "$host.jetty"; then
        start_jetty "$host"
    fi
}

jetty_fate_is_known() {
    process_gone "$1.jetty" || [[ $(host_answer "$1" | jq -r .state) != CUT_* ]]
}

# kill HOST jetty|heartbeat|host [SIGNAL]: "host" is both of them at the same moment.
verb_lab_kill() {
    local pids
    need_word "${1:-}" "${LAB_HOSTS[@]}" witness
    [[ $1 != witness ]] || set -- witness witness "${2:-KILL}"
    need_word "${2:-}" jetty heartbeat host witness
    not_for_vms kill "$1"
    read -ra pids < <(lab_victims "$1" "$2")
    ((${#pids[@]})) || die "the $2 of host $1 does not run"
    kill -s "${3:-KILL}" "${pids[@]}"
}

# The process ids in one line, of those that run.
lab_victims() {
    local host=$1 parts=("$2") part
    [[ $2 != host ]] || parts=(heartbeat jetty)
    for part in "${parts[@]}"; do
        process_of "$host.$part" || true
    done | paste -sd ' '
}

# freeze HOST jetty|heartbeat|host MILLISECONDS: stopped, and let go on after that time. Says how many
# milliseconds it was: a busy machine may make it more.
verb_lab_freeze() {
    local pids never from seconds
    need_word "${1:-}" "${LAB_HOSTS[@]}"
    not_for_vms freeze "$1"
    need_word "${2:-}" jetty heartbeat host
    [[ ${3:-} =~ ^[0-9]+$ ]] || die "usage: ./coral lab freeze a|b jetty|heartbeat|host MILLISECONDS"
    read -ra pids < <(lab_victims "$1" "$2")
    ((${#pids[@]})) || die "the $2 of host $1 does not run"
    # Nothing is ever written to it, and no process has to be started while they stand still.
    exec {never}<> <(:)
    printf -v seconds '%d.%03d' "$(($3 / 1000))" "$(($3 % 1000))"
    from=${EPOCHREALTIME/[.,]/}
    kill -s STOP "${pids[@]}"
    read -r -t "$seconds" -u "$never" || true
    kill -s CONT "${pids[@]}" 2>/dev/null || true
    echo "$(((${EPOCHREALTIME/[.,]/} - from) / 1000))"
}

# capture start [FILE] | stop: records the client's TCP packets.
verb_lab_capture() {
    local file=${2:-$LAB/client.pcap}
    case ${1:-} in
        start)
            process_gone client.capture || die "a capture runs already: ./coral lab capture stop"
            : >"$LAB/log/client.capture.log"
            spawn client.capture coral-client tcpdump --immediate-mode -U -Z root -n -i eth0 -s 0 \
                -B 65536 -w "$file" tcp
            wait_until 10 grep -q 'listening on' "$LAB/log/client.capture.log" || {
                log_tail client.capture
                die "tcpdump does not start"
            }
            ;;
        stop)
            local pid
            pid=$(process_of client.capture) || die "no capture runs"
            sleep 0.2
            kill -INT "$pid"
            wait_until 10 process_gone client.capture || die "tcpdump ($pid) does not end"
            tail -n 3 "$LAB/log/client.capture.log"
            ;;
        *) die "usage: ./coral lab capture start [FILE]|stop" ;;
    esac
}
