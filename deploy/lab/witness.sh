# shellcheck shell=bash
# The witness of the lab, a third host at the switch, and partitions between hosts.

LAB_WITNESS_PORT=7947

has_witness() {
    grep -q '^witness.address=.' "$LAB/pair.properties"
}

# Unprivileged, with nothing but the keys and a folder of its own.
start_witness() {
    install -d -o coral -g coral -m 0700 "$LAB/witness"
    install -o coral -g coral -m 0400 "$LAB/keys/witness.keys" "$LAB/witness/witness.keys"
    spawn witness.witness coral-witness \
        setpriv --reuid=coral --regid=coral --clear-groups --no-new-privs --inh-caps=-all \
        --bounding-set=-all "$LAB/host/bin/coral-witnessd" --listen "${LAB_ADDRESS[witness]}" \
        --port "$LAB_WITNESS_PORT" --keys "$LAB/witness/witness.keys" --state-dir "$LAB/witness/votes"
    wait_until 20 grep -q 'witness at' "$LAB/log/witness.witness.log" || {
        log_tail witness.witness
        die "the witness does not start: see its log above"
    }
}

# part a|b|witness a|b|witness [one-way]: no frame passes the switch between the two; with "one-way"
# only from the first to the second. Everything else passes.
verb_lab_part() {
    need_word "${1:-}" a b witness
    need_word "${2:-}" a b witness
    local table="bridge coral_part_$1_$2" back="iifname $2 oifname $1 drop;"
    [[ ${3:-} != one-way ]] || back=
    in_space switch nft "table $table; delete table $table; table $table { chain part {
        type filter hook forward priority 0; iifname $1 oifname $2 drop; $back }; }"
}

# join a|b|witness a|b|witness: ends that.
verb_lab_join() {
    need_word "${1:-}" a b witness
    need_word "${2:-}" a b witness
    local table
    for table in "bridge coral_part_$1_$2" "bridge coral_part_$2_$1"; do
        in_space switch nft "table $table; delete table $table"
    done
}
