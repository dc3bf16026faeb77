# shellcheck shell=bash
# ./coral fuzz: searches inputs that break what the parsers promise.

FUZZ_MODULES=pair,heartbeat,jetty-module
FUZZ_WORK=$CORAL_HOME/target/fuzz
FUZZ_HEAP=600m
FUZZ_RSS_LIMIT_MB=2048
FUZZ_INPUT_LIMIT_SECONDS=10

fuzz_usage() {
    cat <<'USAGE'
usage: ./coral fuzz [--seconds N] [--keep] [TARGET...]
  TARGET       e.g. ModuleMessage; all of them without one. ./coral fuzz --list names them
  --seconds N  for how long each is searched (60)
  --keep       puts the inputs that reach new code into the tree, for ./coral test
What was found so far is gone on with; it lies in target/fuzz/TARGET.
USAGE
}

verb_fuzz() {
    local seconds=60 keep=0 target broken=0 names=()
    while (($#)); do
        case $1 in
            --seconds)
                [[ ${2:-} =~ ^[1-9][0-9]{0,5}$ ]] || die "--seconds ${2:-} is not a number of seconds"
                seconds=$2
                shift
                ;;
            --keep) keep=1 ;;
            --list)
                fuzz_targets
                return
                ;;
            -h | --help)
                fuzz_usage
                return
                ;;
            -*) die "unknown option $1: ./coral fuzz --help" ;;
            *) names+=("$1") ;;
        esac
        shift
    done
    ((${#names[@]})) || mapfile -t names < <(fuzz_targets)
    for target in "${names[@]}"; do
        fuzz_targets | grep -qx "$target" || die "unknown target '$target': ./coral fuzz --list"
    done
    fuzz_prepare
    for target in "${names[@]}"; do
        fuzz_target "$target" "$seconds" || broken=1
        ((!keep)) || fuzz_keep "$target"
    done
    return "$broken"
}

fuzz_sources() {
    (cd "$CORAL_HOME" && find {pair,heartbeat,jetty-module}/src/test/java -name '*FuzzTest.java' | sort)
}

fuzz_targets() {
    fuzz_sources | sed 's:.*/::; s:FuzzTest.java$::'
}

fuzz_prepare() {
    say "compiling the fuzz targets"
    maven test-compile dependency:build-classpath --projects "$FUZZ_MODULES" --also-make \
        -Dmdep.outputFile=target/fuzz.classpath
    local version part
    version=$(pom_property jazzer.version)
    for part in jazzer jazzer-api; do
        [[ -e $FUZZ_WORK/lib/$part-$version.jar ]] && continue
        say "fetching $part $version"
        maven --non-recursive dependency:copy -DoutputDirectory="$FUZZ_WORK/lib" \
            -Dartifact="com.code-intelligence:$part:$version"
    done
}

# fuzz_run TARGET ARGUMENT...: Jazzer in the directory of the target's module.
fuzz_run() {
    local target=$1 source module class
    shift
    source=$(fuzz_sources | grep "/${target}FuzzTest.java$")
    module=${source%%/*}
    class=${source#*/src/test/java/}
    class=${class%.java}
    use_java
    mkdir -p "$FUZZ_WORK/$target/"{corpus,findings} \
        "$CORAL_HOME/$module/src/test/resources/fuzz/$target"
    (
        cd "$CORAL_HOME/$module"
        "$JAVA_HOME/bin/java" -Xmx"$FUZZ_HEAP" -Dorg.eclipse.jetty.LEVEL=OFF \
            -Dorg.slf4j.simpleLogger.defaultLogLevel=off \
            -cp "$FUZZ_WORK/lib/*:target/classes:target/test-classes:$(<target/fuzz.classpath)" \
            com.code_intelligence.jazzer.Jazzer --target_class="${class//\//.}" \
            --instrumentation_includes='org.coralha.**' --reproducer_path="$FUZZ_WORK/$target" \
            -rss_limit_mb="$FUZZ_RSS_LIMIT_MB" -timeout="$FUZZ_INPUT_LIMIT_SECONDS" \
            -artifact_prefix="$FUZZ_WORK/$target/findings/" "$@"
    )
}

# fuzz_target TARGET SECONDS: false if an input was found that breaks a property.
fuzz_target() {
    local log=$FUZZ_WORK/$1/log status=0
    say "fuzzing $1 for $2 s"
    mkdir -p "$FUZZ_WORK/$1"
    fuzz_run "$1" -max_total_time="$2" -use_value_profile=1 -print_final_stats=1 \
        "$FUZZ_WORK/$1/corpus" "src/test/resources/fuzz/$1" >"$log" 2>&1 || status=$?
    echo "$1: $(fuzz_figure "$log" number_of_executed_units) inputs tried," \
        "$(fuzz_figure "$log" new_units_added) of them new"
    ((status == 0)) && return
    grep --text --after-context=20 '^== ' "$log" || tail -n 20 "$log"
    say "$1 failed: what it found lies in target/fuzz/$1/findings. Put it into the module's" \
        "src/test/resources/fuzz/$1 by a name that tells what it shows, then mend the code"
    return 1
}

fuzz_figure() {
    sed -n "s/^stat::$2: *//p" "$1"
}

fuzz_keep() {
    say "keeping what reaches new code in $1"
    fuzz_run "$1" -merge=1 "src/test/resources/fuzz/$1" "$FUZZ_WORK/$1/corpus" \
        >"$FUZZ_WORK/$1/merge.log" 2>&1 || tail -n 20 "$FUZZ_WORK/$1/merge.log"
}
