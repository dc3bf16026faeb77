package org.coralha.witnessbench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.View;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.util.Utils;

/**
 * One raft member in a process of its own. Arguments: name, directory of the log, {@code own} or
 * {@code told} (who detects). Commands come as lines on standard input, answers go as lines to
 * standard output; times are {@link System#nanoTime}, which all processes of one kernel share.
 */
public final class Member {
    private static final Logger JGROUPS_LOG = Logger.getLogger("org.jgroups");

    private final String self;
    private final boolean told;
    private final JChannel channel;
    private final GrantMachine grants = new GrantMachine();
    private final RaftHandle raft;
    private final Asking asking;
    private final ExecutorService asker = Executors.newSingleThreadExecutor();
    private volatile long armedEpoch;

    private Member(String self, Path logDirectory, boolean told) throws Exception {
        this.self = self;
        this.told = told;
        channel = new JChannel(RaftStack.of(self, logDirectory, !told)).name(self);
        raft = new RaftHandle(channel, grants).raftId(self);
        asking = new Asking(raft, self.charAt(0));
    }

    /** Runs until standard input ends. */
    public static void main(String[] args) throws Exception {
        JGROUPS_LOG.setLevel(Level.WARNING);
        Path logDirectory = Path.of(args[1]);
        Member member = new Member(args[0], logDirectory, args[2].equals("told"));
        if (args[0].equals("w")) {
            Thread vote = new Thread(() -> SmallVote.serve(logDirectory.resolve("small.vote")));
            vote.setDaemon(true);
            vote.start();
        }
        member.run();
        System.exit(0);
    }

    static synchronized void say(String line) {
        System.out.println(line);
    }

    private void run() throws Exception {
        raft.raft().addRoleListener(role -> say("role " + role + " " + System.nanoTime()));
        channel.connect("witness-bench");
        Beats beats = Beats.start(self, this::died);
        say("ready " + System.nanoTime());
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            obey(line.split(" "), beats);
        }
    }

    private void obey(String[] words, Beats beats) throws Exception {
        switch (words[0]) {
            case "place" -> election().place(named(words[1]));
            case "gasp" -> beats.gasp(words[1]);
            case "arm" -> armedEpoch = Long.parseLong(words[1]);
            case "grant" -> asker.execute(() -> ask(Long.parseLong(words[1]), ""));
            case "vote" -> vote(Long.parseLong(words[1]));
            case "status" -> say(status());
            default -> throw new IllegalArgumentException("unknown command " + words[0]);
        }
    }

    /**
     * The pair's own detection: the armed member asks for its epoch, told members change the view.
     */
    private void died(String member, long atNanos) {
        say("detected " + member + " " + atNanos);
        long epoch = armedEpoch;
        if (epoch > 0) {
            armedEpoch = 0;
            asker.execute(() -> ask(epoch, member));
        }
        Address dead = named(member);
        if (told && dead != null) {
            NAKACK2 layer = channel.getProtocolStack().findProtocol(NAKACK2.class);
            layer.up(new Event(Event.SUSPECT, List.of(dead)));
        }
    }

    private void ask(long epoch, String dead) {
        try {
            say(asking.until(epoch, dead));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void vote(long epoch) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            say("vote " + SmallVote.ask(socket, epoch));
        }
    }

    private PlacedElection election() {
        return RAFT.findProtocol(
                PlacedElection.class, channel.getProtocolStack().getTopProtocol(), true);
    }

    private Address named(String member) {
        View view = channel.getView();
        for (Address address : view == null ? List.<Address>of() : view.getMembers()) {
            if (member.equals(Utils.extractRaftId(address))) {
                return address;
            }
        }
        return null;
    }

    private String status() {
        Address leader = raft.leader();
        String name = leader == null ? "-" : Utils.extractRaftId(leader);
        View view = channel.getView();
        StringBuilder members = new StringBuilder();
        for (Address address : view.getMembers()) {
            members.append(Utils.extractRaftId(address));
        }
        return "status %s %s %d %d %d %d"
                .formatted(
                        name,
                        members,
                        view.getViewId().getId(),
                        raft.currentTerm(),
                        raft.commitIndex(),
                        grants.epoch());
    }
}
