package io.balsa.raft.testkit.shrink;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.testkit.plan.Act;
import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.Tempo;
import io.balsa.raft.testkit.plan.Upkeep;
import io.balsa.raft.testkit.plan.Weather;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The options of a plan as keys and values. One that is not given has the value that troubles least. */
final class Options {

    private static final String NONE = "none";

    private final Map<String, String> values; // in the order in which they are written

    private Options(Map<String, String> values) {
        this.values = new LinkedHashMap<>(values);
    }

    /** Those of a quiet run of this seed with three voters. */
    static Options quiet(long seed) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("seed", Long.toString(seed));
        values.put("voters", "3");
        values.put("learners", "0");
        values.put("faults", NONE);
        putConfig(values, usual());
        putWeather(values, Weather.FAIR);
        putTempo(values, new Tempo(15_000_000_000L, 1_000_000_000L, 4, 100_000_000L, 0, false, false));
        values.put("clocks.driftPpm", "0");
        values.put("segmentBytes", Integer.toString(64 << 10));
        putUpkeep(values, Upkeep.NONE);
        values.put("padding", "0");
        return new Options(values);
    }

    static Options of(Plan plan) {
        Options options = quiet(plan.seed());
        Map<String, String> values = options.values;
        values.put("voters", Integer.toString(plan.founding().voters().size()));
        values.put("learners", Integer.toString(plan.founding().learners().size()));
        values.put("faults", names(plan.faults()));
        putConfig(values, plan.config());
        putWeather(values, plan.weather());
        putTempo(values, plan.tempo());
        values.put("clocks.driftPpm", Integer.toString(plan.driftPpm()));
        values.put("segmentBytes", Integer.toString(plan.segmentBytes()));
        putUpkeep(values, plan.upkeep());
        values.put("padding", Integer.toString(plan.paddingBytes()));
        return options;
    }

    private static String names(Set<? extends Enum<?>> some) {
        String names = some.stream().map(Enum::name).collect(Collectors.joining(", "));
        return names.isEmpty() ? NONE : names;
    }

    private static void putUpkeep(Map<String, String> values, Upkeep upkeep) {
        values.put("spares", Integer.toString(upkeep.spares()));
        values.put("acts", names(upkeep.acts()));
        values.put("errandEach", Seconds.text(upkeep.errandNanos()));
    }

    /** The defaults on a large heap. */
    static RaftConfig usual() {
        return RaftConfig.builder().memoryBudget(Plan.MEMORY_BUDGET).build();
    }

    private static void putConfig(Map<String, String> values, RaftConfig config) {
        values.put("electionTimeout", Seconds.text(config.electionTimeout().toNanos()));
        values.put("heartbeatInterval", Seconds.text(config.heartbeatInterval().toNanos()));
        values.put("preVote", Boolean.toString(config.preVote()));
        values.put("checkQuorum", Boolean.toString(config.checkQuorum()));
        values.put("maxCommandBytes", Integer.toString(config.maxCommandBytes()));
        values.put("maxBatchBytes", Integer.toString(config.maxBatchBytes()));
        values.put("maxInflightMessages", Integer.toString(config.maxInflightMessages()));
        values.put("maxInflightBytes", Long.toString(config.maxInflightBytes()));
        values.put("maxPendingBytes", Long.toString(config.maxPendingBytes()));
        values.put("maxPendingReads", Integer.toString(config.maxPendingReads()));
        values.put("maxInboxBytes", Long.toString(config.maxInboxBytes()));
        values.put("logCacheBytes", Long.toString(config.logCacheBytes()));
        values.put("leaseReads", Boolean.toString(config.leaseReads()));
        values.put("maxClockDrift", Double.toString(config.maxClockDrift()));
        values.put("maxSyncDelay", Seconds.text(config.maxSyncDelay().toNanos()));
        values.put("silenceThreshold", Seconds.text(config.silenceThreshold().toNanos()));
        values.put("catchUpTimeout", Seconds.text(config.catchUpTimeout().toNanos()));
        values.put("forwardProposals", Boolean.toString(config.forwardProposals()));
        values.put("divergenceInterval", Integer.toString(config.divergenceInterval()));
        SnapshotConfig snapshots = config.snapshots();
        values.put("snapshots.everyEntries", Long.toString(snapshots.everyEntries()));
        values.put("snapshots.everyBytes", Long.toString(snapshots.everyBytes()));
        values.put("snapshots.trailingEntries", Long.toString(snapshots.trailingEntries()));
        values.put("snapshots.pieceBytes", Integer.toString(snapshots.pieceBytes()));
        values.put("snapshots.bytesPerSecond", Long.toString(snapshots.bytesPerSecond()));
        values.put("snapshots.compress", Boolean.toString(snapshots.compress()));
    }

    private static void putWeather(Map<String, String> values, Weather weather) {
        values.put("weather.leastDelay", Seconds.text(weather.leastDelayNanos()));
        values.put("weather.mostDelay", Seconds.text(weather.mostDelayNanos()));
        values.put("weather.inOrder", Boolean.toString(weather.inOrder()));
        values.put("weather.loss", Double.toString(weather.loss()));
        values.put("weather.duplication", Double.toString(weather.duplication()));
        values.put("weather.lateness", Double.toString(weather.lateness()));
        values.put("weather.staleness", Double.toString(weather.staleness()));
    }

    private static void putTempo(Map<String, String> values, Tempo tempo) {
        values.put("chaos", Seconds.text(tempo.chaosNanos()));
        values.put("strikeEach", Seconds.text(tempo.strikeNanos()));
        values.put("clients", Integer.toString(tempo.clients()));
        values.put("clientPause", Seconds.text(tempo.clientPauseNanos()));
        values.put("sessionPercent", Integer.toString(tempo.sessionPercent()));
        values.put("quietTail", Boolean.toString(tempo.quietTail()));
        values.put("stability", Boolean.toString(tempo.stability()));
    }

    /** All of them, in the order in which they are written. */
    Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    String get(String key) {
        return values.getOrDefault(key, "");
    }

    /** The same with another value. */
    Options with(String key, String value) {
        if (!values.containsKey(key)) {
            throw new IllegalArgumentException("option " + key + " is not known; there are " + values.keySet());
        }
        Options other = new Options(values);
        other.values.put(key, value);
        other.check(key);
        return other;
    }

    /** Whoever reads a file wants to know at once which line is wrong. */
    private void check(String key) {
        String value = get(key);
        boolean isFlag = List.of("true", "false").contains(quiet(0).get(key));
        if (key.equals("faults")) {
            var unused = faults();
        } else if (key.equals("acts")) {
            var unused = acts();
        } else if (isFlag && !List.of("true", "false").contains(value)) {
            throw new IllegalArgumentException("'" + value + "' is neither true nor false");
        } else if (!isFlag) {
            Seconds.requireNumber(value);
        }
    }

    /** The same in this weather. */
    Options with(Weather weather) {
        Options other = new Options(values);
        putWeather(other.values, weather);
        return other;
    }

    /** The same with these settings of the nodes. */
    Options with(RaftConfig config) {
        Options other = new Options(values);
        putConfig(other.values, config);
        return other;
    }

    Plan plan() {
        return new Plan(
                number("seed"),
                Plan.members(integer("voters"), integer("learners")),
                config(),
                faults(),
                weather(),
                tempo(),
                integer("clocks.driftPpm"),
                integer("segmentBytes"),
                new Upkeep(integer("spares"), acts(), nanos("errandEach")),
                integer("padding"));
    }

    private RaftConfig config() {
        return RaftConfig.builder()
                .electionTimeout(Duration.ofNanos(nanos("electionTimeout")))
                .heartbeatInterval(Duration.ofNanos(nanos("heartbeatInterval")))
                .preVote(flag("preVote"))
                .checkQuorum(flag("checkQuorum"))
                .maxCommandBytes(integer("maxCommandBytes"))
                .maxBatchBytes(integer("maxBatchBytes"))
                .maxInflightMessages(integer("maxInflightMessages"))
                .maxInflightBytes(number("maxInflightBytes"))
                .maxPendingBytes(number("maxPendingBytes"))
                .maxPendingReads(integer("maxPendingReads"))
                .maxInboxBytes(number("maxInboxBytes"))
                .logCacheBytes(number("logCacheBytes"))
                .memoryBudget(Plan.MEMORY_BUDGET)
                .leaseReads(flag("leaseReads"))
                .maxClockDrift(Double.parseDouble(get("maxClockDrift")))
                .maxSyncDelay(Duration.ofNanos(nanos("maxSyncDelay")))
                .silenceThreshold(Duration.ofNanos(nanos("silenceThreshold")))
                .catchUpTimeout(Duration.ofNanos(nanos("catchUpTimeout")))
                .forwardProposals(flag("forwardProposals"))
                .divergenceInterval(integer("divergenceInterval"))
                .snapshots(snapshots())
                .build();
    }

    private SnapshotConfig snapshots() {
        return SnapshotConfig.builder()
                .everyEntries(number("snapshots.everyEntries"))
                .everyBytes(number("snapshots.everyBytes"))
                .trailingEntries(number("snapshots.trailingEntries"))
                .pieceBytes(integer("snapshots.pieceBytes"))
                .bytesPerSecond(number("snapshots.bytesPerSecond"))
                .compress(flag("snapshots.compress"))
                .build();
    }

    private Set<Fault> faults() {
        return named("faults", Fault.class);
    }

    private Set<Act> acts() {
        return named("acts", Act.class);
    }

    private <E extends Enum<E>> Set<E> named(String key, Class<E> kind) {
        EnumSet<E> some = EnumSet.noneOf(kind);
        if (!get(key).equals(NONE)) {
            for (String name : get(key).split(",", -1)) {
                some.add(Enum.valueOf(kind, name.strip()));
            }
        }
        return Collections.unmodifiableSet(some);
    }

    private Weather weather() {
        return new Weather(
                nanos("weather.leastDelay"),
                nanos("weather.mostDelay"),
                flag("weather.inOrder"),
                Double.parseDouble(get("weather.loss")),
                Double.parseDouble(get("weather.duplication")),
                Double.parseDouble(get("weather.lateness")),
                Double.parseDouble(get("weather.staleness")));
    }

    private Tempo tempo() {
        return new Tempo(
                nanos("chaos"),
                nanos("strikeEach"),
                integer("clients"),
                nanos("clientPause"),
                integer("sessionPercent"),
                flag("quietTail"),
                flag("stability"));
    }

    private long number(String key) {
        return Long.parseLong(get(key));
    }

    private int integer(String key) {
        return Integer.parseInt(get(key));
    }

    private long nanos(String key) {
        return Seconds.nanos(get(key));
    }

    private boolean flag(String key) {
        return Boolean.parseBoolean(get(key));
    }
}
