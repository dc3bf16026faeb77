# shellcheck shell=bash
# ./coral check: everything that can be said without running the pair.

MAX_FILE_LINES=400

verb_check() {
    check_formatting
    check_shell
    check_file_sizes
    check_example_configuration
    check_code
}

check_formatting() {
    say "formatting"
    maven spotless:check || die "format with: mvn spotless:apply"
}

# Error Prone, then the rules about who may import what.
check_code() {
    say "static analysis and architecture"
    forget_classes
    maven -Pstatic-analysis test -Dtest='*Architecture*' -Dsurefire.failIfNoSpecifiedTests=false
}

# The compiler does not notice that it was given other checks, or is another one.
forget_classes() {
    (cd "$CORAL_HOME" && rm -rf {pair,wire-check,kernel-helper,heartbeat,jetty-module,simulator,deploy/*}/target/{classes,test-classes,maven-status})
}

check_shell() {
    say "shell scripts"
    # With -x the parts that ./coral sources are checked together.
    (cd "$CORAL_HOME" && shellcheck -x coral .ci/run deploy/lab/vm/* deploy/dropin/src/main/bin/*)
}

check_file_sizes() {
    say "file sizes"
    local file lines bad=0
    while IFS= read -r file; do
        lines=$(wc -l <"$CORAL_HOME/$file")
        if ((lines > MAX_FILE_LINES)); then
            say "$file has $lines lines, at most $MAX_FILE_LINES are allowed: split it"
            bad=1
        fi
    done < <(source_files -name '*.java' -o -name '*.sh' -o -name '*.[ch]')
    ((bad == 0)) || die "files are too long"
}

# The example shows every key that PairKey knows.
check_example_configuration() {
    local key example=$CORAL_HOME/deploy/dropin/src/main/examples/pair.properties
    while IFS= read -r key; do
        grep -Eq "^#?$key=" "$example" || die "$example does not show the key $key"
    done < <(grep -Eo '"[a-z]+(\.[a-z]+)+"' \
        "$CORAL_HOME/pair/src/main/java/org/coralha/pair/PairKey.java" | tr -d '"')
}

# source_files FIND-EXPRESSION: files of the project, generated ones left out.
source_files() {
    (cd "$CORAL_HOME" && find pair wire-check kernel-helper heartbeat jetty-module simulator deploy \
        -name target -prune -o -type f \( "$@" \) -print | sort)
}
