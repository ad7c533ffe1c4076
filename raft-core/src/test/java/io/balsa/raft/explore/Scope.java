package io.balsa.raft.explore;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.core.CoreSettings;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestDisk;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How far an exploration goes: how many servers there are, and how often the world may do something to them. Within that
 * everything may happen in any order: a message arrives at any time or never (so any number of them may be lost), a disk
 * syncs the oldest few of its writes at any time or never.
 */
final class Scope {

    /** What is counted, and bounded, along every path. */
    enum Budget {
        /** Timers of servers that do not lead run out. */
        ELECTIONS(0),
        /** Commands, each of its own. */
        PROPOSALS(1),
        /** Servers that lose what is not synced and start again. */
        CRASHES(2),
        /** Messages that arrive and stay on their way. */
        DUPLICATES(3),
        /** Timers of leaders run out. */
        TICKS(4);

        private final int place;

        Budget(int place) {
            this.place = place;
        }

        /** Where it stands among the others, from 0 on. */
        int place() {
            return place;
        }
    }

    private final String name;
    private final int servers;
    private final int[] bounds = new int[Budget.values().length];
    private final List<TestDisk> disks = new ArrayList<>();
    private final Membership membership;
    private CoreSettings settings;
    private long terms = 1;
    private int batch = 1;
    private boolean heartbeats;
    private boolean careful;
    private Habit habit = Habit.SOUND;
    private boolean listens = true;

    private Scope(String name, int servers) {
        this.name = name;
        this.servers = servers;
        membership = Membership.ofVoters(LongStream.rangeClosed(1, servers)
                .mapToObj(id -> Member.of(id, "n" + id))
                .toList());
        settings = setup().withoutPreVote().withoutCheckQuorum().settings();
    }

    /** Servers 1 to {@code servers}, all voters, with empty disks, to whom nothing happens yet. */
    static Scope of(String name, int servers) {
        return new Scope(name, servers);
    }

    /** At most this often. */
    Scope atMost(int times, Budget what) {
        bounds[what.place()] = times;
        return this;
    }

    /** Nobody begins an election in a higher term than this. */
    Scope terms(long highest) {
        terms = highest;
        return this;
    }

    /** Up to so many inputs share a Ready; else there is one for each. */
    Scope batch(int inputs) {
        batch = inputs;
        return this;
    }

    /** Heartbeats arrive like other messages; else all of them are lost. */
    Scope withHeartbeats() {
        heartbeats = true;
        return this;
    }

    /** PreVote and CheckQuorum are on; and a leader may be silent so long that it is forgotten. */
    Scope careful() {
        careful = true;
        settings = setup().settings();
        return this;
    }

    /** The next server starts with this term, and with entries of these terms. */
    Scope starting(long currentTerm, long... entryTerms) {
        TestDisk disk = new TestDisk(LogPosition.ZERO);
        disk.write(new HardState(currentTerm, Optional.empty()));
        for (int i = 0; i < entryTerms.length; i++) {
            disk.write(Setup.run(i + 1, entryTerms[i], "old" + entryTerms[i]));
        }
        disks.add(disk);
        return this;
    }

    /** The runtime around the cores has this habit. */
    Scope with(Habit runtimeHabit) {
        habit = runtimeHabit;
        return this;
    }

    /** Promises in messages are not compared with the disk: what comes of a broken one shall be seen. */
    Scope deafToPromises() {
        listens = false;
        return this;
    }

    String name() {
        return name;
    }

    int servers() {
        return servers;
    }

    int bound(Budget what) {
        return bounds[what.place()];
    }

    long terms() {
        return terms;
    }

    int batch() {
        return batch;
    }

    boolean hasHeartbeats() {
        return heartbeats;
    }

    boolean isCareful() {
        return careful;
    }

    Habit habit() {
        return habit;
    }

    /** Whether a message that promises more than the disk has is a violation by itself. */
    boolean listens() {
        return listens;
    }

    /** Whether all servers start alike, so that only their names tell them apart. */
    boolean isSymmetric() {
        return disks.isEmpty();
    }

    /** What a server finds when it starts for the first time. */
    TestDisk disk(int server) {
        return disks.isEmpty()
                ? new TestDisk(LogPosition.ZERO)
                : disks.get(server).copy();
    }

    Membership membership() {
        return membership;
    }

    CoreSettings settings() {
        return settings;
    }

    /** One run in a message, so that messages are many and small. */
    private Setup setup() {
        return Setup.of(membership).batch(1);
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(name).append(": ").append(servers).append(" servers, ");
        text.append(terms).append(" terms");
        for (Budget what : Budget.values()) {
            if (bound(what) > 0) {
                text.append(", ")
                        .append(bound(what))
                        .append(' ')
                        .append(what.name().toLowerCase(Locale.ROOT));
            }
        }
        return text.toString();
    }
}
