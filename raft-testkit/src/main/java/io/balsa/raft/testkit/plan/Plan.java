package io.balsa.raft.testkit.plan;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.testkit.Draws;
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
 */
public record Plan(
        long seed,
        Membership founding,
        RaftConfig config,
        Set<Fault> faults,
        Weather weather,
        Tempo tempo,
        int driftPpm,
        int segmentBytes) {

    private static final long SECOND = 1_000_000_000L;

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
        Tempo longer = new Tempo(100 * SECOND, 2 * SECOND, 4, SECOND / 5, false, false);
        Set<Fault> few = EnumSet.of(Fault.CRASH, Fault.RESTART, Fault.FALSE_ALARM);
        return new Plan(seed, members(3 + 2 * (int) (seed & 1), 0), config, few, mild, longer, driftPpm, segmentBytes);
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
        RaftConfig oneByOne = config(true).maxInflightMessages(1).preVote(false).build();
        double old = (seed & 1) * 0.05; // what comes late is of a term that its receiver led before, perhaps
        Weather slow = new Weather(500_000, 8_000_000, true, 0, 0, old, old);
        Tempo longer = new Tempo(60 * SECOND, 8 * SECOND, 4, SECOND / 30, false, false);
        return new Plan(
                seed,
                members(5, 0),
                oneByOne,
                EnumSet.of(Fault.HUNT, Fault.FIGURE_8),
                slow,
                longer,
                driftPpm,
                segmentBytes);
    }

    private static Plan any(long seed) {
        Draws options = Draws.stream(seed, "options");
        return new Plan(
                seed,
                founding(options),
                config(options),
                faults(options),
                weather(options),
                tempo(options),
                options.chance(0.3) ? (int) options.logUniform(1_000, 50_000) : 100,
                options.chance(0.5) ? 4 << 10 : 64 << 10);
    }

    /** The options that this seed draws, but for the servers, of which there are so many, all voters. */
    public static Plan of(long seed, int servers) {
        return of(seed).with(members(servers, 0));
    }

    /** The same with other servers. */
    public Plan with(Membership servers) {
        return new Plan(seed, servers, config, faults, weather, tempo, driftPpm, segmentBytes);
    }

    /** The same with other faults. */
    public Plan with(Set<Fault> others) {
        return new Plan(seed, founding, config, others, weather, tempo, driftPpm, segmentBytes);
    }

    /** The same in other weather. */
    public Plan with(Weather other) {
        return new Plan(seed, founding, config, faults, other, tempo, driftPpm, segmentBytes);
    }

    /** How many servers there are. */
    public int size() {
        return founding.members().size();
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

    private static Membership founding(Draws options) {
        if (options.chance(0.1)) {
            return members(1 + options.nextInt(2), 0);
        }
        int voters = options.chance(0.1) ? 4 : 3 + 2 * options.nextInt(2);
        return members(voters, options.chance(0.1) ? 1 : 0);
    }

    private static RaftConfig config(Draws options) {
        boolean tiny = options.chance(0.3);
        return config(tiny)
                .preVote(!options.chance(0.2)) // which hides what elections alone would show
                .checkQuorum(!options.chance(0.15))
                .maxInflightMessages(tiny && options.nextBoolean() ? 1 + options.nextInt(3) : 256)
                .build();
    }

    private static RaftConfig.Builder config(boolean tiny) {
        return RaftConfig.builder()
                .maxBatchBytes(tiny ? 1 << 10 : 1 << 20)
                .maxInflightBytes(tiny ? 1 << 15 : 16 << 20)
                .logCacheBytes(tiny ? 1 << 11 : 16 << 20)
                .maxCommandBytes(1 << 10)
                .maxPendingReads(tiny ? 16 : 1 << 16)
                .maxPendingBytes(tiny ? 1 << 12 : 64 << 20);
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
                options.chance(0.2),
                options.chance(0.25));
    }

    @Override
    public String toString() {
        return "%d voters%s, preVote %s, checkQuorum %s, batches of %d B and %d on their way, segments of %d B; faults %s; weather: %s; chaos of %d s, a strike each %.1f s%s; clocks off by %d ppm"
                .formatted(
                        founding.voters().size(),
                        founding.learners().isEmpty() ? "" : " and a learner",
                        config.preVote() ? "on" : "off",
                        config.checkQuorum() ? "on" : "off",
                        config.maxBatchBytes(),
                        config.maxInflightMessages(),
                        segmentBytes,
                        faults,
                        weather,
                        tempo.chaosNanos() / SECOND,
                        tempo.strikeNanos() / 1e9,
                        tempo.quietTail() ? ", with a quiet tail" : "",
                        driftPpm);
    }
}
