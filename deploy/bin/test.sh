# shellcheck shell=bash
# ./coral test: set-up, checks, every test. Its last line counts them.

MODULES_WITH_TWO_JDKS=pair,wire-check,kernel-helper,heartbeat,jetty-module

# test [--ipv4|--ipv6|--vm]: everything that needs no virtual machine; only every case of the lab over one
# family of IP; or only what needs two virtual machines.
verb_test() {
    need_root test
    case $* in
        '') ;;
        --ipv4 | --ipv6)
            test_one_family "${1#--ipv}"
            return
            ;;
        --vm)
            test_with_vms
            return
            ;;
        *) die "unknown option '$*': ./coral test [--ipv4|--ipv6|--vm]" ;;
    esac
    test_begin
    local broken=0
    # In a process of its own: "set -e" has no effect on the left of "||".
    "$CORAL_HOME/coral" check || broken=1
    ((broken)) || test_units || broken=1
    ((broken)) || test_on_newer_java || broken=1
    ((broken)) || test_in_lab || broken=1
    test_summary "$broken"
}

# test_begin [--vm]: set up, nobody else's lab in the way, no report of an earlier run.
test_begin() {
    verb_setup "$@"
    lab_lock
    need_no_lab
    find "$CORAL_HOME" -path '*/target/surefire-reports/*' -delete
}

# A failed test does not hide the others: the reports are counted at the end.
test_maven() {
    maven -Dmaven.test.failure.ignore=true -Dmaven.test.redirectTestOutputToFile=true "$@"
}

# The classes that were built and will be shipped, on a newer Java.
test_on_newer_java() {
    local newer
    for newer in /usr/lib/jvm/*25*; do
        [[ -x $newer/bin/java ]] || continue
        say "unit tests on $newer"
        test_maven test --projects "$MODULES_WITH_TWO_JDKS" -Djvm="$newer/bin/java" \
            -Dsurefire.reportNameSuffix=jdk25 -DexcludedGroups=same-with-any-java
        return
    done
}

test_units() {
    say "unit tests"
    test_maven verify -Dcoral.family.share=true && collect_build
}

# Virtual test machines stop one processor, and whatever real-time thread waits for it, for 100 ms now and
# then. That is a failover at the usual limit of 75 ms, and not the one that a drill is about. Pauses at the
# usual limit are measured by ./coral demo, soak and bench. A Jetty that lives for one drill is compiled
# without C2: its restart, of which there are a hundred and fifty, takes 40 % less of the processors. For the
# same reason it warms itself up for a shorter time; the drill that measures a takeover asks for the usual one.
LAB_FOR_DRILLS='--pair heartbeat.limit=8 --pair warm.limit.ms=800 --jvm -XX:TieredStopAtLevel=1'

# Each test over both families; the cases of one test are divided between them.
test_in_lab() {
    trap 'lab_down || true' EXIT
    test_lab_over 4 -Dcoral.family.share=true
    test_lab_over 6 -Dcoral.family.share=true
}

# test_lab_over FAMILY [OPTION...]
test_lab_over() {
    say "tests in the lab over IPv$1"
    test_maven verify --projects deploy/drill --also-make -Dcoral.lab=true -Dgroups=lab \
        -Dsurefire.reportNameSuffix="lab$1" -Dcoral.family="$1" -Dcoral.root="$CORAL_HOME" \
        -Dcoral.lab.up="$LAB_FOR_DRILLS" "${@:2}"
}

test_one_family() {
    test_begin
    build_if_needed
    trap 'lab_down || true' EXIT
    test_lab_over "$1"
    test_summary 0
}

# The pair on two kernels, each in a virtual machine.
test_with_vms() {
    test_begin --vm
    build_if_needed
    say "tests on two virtual machines"
    trap 'lab_down || true' EXIT
    test_maven verify --projects deploy/drill --also-make -Dcoral.vm=true -Dgroups=vm -Dcoral.drill.simplex.ms=30000 \
        -Dsurefire.reportNameSuffix=vm -Dcoral.root="$CORAL_HOME"
    test_vm_story
    test_summary 0
}

# What the machines were and what the clients saw; after a failure what the machines said.
test_vm_story() {
    local reports=$CORAL_HOME/deploy/drill/target/surefire-reports log
    find "$reports" -name '*-output.txt' -exec grep -h '^two kernels' {} + || true
    ! grep -Eqs '<(failure|error)' "$reports"/TEST-*.xml || for log in "$CORAL_HOME"/target/lab-logs/[ab].*.log; do
        [[ -e $log ]] || continue
        printf -- '--- last lines of %s\n' "$log"
        tail -n 40 "$log"
    done >&2
}

# test_summary BROKEN: the closing line, and success only if nothing failed and nothing broke. The cases are
# counted one by one: what the head of a report says of a class that runs several times is only of the last time.
test_summary() {
    local passed failed
    read -r passed failed < <(find "$CORAL_HOME" -path '*/target/surefire-reports/TEST-*.xml' \
        -exec grep -hoE '^ *<(testcase|failure|error|skipped)[ />]' {} + | test_count)
    ((failed += $1)) || true
    echo "$passed passed, $failed failed"
    ((failed == 0 && passed > 0))
}

# Adds up the beginnings of elements, one in a line.
test_count() {
    awk '
        /<testcase/ { cases++ }
        /<(failure|error)/ { failed++ }
        /<skipped/ { skipped++ }
        END { print cases - failed - skipped, failed + 0 }'
}
