package io.balsa.raft.testkit.plan;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.testkit.Draws;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The options of a run, which its seed draws: swarm testing, in which every run has some kinds of faults only, and its own
 * measure of each, so that runs differ and rare combinations come to dominate one now and then.
 *
 * @param seed of everything about the run
 * @param founding who the servers are, numbered from 1
 * @param config of every node
 * @param faults that may strike
 * @param weather of the network, while the chaos lasts
 * @param tempo how fast things follow one another
 * @param driftPpm by how many millionths the clock of a server is too fast or too slow at most
 * @param segmentBytes how large the segments of the log are
 * @param upkeep what an operator does, and the servers that wait to be added
 * @param paddingBytes how many bytes of a snapshot of registers mean nothing, so that it takes many pieces
 */
public record Plan(
        long seed,
        Membership founding,
        RaftConfig config,
        Set<Fault> faults,
        Weather weather,
        Tempo tempo,
        int driftPpm,
        int segmentBytes,
        Upkeep upkeep,
        int paddingBytes) {

    /** What a node may use on a large heap, whatever heap this process has. */
    public static final long MEMORY_BUDGET = 336L << 20;

    private static final long SECOND = 1_000_000_000L;
    private static final int MOST_DRIFT_WITH_LEASES = 40_000;

    /** Keeps the faults in their order, whatever set they come in: strikes are drawn from it. */
    public Plan {
        faults = Collections.unmodifiableSet(new TreeSet<>(faults));
    }

    /** The options that this seed draws. */
    public static Plan of(long seed) {
        Plan plan = any(seed);
        Draws profile = Draws.stream(seed, "profile");
        return profile.chance(0.08) ? plan.hunted() : profile.chance(0.06) ? plan.gentle() : plan;
    }

    /** The same, but for what a cluster must bear without standing still: few messages are lost, and few servers are down. */
    private Plan gentle() {
        Weather mild = new Weather(20_000, 5_000_000, weather.inOrder(), Math.min(weather.loss(), 0.05), 0, 0, 0);
        Tempo longer = new Tempo(100 * SECOND, 2 * SECOND, 4, SECOND / 5, tempo.sessionPercent(), false, false);
        Set<Fault> few = EnumSet.of(Fault.CRASH, Fault.RESTART, Fault.FALSE_ALARM);
        return with(members(3 + 2 * (int) (seed & 1), 0)).with(few).with(mild).with(longer);
    }

    /** Whether a minority of servers is down at most, and at most one message in twenty is lost, so that work must go on. */
    public boolean isGentle() {
        return weather.loss() <= 0.05
                && weather.lateness() == 0
                && !tempo.quietTail()
                && EnumSet.of(Fault.CRASH, Fault.RESTART, Fault.FALSE_ALARM).containsAll(faults);
    }

    /**
     * The same, but for what keeps figure 3.7 of the dissertation from happening by chance: leaders fall one after the other,
     * and their entries travel one by one.
     */
    private Plan hunted() {
        SnapshotConfig rare =
                SnapshotConfig.builder().everyEntries(0).everyBytes(0).build();
        RaftConfig oneByOne = config(true)
                .maxInflightMessages(1)
                .preVote(false)
                .snapshots(rare)
                .build();
        double old = (seed & 1) * 0.05; // what comes late is of a term that its receiver led before, perhaps
        Weather slow = new Weather(500_000, 8_000_000, true, 0, 0, old, old);
        Tempo longer = new Tempo(60 * SECOND, 8 * SECOND, 4, SECOND / 30, 0, false, false);
        return new Plan(
                seed,
                members(5, 0),
                oneByOne,
                EnumSet.of(Fault.HUNT, Fault.FIGURE_8),
                slow,
                longer,
                driftPpm,
                segmentBytes,
                Upkeep.NONE,
                0);
    }

    private static Plan any(long seed) {
        Draws options = Draws.stream(seed, "options");
        Draws more = Draws.stream(seed, "upkeep");
        Membership founding = founding(options);
        RaftConfig.Builder config = config(options);
        Set<Fault> faults = faults(options);
        Weather weather = weather(options);
        Tempo tempo = tempo(options);
        int driftPpm = options.chance(0.3) ? (int) options.logUniform(1_000, 50_000) : 100;
        int segmentBytes = options.chance(0.5) ? 4 << 10 : 64 << 10;
        if (more.chance(0.35)) {
            driftPpm = Math.min(driftPpm, MOST_DRIFT_WITH_LEASES);
            config.checkQuorum(true).leaseReads(true).maxClockDrift(boundOf(driftPpm));
        }
        config.snapshots(snapshots(more))
                .maxSyncDelay(more.chance(0.2) ? Duration.ofSeconds(1) : Duration.ofSeconds(5))
                .catchUpTimeout(Duration.ofNanos(more.logUniform(SECOND / 2, 10 * SECOND)));
        Upkeep upkeep = upkeep(more, founding.voters().size());
        Draws sessions = Draws.stream(seed, "sessions");
        if (sessions.chance(0.35)) {
            tempo = tempo.withSessions((int) sessions.logUniform(20, 100));
        }
        Draws beside = Draws.stream(seed, "beside Raft");
        config.forwardProposals(beside.chance(0.3))
                .divergenceInterval(beside.chance(0.2) ? 0 : (int) beside.logUniform(4, 200));
        int padding = more.chance(0.3) ? 0 : (int) more.logUniform(1 << 10, 16 << 10);
        return new Plan(
                seed, founding, config.build(), faults, weather, tempo, driftPpm, segmentBytes, upkeep, padding);
    }

    /** By how much two clocks may differ of which each is off by so many millionths: little more than they do. */
    private static double boundOf(int driftPpm) {
        return (1 + 21L * driftPpm / 10_000) / 1000.0;
    }

    private static SnapshotConfig snapshots(Draws options) {
        return SnapshotConfig.builder()
                .everyEntries(options.chance(0.2) ? 0 : options.logUniform(5, 300))
                .everyBytes(0)
                .trailingEntries(options.chance(0.3) ? 0 : options.logUniform(1, 50))
                .pieceBytes(options.chance(0.7) ? 1 << 10 : 1 << 20)
                .bytesPerSecond(options.chance(0.15) ? options.logUniform(8 << 10, 256 << 10) : 0)
                .compress(options.chance(0.2))
                .build();
    }

    private static Upkeep upkeep(Draws options, int voters) {
        int spares = voters <= 2 ? 1 + options.nextInt(3) : options.nextInt(4);
        if (options.chance(0.1)) {
            return new Upkeep(spares, Set.of(), SECOND);
        }
        EnumSet<Act> acts = EnumSet.noneOf(Act.class);
        double share = options.logUniform(20, 100) / 100.0;
        for (Act act : Act.values()) {
            if (options.chance(share)) {
                acts.add(act);
            }
        }
        return new Upkeep(spares, acts, options.logUniform(SECOND / 4, 3 * SECOND));
    }

    /** The options that this seed draws, but for the servers, of which there are so many, all voters, and no spare ones. */
    public static Plan of(long seed, int servers) {
        Plan plan = of(seed);
        return plan.with(members(servers, 0)).with(new Upkeep(0, plan.upkeep.acts(), plan.upkeep.errandNanos()));
    }

    /** The same with other servers. */
    public Plan with(Membership servers) {
        return new Plan(seed, servers, config, faults, weather, tempo, driftPpm, segmentBytes, upkeep, paddingBytes);
    }

    /** The same with other faults. */
    public Plan with(Set<Fault> others) {
        return new Plan(seed, founding, config, others, weather, tempo, driftPpm, segmentBytes, upkeep, paddingBytes);
    }

    /** The same in other weather. */
    public Plan with(Weather other) {
        return new Plan(seed, founding, config, faults, other, tempo, driftPpm, segmentBytes, upkeep, paddingBytes);
    }

    /** The same at another pace. */
    public Plan with(Tempo other) {
        return new Plan(seed, founding, config, faults, weather, other, driftPpm, segmentBytes, upkeep, paddingBytes);
    }

    /** The same with another operator. */
    public Plan with(Upkeep other) {
        return new Plan(seed, founding, config, faults, weather, tempo, driftPpm, segmentBytes, other, paddingBytes);
    }

    /** How many servers there are, members or not. */
    public int size() {
        return founding.members().size() + upkeep.spares();
    }

    /** The longest election timeout, in nanoseconds: the unit in which liveness is measured. */
    public long electionTimeoutMaxNanos() {
        return 2 * config.electionTimeout().toNanos();
    }

    /** That many voters and learners, numbered from 1. */
    public static Membership members(int voters, int learners) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        TreeSet<NodeId> voting = new TreeSet<>();
        TreeSet<NodeId> learning = new TreeSet<>();
        for (int id = 1; id <= voters + learners; id++) {
            Member member = Member.of(id, "simulated:" + id);
            members.put(member.id(), member);
            (id <= voters ? voting : learning).add(member.id());
        }
        return new Membership(members, voting, new TreeSet<>(), learning);
    }

    /** The voters of a membership, as somebody is told of them who joins: without itself, and without what cannot be known. */
    public static Membership without(Membership membership, NodeId joining) {
        List<Member> greeters = membership.voters().stream()
                .filter(id -> !id.equals(joining))
                .map(id -> new Member(id, membership.member(id).orElseThrow().address()))
                .toList();
        return Membership.ofVoters(greeters);
    }

    private static Membership founding(Draws options) {
        if (options.chance(0.1)) {
            return members(1 + options.nextInt(2), 0);
        }
        int voters = options.chance(0.1) ? 4 : 3 + 2 * options.nextInt(2);
        return members(voters, options.chance(0.1) ? 1 : 0);
    }

    private static RaftConfig.Builder config(Draws options) {
        boolean tiny = options.chance(0.3);
        return config(tiny)
                .preVote(!options.chance(0.2)) // which hides what elections alone would show
                .checkQuorum(!options.chance(0.15))
                .maxInflightMessages(tiny && options.nextBoolean() ? 1 + options.nextInt(3) : 256);
    }

    private static RaftConfig.Builder config(boolean tiny) {
        return RaftConfig.builder()
                .maxBatchBytes(tiny ? 1 << 10 : 1 << 20)
                .maxInflightBytes(tiny ? 1 << 15 : 16 << 20)
                .logCacheBytes(tiny ? 1 << 11 : 16 << 20)
                .maxCommandBytes(1 << 10)
                .maxPendingReads(tiny ? 16 : 1 << 16)
                .maxPendingBytes(tiny ? 1 << 12 : 64 << 20)
                .maxInboxBytes(64 << 20)
                .memoryBudget(MEMORY_BUDGET); // or a seed would mean something else in another heap
    }

    private static Set<Fault> faults(Draws options) {
        EnumSet<Fault> faults = EnumSet.noneOf(Fault.class);
        double share = options.logUniform(5, 70) / 100.0; // a few kinds that strike often, or many
        for (Fault fault : Fault.values()) {
            if (options.chance(share)) {
                faults.add(fault);
            }
        }
        if (faults.isEmpty()) {
            faults.add(List.of(Fault.values()).get(options.nextInt(Fault.values().length)));
        }
        if (options.chance(0.1)) {
            faults.removeIf(Fault::isOfNetwork);
        }
        if (options.chance(0.1)) {
            faults.removeIf(Fault::isCrash);
        }
        return faults;
    }

    private static Weather weather(Draws options) {
        if (options.chance(0.15)) {
            return Weather.FAIR;
        }
        boolean slow = options.chance(0.12); // so that an answer often finds its asker in another term
        return new Weather(
                options.logUniform(10_000, 1_000_000),
                slow ? options.logUniform(SECOND / 10, SECOND) : options.logUniform(1_000_000, 50_000_000),
                options.nextBoolean(),
                options.nextBoolean() ? options.logUniform(1, 200) / 1000.0 : 0,
                options.nextBoolean() ? options.logUniform(5, 300) / 1000.0 : 0,
                options.nextBoolean() ? options.logUniform(1, 50) / 1000.0 : 0,
                options.nextBoolean() ? options.logUniform(1, 50) / 10_000.0 : 0);
    }

    private static Tempo tempo(Draws options) {
        return new Tempo(
                options.between(15, 30) * SECOND,
                options.logUniform(SECOND / 5, 4 * SECOND),
                4,
                options.logUniform(SECOND / 20, SECOND / 6),
                0,
                options.chance(0.2),
                options.chance(0.25));
    }

    @Override
    public String toString() {
        return "%d voters%s, preVote %s, checkQuorum %s%s, batches of %d B and %d on their way, segments of %d B; %s, with %d B of padding; %s; faults %s; weather: %s; chaos of %d s, a strike each %.1f s%s, %d %% of the commands in sessions; clocks off by %d ppm"
                .formatted(
                        founding.voters().size(),
                        founding.learners().isEmpty() ? "" : " and a learner",
                        config.preVote() ? "on" : "off",
                        config.checkQuorum() ? "on" : "off",
                        config.leaseReads() ? ", leases with clocks up to " + config.maxClockDrift() + " apart" : "",
                        config.maxBatchBytes(),
                        config.maxInflightMessages(),
                        segmentBytes,
                        words(config),
                        paddingBytes,
                        upkeep,
                        faults,
                        weather,
                        tempo.chaosNanos() / SECOND,
                        tempo.strikeNanos() / 1e9,
                        tempo.quietTail() ? ", with a quiet tail" : "",
                        tempo.sessionPercent(),
                        driftPpm);
    }

    private static String words(RaftConfig config) {
        SnapshotConfig snapshots = config.snapshots();
        return "snapshots %s, %d entries kept, pieces of %d B%s%s; syncs of %.1f s, %.1f s to catch up; %sresults compared each %d entries"
                .formatted(
                        snapshots.everyEntries() == 0 ? "on demand" : "each " + snapshots.everyEntries() + " entries",
                        snapshots.trailingEntries(),
                        snapshots.pieceBytes(),
                        snapshots.bytesPerSecond() == 0 ? "" : ", " + snapshots.bytesPerSecond() + " B/s",
                        snapshots.compress() ? ", compressed" : "",
                        config.maxSyncDelay().toNanos() / 1e9,
                        config.catchUpTimeout().toNanos() / 1e9,
                        config.forwardProposals() ? "proposals passed on, " : "",
                        config.divergenceInterval());
    }
}
