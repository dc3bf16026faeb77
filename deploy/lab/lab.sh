# shellcheck shell=bash
# ./coral lab: the pair in network namespaces on this machine.

lab_usage() {
    cat <<'USAGE'
usage: ./coral lab VERB
  up [--no-build] [--no-wait] [--witness] [--ipv6] [--vm] [--sysctl HOST:KEY=VALUE]... [--pair KEY=VALUE]...
     [--jetty KEY=VALUE]... [--jvm OPTION]...
                                     build, install on two hosts, start, wait for DUPLEX; in the
                                     values of --jetty %h is the host, a or b; --ipv6: the
                                     service has an IPv6 address; --vm: both hosts are virtual
                                     machines with kernels of their own
  down [--force]                     remove all of it, from whatever state (--force: namespaces
                                     of the lab's names that another run left as well)
  status [--json]                    who serves
  exec client|near|router|switch|a|b|outside|witness -- COMMAND...
  cut a|b|witness                    pull the host's cable
  heal a|b|witness                   put it back
  part a|b|witness a|b|witness [one-way]
                                     nothing passes between the two, everything else does;
                                     one-way: nothing from the first to the second
  join a|b|witness a|b|witness       end that
  kill a|b jetty|heartbeat|host [SIGNAL]  KILL unless told otherwise; host: both at once
  freeze a|b jetty|heartbeat|host MS stopped for so many milliseconds
  kill witness [SIGNAL]              of a lab that was brought up with --witness
  start a|b|witness                  start what does not run there
  await MODE [SECONDS]               DUPLEX, SIMPLEX, ...; 60 s unless told otherwise
  logs a|b [LINES]                   the end of the host's logs
  ctl a|b ARGUMENT...                coralctl of that host
  capture start [FILE]|stop          record TCP at the client
  wire a|b|client [--seed N] RULE... put a wire into the cable, or change its rules. A rule is
                                     from|to:CONDITION[,...]:ACTION[,...], seen from the host;
                                     conditions: any tcp udp data ack sport=N dport=N; actions:
                                     lose=% duplicate=% corrupt=% reorder=%[/MS] delay=MS[~JITTER]
                                     rate=MBIT; the first rule that matches a frame decides
  wire a|b|client counters           what each rule has done
  wire [a|b|client] off              take it, or all of them, out again
USAGE
}

verb_lab() {
    local verb=${1:-help}
    shift || true
    case $verb in
        help | -h | --help) lab_usage && return ;;
        up | down | status | exec | cut | heal | part | join | kill | freeze | start | await | logs | capture | ctl | wire) ;;
        *)
            lab_usage >&2
            die "unknown verb 'lab $verb'"
            ;;
    esac
    need_root "lab $verb"
    [[ $verb == up || $verb == down ]] || need_lab
    use_java
    "verb_lab_$verb" "$@"
}

verb_lab_ctl() {
    need_word "${1:-}" "${LAB_HOSTS[@]}"
    coralctl_of "$@"
}

verb_lab_down() {
    lab_lock
    lab_down "$@"
}

# Works from any half state: each step takes what is there.
lab_down() {
    local present name
    present=$(spaces_present)
    if [[ ! -e $LAB/owner && -n $present && ${1:-} != --force ]]; then
        die "the namespaces ${present//$'\n'/, } were not made by this lab: ./coral lab down --force removes them"
    fi
    for name in "$LAB"/processes/*; do
        [[ ! -e $name ]] || end_process "${name##*/}"
    done
    network_down
    keep_logs
    rm -rf "$LAB_BPFFS" "$LAB"
}

verb_lab_up() {
    local build=1 wait=1 family=4 vm=0 sysctls=() pairs=() setting
    while (($#)); do
        case $1 in
            --no-build) build=0 ;;
            --no-wait) wait=0 ;;
            --vm) vm=1 ;;
            --ipv6) family=6 ;;
            --witness) LAB_PAIR[witness.address]=${LAB_ADDRESS[witness]} ;;
            --sysctl | --pair | --jetty)
                [[ ${2:-} == *=* ]] || die "$1 needs an argument KEY=VALUE"
                case $1 in
                    --sysctl) sysctls+=("$2") ;;
                    --pair) pairs+=("$2") ;;
                    --jetty) LAB_JETTY_OPTIONS+=("$2") ;;
                esac
                shift
                ;;
            --jvm)
                [[ ${2:-} == -* ]] || die "--jvm needs an option of the Java runtime"
                LAB_JVM_OPTIONS+=("$2")
                shift
                ;;
            *) die "unknown option '$1': see ./coral lab help" ;;
        esac
        shift
    done
    ((!vm || family == 4)) || die "--vm and --ipv6 do not go together: the virtual machines have IPv4 only"
    ((!vm)) || choose_vms
    for setting in "${pairs[@]}"; do
        LAB_PAIR[${setting%%=*}]=${setting#*=}
    done
    lab_lock
    check_can_start
    ((!vm)) || vm_can_start
    if ((build)); then
        build_if_needed
    elif [[ ! -e $BUILD_STAMP ]]; then
        die "nothing is built yet: run ./coral build, or leave out --no-build"
    fi
    trap 'lab_failed' EXIT
    use_family "$family"
    name_addresses
    raise_lab "${sysctls[@]}"
    ((!wait)) || await_service
    trap - EXIT
    echo "http://$LAB_SERVICE"
}

check_can_start() {
    local command
    for command in ip nsenter setpriv chrt ethtool socat jq unzip curl; do
        command -v "$command" >/dev/null || die "$command is missing: run ./coral setup"
    done
    getent passwd coral >/dev/null || die "the user coral is missing: run ./coral setup"
    mountpoint -q /sys/fs/bpf || die "the BPF file system is not mounted: run ./coral setup"
    need_no_lab
    lab_down
}

# A running lab is somebody's; what a killed one left is removed.
need_no_lab() {
    local name
    for name in "$LAB"/processes/*; do
        [[ ! -e $name ]] || process_gone "${name##*/}" ||
            die "the lab is up already: ./coral lab status, or ./coral lab down"
    done
}

# raise_lab [HOST:SYSCTL=VALUE]...
raise_lab() {
    mkdir -p "$LAB"/{log,processes}
    echo "$CORAL_HOME" >"$LAB/owner"
    echo "$LAB_FAMILY" >"$LAB/family"
    local setting host
    for host in "${LAB_VMS[@]}"; do
        mkdir -p "$LAB/$host"
        : >"$LAB/$host/vm"
    done
    network_up
    for setting in "$@"; do
        need_word "${setting%%:*}" "${LAB_SPACES[@]}"
        not_for_vms 'up --sysctl' "${setting%%:*}"
        in_space "${setting%%:*}" sysctl -qw "${setting#*:}" ||
            die "cannot set ${setting#*:} on host ${setting%%:*}"
    done
    install_lab
    start_ledger
    ! has_witness || start_witness
    if ((${#LAB_VMS[@]})); then
        start_vms
        return
    fi
    for host in "${LAB_HOSTS[@]}"; do
        start_heartbeat "$host"
    done
    for host in "${LAB_HOSTS[@]}"; do
        start_jetty "$host"
    done
}

LAB_DUPLEX_SECONDS=60
LAB_ANSWER_SECONDS=10

# DUPLEX, and the application answers the client.
await_service() {
    LAB_LAST_MODE=
    wait_until "$LAB_DUPLEX_SECONDS" settled || true
    local host part
    for host in "${LAB_HOSTS[@]}"; do
        for part in $(host_parts "$host"); do
            ! process_gone "$host.$part" || die "the $part of host $host has ended"
        done
    done
    [[ $LAB_LAST_MODE == DUPLEX ]] || die "the pair is $LAB_LAST_MODE, not DUPLEX, after $LAB_DUPLEX_SECONDS s"
    in_space client curl -sS --fail --max-time "$LAB_ANSWER_SECONDS" -o /dev/null "http://$LAB_SERVICE/demo/whoami" ||
        die "the demo application does not answer at http://$LAB_SERVICE/demo/whoami"
}

# Nothing is left to wait for.
settled() {
    local host part
    for host in "${LAB_HOSTS[@]}"; do
        for part in $(host_parts "$host"); do
            ! process_gone "$host.$part" || return 0
        done
    done
    mode_is DUPLEX
}

# The logs of the last lab that was removed.
keep_logs() {
    local kept=$CORAL_HOME/target/lab-logs
    [[ -d $LAB/log ]] || return 0
    rm -rf "$kept"
    mkdir -p "$kept"
    cp "$LAB"/log/* "$LAB/pair.properties" "$kept" 2>/dev/null || true
}

# Whatever went wrong: show the logs and leave nothing half started behind.
lab_failed() {
    local name
    for name in "$LAB"/log/*.log; do
        [[ ! -s $name ]] || log_tail "$(basename "$name" .log)"
    done
    say "the lab did not come up; its logs are kept in $CORAL_HOME/target/lab-logs"
    lab_down --force
}
