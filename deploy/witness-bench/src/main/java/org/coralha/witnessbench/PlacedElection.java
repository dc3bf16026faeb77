package org.coralha.witnessbench;

import java.util.Map;
import org.jgroups.Address;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.raft.ELECTION;
import org.jgroups.protocols.raft.election.VoteResponse;

/**
 * The election of jgroups-raft, in which the bench can say beforehand who wins, if that member's
 * log is as long as the winner's: a measurement begins with the leader at a chosen host. Nothing is
 * wanted when a host dies: then it is the library's own election.
 */
public final class PlacedElection extends ELECTION {
    private static final short PROTOCOL_ID = 1520;

    static {
        ClassConfigurator.addProtocol(PROTOCOL_ID, PlacedElection.class);
    }

    private volatile Address wanted;

    /** Holds an election that this member wins; only at the coordinator of the view. */
    void place(Address member) {
        wanted = member;
        runVotingThread();
    }

    @Override
    protected Address determineLeader() {
        Address found = super.determineLeader();
        Address preferred = wanted;
        wanted = null;
        Map<Address, VoteResponse> votes = getVotes().getResults();
        VoteResponse best = votes.get(found);
        VoteResponse other = preferred == null ? null : votes.get(preferred);
        return other != null && best.toString().equals(other.toString()) ? preferred : found;
    }
}
